"""The keys at the top of a campaign file in words, under the headings of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nurture.authoring.explaining.days import NAMES
from nurture.authoring.explaining.steps import Told, sentence
from nurture.authoring.explaining.tell import Tell
from nurture.authoring.explaining.values import anchor_said, duration, listed, plainly, quoted
from nurture.conditions.saying import field_said
from nurture.domain.campaign import STAY
from nurture.domain.conditions import Condition
from nurture.domain.dictionary import Happening
from nurture.domain.enrolment import parse_anchor, parse_trigger
from nurture.domain.schedules import parse_schedule
from nurture.domain.steps.step import lines

IN, OUT, ANYWHERE = "Who comes in", "Who leaves, whatever the step", "At whatever step the lead is"
MAILS, COUNTED, LIVE = "When mails go out", "What is counted", "How it goes live"
HEADINGS = (IN, OUT, ANYWHERE, MAILS, COUNTED, LIVE)

AGAIN = {
    "never": "Nobody comes in twice",
    "after exit": "Again as soon as the journey before has ended",
    "always": "Again at any time",
}

Say = Callable[[Tell, Any], Iterator[Told]]


def _enrol(tell: Tell, doc: Mapping[str, Any]) -> Iterator[Told]:
    if not {"on", "at", "every"} & set(doc):
        yield Told("Who is enrolled by hand, by an import or by a program")
    for key, value in doc.items():
        yield Told(ENROL[key](tell, value) if key in ENROL else f"{key}: {plainly(value)}")
    if "again" not in doc:
        yield Told(_again(tell, "never"))


def _again(tell: Tell, value: str) -> str:
    doc = tell.campaign.document
    of = doc.get("for") or doc.get("enrol", {}).get("key")
    if of and value == "never":
        return f"Not twice for the same {of}"
    if value in AGAIN:
        return AGAIN[value]
    return f"Again at the earliest {duration(value)} after the journey before has ended"


def _leave(tell: Tell, doc: Mapping[str, Any]) -> Iterator[Told]:
    for outcome, when in doc.items():
        goal = ", a goal" if outcome in tell.campaign.goal else ""
        yield Told(f"As {quoted(outcome)}{goal}: if {tell.condition(Condition(lines(when)))}")


def _rules(tell: Tell, _doc: Any) -> Iterator[Told]:
    for rule in tell.campaign.rules:
        often = f"again after {rule.again.spoken}" if rule.again else "once"
        acts = ", then ".join(sentence(tell, step) for step in rule.then)
        yield Told(f"{rule.name} ({often}): if {tell.condition(rule.when)}, {acts}")


def _audience(tell: Tell, when: Any) -> Iterator[Told]:
    yield Told(f"Only while {tell.condition(Condition(lines(when)))}; whoever is not any more leaves")


def _measure(tell: Tell, doc: Mapping[str, Any]) -> Iterator[Told]:
    for name, of in doc.items():
        when, within = (of.get("when"), of.get("within")) if isinstance(of, Mapping) else (of, None)
        what = str(when) if when in tell.dictionary.happenings else tell.condition(Condition(lines(when)))
        span = f", within {duration(within)} of coming in" if within else ""
        yield Told(f"{quoted(name)}: {what}{span}")


def _topic(tell: Tell, name: str) -> Iterator[Told]:
    title = tell.dictionary.topics.get(name, name)
    yield Told(f"About {quoted(title)}: none of it to whoever wants nothing about that")


def _line(text: str) -> Say:
    """One sentence, with ``{}`` for the value."""

    def say(_tell: Tell, value: Any) -> Iterator[Told]:
        yield Told(text.format(plainly(value)))

    return say


def _customers(_tell: Tell, value: Any) -> Iterator[Told]:
    if value == STAY:
        yield Told("Customers stay, and whoever becomes one")


def _codes(_tell: Tell, pools: Mapping[str, str]) -> Iterator[Told]:
    for name, path in pools.items():
        yield Told(f"Each lead has a code of {quoted(name)} of her own, from {path}")


def _approve(_tell: Tell, value: Any) -> Iterator[Told]:
    if value is True:
        yield Told("A second person must approve every version")


def _on(tell: Tell, value: Any) -> str:
    return f"When this happens: {listed([_trigger(tell, one) for one in lines(value)], 'or')}"


def _trigger(tell: Tell, text: str) -> str:
    trigger = parse_trigger(text)
    match trigger.word:
        case "enters" | "leaves":
            return f"the lead {trigger.word} the segment {quoted(trigger.name)}"
        case "changes":
            return f"{field_said(trigger.name)} gets another value"
        case "becomes":
            return f"the lead becomes {trigger.name}"
    return _happening(trigger.name, tell.dictionary.happenings.get(trigger.name))


def _happening(name: str, happening: Happening | None) -> str:
    if happening is None:
        return quoted(name)
    match = "".join(f", {key} {plainly(value)}" for key, value in happening.match.items())
    return f"{quoted(name)} ({happening.event}{match})"


def _schedule(text: str) -> str:
    """``Every Monday at 09:00``."""
    schedule = parse_schedule(text)
    day = "day" if schedule.weekday is None else NAMES[schedule.weekday]
    return f"Every {day} at {schedule.at:%H:%M}"


def _canary(value: Any) -> str:
    share, span = (value["share"], value.get("for")) if isinstance(value, Mapping) else (value, None)
    rest = f"after {duration(span)}" if span else "when somebody lets them in"
    return f"First {share} of them; the others {rest}"


ENROL: Mapping[str, Callable[[Tell, Any], str]] = {
    "on": _on,
    "at": lambda _tell, value: f"When it is {anchor_said(parse_anchor(str(value)))}",
    "every": lambda _tell, value: f"{_schedule(str(value))}, by the company's clock: whoever is not in it",
    "if": lambda tell, value: f"Only if {tell.condition(Condition(lines(value)))}",
    "again": lambda tell, value: _again(tell, str(value)),
    "key": lambda _tell, value: f"One journey at a time for each {field_said(str(value))}",
    "expect": lambda _tell, value: f"About {plainly(value)} are expected; ten times as many are held",
    "canary": lambda _tell, value: _canary(value),
}
HEADS: Mapping[str, tuple[str, Say]] = {
    "topic": (MAILS, _topic),
    "for": (IN, _line("One journey for each {}")),
    "enrol": (IN, _enrol),
    "audience": (IN, _audience),
    "never_with": (IN, _line("Never at the same time as {}")),
    "holdout": (IN, _line("{}% get nothing, and are compared with the others")),
    "customers": (OUT, _customers),
    "leave": (OUT, _leave),
    "rules": (ANYWHERE, _rules),
    "priority": (
        MAILS,
        _line("Priority {}: where there is room for one mail only, the higher one goes first"),
    ),
    "codes": (MAILS, _codes),
    "measure": (COUNTED, _measure),
    "approve": (LIVE, _approve),
    "moved": (LIVE, _line("Steps with a new name: {}")),
}
ELSEWHERE = ("sending", "campaign", "title", "goal", "steps", "sections", "aims")
"""Keys that the page tells in other places."""
