"""Made-up leads in made-up campaigns, all from one number, so that a failure can be had again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from nurture.authoring.stories.acts import act
from nurture.authoring.stories.chance import who_draws
from nurture.authoring.stories.lead import PlayedLead
from nurture.authoring.stories.playing import Play, Rules
from nurture.authoring.stories.story import NOWHERE, Item, Lead, Moment, Story
from nurture.domain.campaign import Campaign
from nurture.domain.chance import draw, held_out
from nurture.domain.measures import shares_of
from tests.authoring.made import Making, campaign_text
from tests.authoring.made_tales import BEGAN, Tale, Will, passed

Acts = Sequence[tuple[datetime, Item]]
ENTERS = Item("enters", (), "enters")
ENDS = BEGAN + timedelta(days=100)
"""When the lives are compared."""


@dataclass(frozen=True)
class MadeLife:
    """A campaign of its own with one lead in it, played as a story."""

    seed: str
    text: str
    campaign: Campaign
    story: Story
    """Without what could not be done."""
    play: Play


def made_lives(seed: int, campaigns: int, tales: int) -> Iterator[MadeLife]:
    """Each campaign is published once for each of its leads: a test that is decided is decided for all."""
    for number in range(campaigns):
        rng, name = Random(f"{seed}/{number}"), f"made-{seed}-{number}"
        text, rules = _passing(rng, name)
        for which in range(tales):
            own = text.replace(f"campaign: {name}\n", f"campaign: {name}-{which}\n", 1)
            found = passed(own)
            assert found
            tale = _will(rng).meets(found[0], rules.dictionary)
            yield life_of(f"{seed}/{number}/{which}", own, found[0], rules, tale)


def _passing(rng: Random, name: str) -> tuple[str, Rules]:
    while True:
        text = campaign_text(Making(rng.randrange), name)
        if found := passed(text):
            return text, found[1]


def _will(rng: Random) -> Will:
    fields: dict[str, object] = {"lead.trial_ends": BEGAN + timedelta(days=14)}
    choices = {"lead.employees": (10.0, 300.0), "lead.industry": ("food",), "lead.country": ("DE", "US")}
    fields |= {name: rng.choice(of) for name, of in choices.items() if rng.random() < 0.5}
    zone = ZoneInfo(rng.choice(["UTC", "Europe/Berlin", "Asia/Tokyo"]))
    acts = [(rng.randrange(201), rng.randrange(1000), rng.randrange(1000)) for _ in range(rng.randrange(13))]
    return Will(Lead(zone, fields), rng.randrange(1000), acts)  # type: ignore[arg-type]


def life_of(seed: str, text: str, campaign: Campaign, rules: Rules, tale: Tale) -> MadeLife:
    tests = campaign.tests.items()
    takes = {step: draw(shares_of(test), campaign.name, step, tale.who) for step, test in tests}
    out = bool(campaign.holdout) and held_out(campaign.holdout, campaign.name, tale.who)
    lead = Lead(tale.lead.zone, tale.lead.fields, takes=takes, holdout=out)
    play, acts = _lived(campaign, rules, lead, tale.acts)
    moments = [Moment(BEGAN, (ENTERS,), NOWHERE), *(Moment(at, (item,), NOWHERE) for at, item in acts)]
    story = Story(seed, lead, (*moments, Moment(ENDS, (), NOWHERE)), NOWHERE, lead.zone)
    return MadeLife(seed, text, campaign, story, play)


def _begun(campaign: Campaign, rules: Rules, lead: Lead) -> Play:
    who = who_draws(campaign, lead)
    played = PlayedLead(lead, rules.dictionary, rules.scoring, BEGAN, rules.calendars, id=who)
    play = Play(campaign, rules, played, BEGAN)
    act(play, ENTERS)
    return play


def _lived(campaign: Campaign, rules: Rules, lead: Lead, acts: Acts) -> tuple[Play, Acts]:
    """With what could be done: nobody clicks what she has not got."""
    while True:
        play = _begun(campaign, rules, lead)
        done = [(at, item) for at, item in acts if _could(play, at, item)]
        if len(done) == len(acts):
            play.until(ENDS)
            return play, acts
        acts = done


def _could(play: Play, at: datetime, item: Item) -> bool:
    play.until(at)
    before = len(play.happened)
    if item.word == "scanner" and not _sent(play, item.args[-1]):
        return False
    act(play, item)
    return not any(one.word == "cannot" for one in play.happened[before:])


def _sent(play: Play, step: str) -> bool:
    send = play.lead.sends.get(step)
    return send is not None and send.state != "skipped"


def at_the_end(play: Play) -> dict[str, object]:
    """What has become of the lead."""
    facts = play.lead.facts(play.now, play.now)
    return {
        "tags": sorted(play.lead.tags),
        "lists": sorted(play.lead.joined),
        "stage": play.lead.stage,
        "score": facts.score,
        "industry": play.lead.fields.get("lead.industry"),
        "open": [journey.position.step for journey in play.journeys if journey.open],
    }
