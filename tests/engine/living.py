"""Many stories lived at once in one engine, each by a lead of her own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from nurture.authoring.content import Content
from nurture.authoring.stories.chance import who_draws
from nurture.authoring.stories.playing import Rules
from nurture.authoring.stories.story import Item, Story
from nurture.authoring.stories.words import GIVENS
from nurture.domain.campaign import Campaign
from nurture.domain.steps.step import lines
from nurture.services.desk import Desk
from nurture.services.leads import LeadInput, upsert
from nurture.store.tables import leads
from tests.engine.storied import JUDGED_WITHIN, Life, give_score
from tests.engine.storied_chance import id_like
from tests.engine.storied_records import keep_records, stored
from tests.fixtures.engine import Engine


@dataclass(frozen=True)
class Told:
    """A story, and what it is about."""

    campaign: Campaign
    story: Story


def without_mornings(content: Content) -> Content:
    """Nobody's digest: stories tell nothing of them, and each would be one stop more of the clock."""
    return replace(content, sales={**content.sales, "digest": False})


def apart(content: Content) -> Content:
    """Each campaign for the leads of its own stories only: what they do would let them into others."""
    files = {
        name: replace(file, document={**file.document, "audience": _audience(name, file.document)})
        for name, file in content.campaigns.items()
    }
    return replace(without_mornings(content), campaigns=files)


def _audience(name: str, document: Mapping[str, Any]) -> list[str]:
    return [*lines(document.get("audience")), f"tagged('{mark_of(name)}')"]


def mark_of(campaign: str) -> str:
    return f"story-of-{campaign}"


async def lived(engine: Engine, rules: Rules, tales: Sequence[Told]) -> list[Life]:
    """Each with a lead of its own, who is there from her first line on."""
    lives: list[Life] = []
    moments = sorted({moment.at for told in tales for moment in told.story.tale})
    for at in moments:
        await engine.stepper.to(at)
        for number, told in enumerate(tales):
            if told.story.tale[0].at == at:
                mark = mark_of(told.campaign.name)
                house, of = engine.house, (told.campaign, rules, told.story)
                lives.append(house.do(born, house.desk, *of, number, mark))
                await engine.stepper.settle()
        await _act(engine, lives, at)
    await engine.stepper.to(moments[-1] + JUDGED_WITHIN)
    return lives


async def live(engine: Engine, lives: Sequence[Life]) -> None:
    """In the order of their times."""
    moments = sorted({moment.at for life in lives for moment in life.story.tale})
    for at in moments:
        await engine.stepper.to(at)
        await _act(engine, lives, at)
    await engine.stepper.to(moments[-1] + JUDGED_WITHIN)


async def _act(engine: Engine, lives: Sequence[Life], at: datetime) -> None:
    """What they do now, each one thing after the other."""
    house = engine.house
    todo = [(life, list(_items(life.story, at))) for life in lives]
    while todo := [(life, items) for life, items in todo if items]:
        for life, items in todo:
            house.do(life.do, house.desk, items.pop(0))
        await engine.stepper.settle()


def _items(story: Story, at: datetime) -> Iterator[Item]:
    for moment in story.tale:
        if moment.at == at:
            yield from (item for item in moment.items if item.word in GIVENS)


def born(
    conn: Connection, desk: Desk, campaign: Campaign, rules: Rules, story: Story, number: int, mark: str = ""
) -> Life:
    """A lead as the story has her, with an id that draws as hers does, in a company of her own."""
    told, now = story.lead, desk.clock.now(conn)
    lead = id_like(campaign, who_draws(campaign, told), number)
    email = str(told.fields.get("lead.email", f"she@story{number}.example"))
    row: dict[str, object] = {"id": lead, "email": email, "zone": told.zone.key, "stage": told.stage}
    row |= {"tags": sorted({*told.tags, mark} - {""})}
    conn.execute(insert(leads).values(**row, fields={}, created_at=now, updated_at=now))
    life = Life(story, campaign, rules, lead, email)
    values = {name: stored(value) for name, value in told.fields.items() if name != "lead.email"}
    own = {name: value for name, value in values.items() if name.partition(".")[0] != campaign.record}
    upsert(conn, desk.clock, rules.dictionary, LeadInput(email, own), "story")
    if campaign.record:
        loose = {name: value for name, value in values.items() if name not in own}
        keep_records(conn, lead, campaign.record, told, loose, now)
    if told.score is not None:
        give_score(life, conn, desk, told.score)
    conn.execute(update(leads).where(leads.c.id == lead).values(stage=told.stage))
    return life
