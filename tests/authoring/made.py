"""Campaigns made up by chance, as the text of files. Tests leave out what the checker refuses."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from nurture.domain.steps.registry import VERBS

Doc = dict[str, Any]
MESSAGES = ("digest", "checklist", "guide")
ASKING = "your-interest"
"""The message with links for answers."""
ANSWERS = {"now": "Now", "later": "Later"}
LENGTHS = ("2h", "1d", "3d", "1w", "2 business days", "6 business hours")
WAITS = (*LENGTHS, "into afternoons", "to next monday 09:00", "to lead.trial_ends - 2d")
LINES = (
    'happened("demo-booked")',
    'count("prices-page", "7d") >= 2',
    'count("prices-page", "ever") == 0',
    "score >= 20",
    "lead.employees > 50",
    "known(lead.industry)",
    'lead.industry == "food"',
    'tagged("hot")',
    'stage_at_least("MQL")',
    'in_segment("big-companies")',
)
TEAM, SECTION = "inside-sales", "later"


@dataclass
class Making:
    """One file in the making."""

    pick: Callable[[int], int]
    """Any number below the one given."""
    depth: int = 0
    sent: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=lambda: ["customer-success", TEAM])
    """Those that no handoff goes to yet: it is named after its team."""
    count: int = 0

    def one(self, *choices: Any) -> Any:
        return choices[self.pick(len(choices))]

    def maybe(self, percent: int) -> bool:
        return self.pick(100) < percent

    def name(self, word: str) -> str:
        self.count += 1
        return f"{word}-{self.count}"

    def condition(self) -> str:
        lines = [*LINES, *(f'clicked("{name}")' for name in self.sent)]
        lines += [f'answer("{name}") == "now"' for name in self.asked]
        line = self.one(*lines)
        return f"!({line})" if self.maybe(15) else line

    def block(self, most: int, verbs: tuple[str, ...]) -> list[Doc]:
        return [self.step(self.one(*verbs)) for _ in range(1 + self.pick(most))]

    def arm(self) -> list[Doc]:
        self.depth += 1
        found = self.block(2, STRAIGHT)
        self.depth -= 1
        if self.maybe(30):
            found.append(self.step(self.one("go", "end")))
        return found

    def step(self, verb: str) -> Doc:
        doc = MAKERS[verb](self)
        if verb not in ("end", "choose", "split") and self.maybe(15):
            doc["unless" if self.maybe(50) else "if"] = self.condition()
        return doc


def _send(made: Making) -> Doc:
    name = made.name("mail")
    doc: Doc = {"send": name, "message": made.one(*MESSAGES)}
    if made.maybe(20):
        doc = {"send": name, "message": ASKING, "answers": dict(ANSWERS)}
        made.asked.append(name)
    elif made.maybe(15):
        doc = {"send": name, "variants": {MESSAGES[0]: 50, MESSAGES[1]: 50}}
    for key, values in SEND_KEYS.items():
        if made.maybe(20):
            doc[key] = made.one(*values)
    made.sent.append(name)
    return doc


SEND_KEYS: Mapping[str, tuple[Any, ...]] = {
    "kind": ("operational",),
    "window": ("any-time", "afternoons"),
    "within": ("4h", "2d"),
    "cap": ({"week": 2}, {"day": 1}),
}


def _wait(made: Making) -> Doc:
    if made.maybe(50):
        return {"wait": made.one(*WAITS)}
    doc: Doc = {"wait": f"up to {made.one(*LENGTHS)}", "until": made.condition()}
    if made.depth == 0 and made.maybe(50):
        doc["time_up"] = made.arm()
    return doc


def _choose(made: Making) -> Doc:
    ways = [{"way": made.name("way"), "when": made.condition(), "then": made.arm()}]
    return {"choose": made.name("choice"), "ways": ways, "otherwise": made.arm()}


def _split(made: Making) -> Doc:
    ways = [{"way": made.name("way"), "share": share, "then": made.arm()} for share in (30, 70)]
    return {"split": made.name("test"), "ways": ways}


def _do(made: Making) -> Doc:
    actions: tuple[Doc, ...] = (
        {"tag": "hot"},
        {"score": 15},
        {"score": -15},
        {"set": {"lead.industry": "food"}},
        {"stage": "MQL"},
        {"list": "newsletter"},
    )
    return {"do": made.name("act"), **made.one(*actions)}


def _task(made: Making) -> Doc:
    doc: Doc = {"task": made.name("call"), "team": TEAM, "due": made.one("2 business days", "3d")}
    return {**doc, **_arms(made, "skipped", "time_up")}


def _handoff(made: Making) -> Doc:
    if not made.teams:
        return _task(made)
    return {"handoff": made.teams.pop(), **_arms(made, "accepted", "rejected", "time_up")}


def _arms(made: Making, *names: str) -> Doc:
    return {name: made.arm() for name in names if made.depth == 0 and made.maybe(50)}


def _go(made: Making) -> Doc:
    doc = {"go": SECTION}
    return {**doc, "at_most": made.one("1 times", "3 times")} if made.maybe(60) else doc


def _end(made: Making) -> Doc:
    return {"end": made.one("done", "lost", "silent")}


MAKERS: Mapping[str, Callable[[Making], Doc]] = {
    "send": _send,
    "wait": _wait,
    "choose": _choose,
    "split": _split,
    "do": _do,
    "task": _task,
    "handoff": _handoff,
    "go": _go,
    "end": _end,
}
STRAIGHT = tuple(verb for verb in VERBS if verb not in ("choose", "split", "go", "end"))
"""What an arm is made of: arms nest once."""
MIDDLE = (*STRAIGHT, "send", "send", "wait", "choose", "split")


def campaign_text(made: Making, name: str) -> str:
    doc: Doc = {"campaign": name}
    if made.maybe(40):
        doc["leave"] = {"won": made.condition()}
    if made.maybe(20):
        doc["audience"] = "!lead.customer"
    if made.maybe(30):
        quiet = {"quiet_after": {"demo-booked": "5d"}}
        doc["sending"] = made.one({"window": "afternoons"}, {"cap": {"week": 2}}, quiet)
    if made.maybe(10):
        doc["holdout"] = "20%"
    doc["steps"] = [*made.block(4, MIDDLE), {"go": SECTION}]
    later = [{"wait": made.one(*LENGTHS)}, *made.block(3, MIDDLE)]
    doc["sections"] = {
        SECTION: [*later, {"go": SECTION, "at_most": "2 times"}, _end(made)]
        if made.maybe(40)
        else [*later, _end(made)]
    }
    if made.maybe(40):
        made.depth = 1
        then = [made.step(made.one("do", "go"))]
        rule: Doc = {"rule": "hot", "when": made.condition(), "then": then}
        doc["rules"] = [{**rule, "again": made.one("after 1d", "after 5d")} if made.maybe(50) else rule]
    return written(doc)


@st.composite
def campaign_texts(draw: st.DrawFn, name: str = "made") -> str:
    return campaign_text(Making(lambda below: draw(st.integers(0, below - 1))), name)


def written(doc: Doc) -> str:
    yaml, text = YAML(), io.StringIO()
    yaml.representer.ignore_aliases = lambda _: True  # the reader refuses anchors
    yaml.dump(doc, text)
    return text.getvalue()
