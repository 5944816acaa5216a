"""Campaigns and leads made up by chance: the real engine, in skipped time, does with each lead what the
stories say of her. With NURTURE_TEST_FULL=1 three hundred campaigns, which takes a quarter of an hour: before
a release, and after a change to the walk or to what an effect does."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from nurture.authoring.stories.words import COMPLETE
from nurture.domain.scoring import total
from nurture.services import ingest, tracking
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.services.publish import publish_campaign
from nurture.services.publish_content import publish_content
from nurture.store.session import Store
from nurture.store.tables import journeys, list_members
from tests.authoring.made_lives import ENDS, MadeLife, at_the_end, made_lives
from tests.authoring.made_tales import BEGAN, content
from tests.authoring.told_apart import told_apart
from tests.engine.living import born, live, without_mornings
from tests.engine.storied import Life
from tests.fixtures.engine import Engine, running_engine

pytestmark = pytest.mark.asyncio(loop_scope="session")
SEEDS = range(1, 26) if "NURTURE_TEST_FULL" in os.environ else (0,)
CAMPAIGNS, TALES = (12, 3) if len(SEEDS) > 1 else (8, 2)


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_engine_goes_as_the_stories_say(
    seed: int, sqlite_store: Store, temporal_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ingest, tracking):  # a verdict at once: else all that follows a click is minutes later
        monkeypatch.setattr(module, "HOLD", timedelta())
    made, begins = [*made_lives(seed, CAMPAIGNS, TALES), *told_apart()], BEGAN - timedelta(minutes=10)
    async with running_engine(sqlite_store, temporal_server, tmp_path, begins) as engine:
        lives = _published(engine, made, 1000 * seed)
        await live(engine, lives)
        wrong = {
            one.seed: [*found, *_acts(one), one.text]
            for one, life in zip(made, lives, strict=True)
            if (found := engine.house.do(_differences, one, life))
        }
    assert not wrong, "\n\n".join(f"life {name}:\n" + "\n".join(told) for name, told in wrong.items())


def _published(engine: Engine, made: Sequence[MadeLife], first: int) -> list[Life]:
    """``first``: leads of two seeds have other ids, for their workflows live in the same Temporal."""
    house, (shipped, rules) = engine.house, content()
    house.do(publish_content, house.desk.clock, without_mornings(shipped), only=[])
    lives = []
    for number, one in enumerate(made, first):
        texts = {name: shipped.messages[name].to_json() for name in one.campaign.messages()}
        house.do(publish_campaign, house.desk.clock, one.campaign.document, texts)
        lives.append(house.do(born, house.desk, one.campaign, rules, one.story, number))
    return lives


def _differences(conn: Connection, made: MadeLife, life: Life) -> list[str]:
    told = [(one.at, one.word, one.what) for one in made.play.happened if one.word in COMPLETE]
    seen = [(one.at.replace(microsecond=0), one.word, one.what) for one in life.seen(conn)]
    seen.sort(key=lambda one: one[0])  # she may have had several journeys, whose ends come last
    same = next((at for at, one in enumerate(told) if seen[at : at + 1] != [one]), len(told))
    ways = [*_lines("told", told[same:]), *_lines("done", seen[same:])]
    expected, become = at_the_end(made.play), _become(conn, life)
    ends = [
        f"{name}: {expected[name]} told, {become[name]} in the engine"
        for name in expected
        if expected[name] != become[name]
    ]
    return [*ways, *life.cannot, *ends]


def _lines(who: str, happened: Iterable[tuple[datetime, str, str]]) -> list[str]:
    return [f"{who}: {at:%a %Y-%m-%d %H:%M:%S} {word} {what}" for at, word, what in happened]


def _acts(made: MadeLife) -> list[str]:
    moments = made.story.tale
    return [f"acts: {one.at:%a %Y-%m-%d %H:%M} {item.text}" for one in moments for item in one.items]


def _become(conn: Connection, life: Life) -> Mapping[str, object]:
    lead = lead_row(conn, life.lead)
    fields = lead_fields(lead, life.rules.dictionary)
    lists = conn.scalars(select(list_members.c.list).where(list_members.c.lead_id == life.lead))
    rows = conn.execute(select(journeys).where(journeys.c.lead_id == life.lead)).all()
    return {
        "tags": sorted(lead.tags),
        "lists": sorted(lists),
        "stage": lead.stage,
        "score": total(entries(conn, life.lead), life.rules.scoring, ENDS, fields).total,
        "industry": fields.get("lead.industry"),
        "open": [row.position["step"] for row in rows if row.state == "open"],
    }
