"""What made-up leads do in made-up campaigns, and the checker before them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from nurture.authoring.campaign_file import check_campaign
from nurture.authoring.checking import Words
from nurture.authoring.content import Content, read_content
from nurture.authoring.problems import errors
from nurture.authoring.reader import read_yaml
from nurture.authoring.stories.playing import Rules
from nurture.authoring.stories.story import Item, Lead
from nurture.authoring.stories.words import ELSEWHERE
from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.measures import shares_of
from nurture.domain.steps.send import Send

CHECKOUT = Path(__file__).parents[2]
BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)
Args = tuple[str, ...]
ENTRIES = {
    "SQL": {"from": ["MQL"], "when": ['happened("prices-page")', "score >= 40"]},
    "opportunity": {"when": 'count("demo-booked", "ever") >= 2'},
    "recycled": {"from": ["SQL", "opportunity"], "when": 'happened("contact-form")'},
}


@dataclass(frozen=True)
class Tale:
    lead: Lead
    who: str
    """What she draws by."""
    acts: Sequence[tuple[datetime, Item]]


@lru_cache
def content() -> tuple[Content, Rules]:
    """The shipped policies, and stages to which leads come by themselves."""
    found = read_content(CHECKOUT)
    stages = {**found.lifecycle["stages"], **ENTRIES}
    found = replace(found, lifecycle={**found.lifecycle, "stages": stages})
    return found, found.rules()


def passed(text: str) -> tuple[Campaign, Rules] | None:
    """None: the checker refuses it."""
    shipped, rules = content()
    source, root = read_yaml("made.yaml", text.encode())
    assert root is not None, source.problems
    words = Words(
        rules.dictionary,
        frozenset(rules.sales.teams),
        frozenset(rules.sales.reasons),
        messages=frozenset(shipped.messages),
    )
    campaign = check_campaign(source, root, words).campaign
    return None if campaign is None or errors(source.problems) else (campaign, rules)


def _sends(campaign: Campaign, _dictionary: Dictionary) -> list[Args]:
    return [(name,) for name, step in campaign.steps.items() if isinstance(step, Send)]


def _linked(campaign: Campaign, dictionary: Dictionary) -> list[Args]:
    """The mail that asks has links for answers only."""
    return [one for one in _sends(campaign, dictionary) if one not in _asking(campaign)]


def _asking(campaign: Campaign) -> list[Args]:
    return [(name,) for name, step in campaign.steps.items() if isinstance(step, Send) and step.answers]


def _answers(campaign: Campaign, _dictionary: Dictionary) -> list[Args]:
    sends = [(name, step) for name, step in campaign.steps.items() if isinstance(step, Send)]
    return [(name, answer) for name, step in sends for answer in step.answers]


def _decided(campaign: Campaign, _dictionary: Dictionary) -> list[Args]:
    return [(name, way) for name, test in campaign.tests.items() for way in list(shares_of(test))[:1]]


def _said(*items: Args) -> Callable[[Campaign, Dictionary], list[Args]]:
    return lambda _campaign, _dictionary: list(items)


ITEMS: dict[str, Callable[[Campaign, Dictionary], list[Args]]] = {
    "does": _said(("demo-booked",), ("prices-page",), ("prices-page",)),
    "clicks": _linked,
    "opens": _sends,
    "answers": _answers,
    "replies": _sends,
    "bounces": _sends,
    "becomes": _said(
        ("score", "5"), ("score", "45"), ("lead.industry", "food"), ("customer",), ("unsubscribed",), ("MQL",)
    ),
    "sales": _said(("accepted",), ("qualified",), ("rejected", "not-now"), ("done",), ("skipped",)),
    "scanner": lambda campaign, dictionary: [("clicks", *one) for one in _sends(campaign, dictionary)],
    "stops": _said(()),
    "decided": _decided,
}
"""Word of a tale -> what may stand after it."""
LEFT_OUT = ("created", "enters", "consents", "prefers", ELSEWHERE)


@dataclass(frozen=True)
class Will:
    """What somebody is going to do, whatever campaign she meets."""

    lead: Lead
    who: int
    acts: list[tuple[int, int, int]]
    """Hours since the one before; which word, which of what may follow it."""

    def meets(self, campaign: Campaign, dictionary: Dictionary) -> Tale:
        found = [(word, known) for word, make in ITEMS.items() if (known := make(campaign, dictionary))]
        now, acts = BEGAN, []
        for hours, which, of in self.acts:
            now += timedelta(hours=hours, minutes=7)
            word, known = found[which % len(found)]
            args = known[of % len(known)]
            acts.append((now, Item(word, args, " ".join((word, *args)))))
        return Tale(self.lead, str(self.who), acts)


def wills() -> st.SearchStrategy[Will]:
    numbers = st.integers(0, 999)
    acts = st.lists(st.tuples(st.integers(0, 200), numbers, numbers), max_size=12)
    return st.builds(Will, leads(), numbers, acts)


def leads() -> st.SearchStrategy[Lead]:
    fields = st.fixed_dictionaries(
        {"lead.trial_ends": st.just(BEGAN + timedelta(days=14))},
        optional={
            "lead.employees": st.sampled_from([10.0, 300.0]),
            "lead.industry": st.just("food"),
            "lead.country": st.sampled_from(["DE", "US"]),
        },
    )
    zones = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tokyo"]).map(ZoneInfo)
    return st.builds(Lead, zones, fields)
