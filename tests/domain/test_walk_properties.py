"""What holds of every journey through every campaign: it ends, or waits for something to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nurture.domain.campaign import load_campaign
from nurture.domain.facts import Facts
from nurture.domain.steps.registry import VERBS
from tests.domain.driving import BERLIN, Journey, at

Doc = dict[str, Any]

SENDS = ("one", "two", "three")
LINES = (
    *(f'{function}("{send}")' for function in ("clicked", "sent", "answered") for send in SENDS),
    'answer("one") == "soon"',
    "score >= 20",
    "score < 20",
    'lead.industry == "software"',
    "lead.employees > 50",
    "lead.customer",
    "!known(lead.industry)",
    'happened("demo-booked")',
    'count("prices-page", "7d") >= 2',
    'tagged("hot")',
    "deal.renewal < now",
    'stage_at_least("MQL")',
    "lead.gone > 1",
)
CONDITIONS = st.lists(st.sampled_from(LINES), min_size=1, max_size=2)
LENGTHS = st.sampled_from(["0d", "10m", "3h", "1d", "2w", "1 month", "2 business days"])
GUARDS = st.fixed_dictionaries({}, optional={"if": CONDITIONS, "unless": CONDITIONS})
WINDOWS = st.sampled_from([{}, {}, {"window": "office"}, {"window": "any-time"}])


def guarded(doc: st.SearchStrategy[Doc]) -> st.SearchStrategy[Doc]:
    return st.tuples(doc, GUARDS).map(lambda both: {**both[0], **both[1]})


SEND = guarded(st.tuples(st.sampled_from(SENDS), WINDOWS).map(lambda both: {"send": both[0], **both[1]}))
DO = guarded(
    st.fixed_dictionaries(
        {"do": st.just("do")},
        optional={
            "tag": st.just("hot"),
            "score": st.integers(-30, 30),
            "set": st.just({"lead.industry": "media"}),
            "stage": st.sampled_from(["MQL", "customer", "recycled"]),
        },
    )
)
PLAIN_WAIT = guarded(
    st.one_of(
        LENGTHS.map(lambda length: {"wait": length}),
        st.sampled_from([{"wait": "to deal.renewal - 2d"}, {"wait": "into afternoons"}]),
        st.tuples(LENGTHS, CONDITIONS).map(lambda both: {"wait": f"up to {both[0]}", "until": both[1]}),
    )
)
LEAVES = guarded(
    st.one_of(
        st.sampled_from([{"end": "out"}, {"go": "later"}]),
        st.integers(0, 3).map(lambda times: {"go": "later", "at_most": f"{times} times"}),
    )
)
SIMPLE = st.one_of(SEND, DO, PLAIN_WAIT, LEAVES)


def blocks(steps: st.SearchStrategy[Doc], most: int, least: int = 0) -> st.SearchStrategy[list[Doc]]:
    return st.lists(steps, min_size=least, max_size=most)


def with_arms(arm: st.SearchStrategy[list[Doc]]) -> st.SearchStrategy[Doc]:
    return st.one_of(
        st.tuples(LENGTHS, CONDITIONS, arm).map(
            lambda it: {"wait": f"up to {it[0]}", "until": it[1], "time_up": it[2]}
        ),
        st.tuples(CONDITIONS, arm, arm).map(
            lambda it: {
                "choose": "choice",
                "ways": [{"way": "a", "when": it[0], "then": it[1]}],
                "otherwise": it[2],
            }
        ),
        st.fixed_dictionaries(
            {"handoff": st.just("sales")}, optional={"accepted": arm, "rejected": arm, "time_up": arm}
        ),
    )


STEP = st.one_of(SIMPLE, SIMPLE, with_arms(blocks(SIMPLE, 2)))
RULE = st.tuples(
    CONDITIONS,
    blocks(st.one_of(DO, LEAVES), 2, 1),
    st.sampled_from([{}, {}, {"again": "after 3d"}]),
).map(lambda it: {"when": it[0], "then": it[1], **it[2]})


@st.composite
def campaigns(draw: st.DrawFn) -> Doc:
    """Names are made unique; a loop always has a wait, as the checker demands."""
    later = [{"wait": "5d"}, *draw(blocks(STEP, 3))]
    doc: Doc = {
        "campaign": "made",
        "steps": draw(blocks(STEP, 6, 1)),
        "sections": {"later": later},
        "leave": draw(st.dictionaries(st.sampled_from(["won", "lost"]), CONDITIONS, max_size=2)),
        "rules": [{"rule": f"r{n}", **rule} for n, rule in enumerate(draw(st.lists(RULE, max_size=2)))],
        "sending": draw(st.sampled_from([{}, {"window": "office"}])),
    }
    used: dict[str, int] = {}
    for block in (doc["steps"], later, *(rule["then"] for rule in doc["rules"])):
        number(block, used)
    return doc


def number(block: list[Doc], used: dict[str, int]) -> None:
    """The first send of a name keeps it; every other step that has a name gets one of its own."""
    for index, step in enumerate(block):
        fresh = dict(step)
        verb = next(verb for verb in VERBS if verb in fresh)
        used[verb] = used.get(verb, 0) + 1
        if verb == "send":
            fresh["send"] = (*SENDS, *(f"m{n}" for n in range(used[verb])))[used[verb] - 1]
        elif verb in ("do", "choose"):
            fresh[verb] = f"{verb}{used[verb]}"
        elif verb in ("wait", "handoff"):
            fresh["name"] = f"{verb}{used[verb]}"
        # The verb is the first key; `fixed_dictionaries` puts its keys in any order.
        block[index] = {key: fresh[key] for key in (verb, *fresh)}
        for arm in ("time_up", "otherwise", "accepted", "rejected"):
            if arm in fresh:
                number(fresh[arm], used)
        for way in fresh.get("ways", ()):
            number(way["then"], used)


EVENTS = st.lists(
    st.tuples(
        st.integers(1, 15 * 24),
        st.one_of(
            st.sampled_from([f"clicks {send}" for send in SENDS]),
            st.sampled_from(["answers one soon", "answers one later", "sales accepted", "sales rejected"]),
            st.sampled_from(["demo.booked", "page.viewed", "score 25", "tag hot", "gone unsubscribed"]),
        ),
    ),
    max_size=8,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "lead.industry": st.sampled_from(["software", "media"]),
        "lead.employees": st.integers(1, 500),
        "lead.customer": st.booleans(),
        "deal.renewal": st.integers(-50, 100).map(lambda days: at("2026-03-02 12:00") + timedelta(days=days)),
    },
)


class Watched(Journey):
    """A journey whose every walk is done twice, and whose effects are noted by visit."""

    def __post_init__(self) -> None:
        self.effects: list[tuple[str, int, str, int]] = []
        super().__post_init__()

    def walk(self, result: Any = None) -> Any:
        first = super().walk(result)
        assert super().walk(result) == first
        return first

    def carry_out(self) -> None:
        position = self.last.position
        assert self.facts.now >= self.last.due
        self.effects.append((position.step, position.visit, self.last.effect, position.nth))
        super().carry_out()

    def happens_any(self, event: str) -> None:
        verb, _, value = event.partition(" ")
        if verb == "score":
            self.apply("score", int(value))
        elif verb == "tag":
            self.apply("tag", value)
        elif verb == "gone":
            self.facts = replace(self.facts, gone=value)
        else:
            self.note(event, {"path": "/prices"} if event == "page.viewed" else {})
        if not self.over:
            self.look()
            self.until(self.facts.now)


def lived(doc: Doc, events: list[tuple[int, str]], fields: dict[str, Any]) -> Watched:
    now = at("2026-03-02 10:00")
    journey = Watched(load_campaign(doc), Facts(now=now, zone=BERLIN, entered=now, fields=fields))
    journey.until(now)
    for hours, event in events:
        journey.until(journey.facts.now + timedelta(hours=hours))
        if not journey.over:
            journey.happens_any(event)
    return journey


@settings(max_examples=150)
@given(campaigns(), EVENTS, FIELDS)
def test_every_journey_ends_or_waits_for_something_to_come(
    doc: Doc, events: list[tuple[int, str]], fields: dict[str, Any]
) -> None:
    journey = lived(doc, events, fields)
    last = journey.last
    assert len(set(journey.effects)) == len(journey.effects), "an effect was done twice in one visit"
    assert bool(last.outcome) == (last.effect == "ended")
    if last.outcome:
        assert last.listens == ()
    elif last.parked:
        assert "lead.gone" in last.parked or "deal.renewal" in last.parked
    else:
        assert last.due > journey.facts.now
        assert last.position.step in journey.campaign.steps
    assert all(line.kind and line.step for line in journey.lines)


@settings(max_examples=50)
@given(campaigns(), EVENTS, FIELDS)
def test_in_a_year_of_silence_every_journey_ends_or_goes_round_slowly(
    doc: Doc, events: list[tuple[int, str]], fields: dict[str, Any]
) -> None:
    journey = lived(doc, events, fields)
    for _ in range(10):
        journey.until(journey.facts.now + timedelta(days=30))
    visits = journey.last.position.visits.values()
    assert journey.over or journey.last.due > journey.facts.now
    assert max(visits, default=0) <= 2 + (journey.facts.now - journey.facts.entered).days // 5


@settings(max_examples=50)
@given(campaigns(), EVENTS, FIELDS)
def test_a_wake_that_brings_nothing_changes_nothing(
    doc: Doc, events: list[tuple[int, str]], fields: dict[str, Any]
) -> None:
    """Only the time of the next daily look may move."""
    journey = lived(doc, events, fields)
    before = journey.last
    if not journey.over:
        again = journey.look()
        assert (again.position, again.effect, again.changes) == (before.position, before.effect, ())
        assert again.due == before.due or (again.effect == "check_engagement" and again.due > before.due)
