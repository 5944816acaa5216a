"""The value of a key in words, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nurture.authoring.explaining.tell import Tell
from nurture.conditions.saying import field_said
from nurture.domain.anchors import Anchor
from nurture.domain.conditions import Condition
from nurture.domain.digests import hour_of
from nurture.domain.durations import parse_duration
from nurture.domain.keys import Key, Kind
from nurture.domain.sending_policy import PERIODS
from nurture.domain.shifts import said
from nurture.domain.steps.go import parse_times
from nurture.domain.steps.send import OWNER, SMS, shares_in, subjects_in
from nurture.domain.steps.step import lines
from nurture.domain.steps.wait import parse_span
from nurture.domain.webhooks import webhook_of
from nurture.domain.windows import ANY_TIME

CALLED = {SMS: "text message", "linkedin": "LinkedIn message"}
"""Words of the file -> what people call it."""
ARMS = (Kind.STEPS, Kind.WAYS, Kind.SHARED_WAYS)
"""Kinds that open arms: told as lines of their own."""


def spoken(tell: Tell, key: Key, value: Any) -> str:
    """What the key says, with its value in words. Empty: nothing is said of it."""
    if key.says == "":
        return ""
    if key.kind is Kind.WINDOW and key.says != "{}":
        return (key.says or "{}").format(into(value))
    say = SPOKEN.get(key.kind)
    said = say(tell, value) if say else plainly(value)
    return (key.says or "{}").format(said)


def plainly(value: Any) -> str:
    """Any value of a file, for keys that nobody has found better words for."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {plainly(one)}" for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(plainly(one) for one in value)
    return str(value)


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def quoted(name: str) -> str:
    return f'"{name}"'


def window(_tell: Tell, name: str) -> str:
    return "at any time" if name == ANY_TIME else f'in the window "{name}"'


def duration(text: str) -> str:
    return parse_duration(str(text).removeprefix("after ")).spoken


def section(tell: Tell, name: str) -> str:
    steps = tell.campaign.sections.get(name)
    number = tell.numbers.get(steps[0].name) if steps else None
    return f"{quoted(name)} ({number})" if number else quoted(name)


def _wait(_tell: Tell, text: str) -> str:
    span = parse_span(str(text))
    if span.up_to:
        return f"up to {span.up_to.spoken}"
    if span.anchor:
        return f"until {anchor_said(span.anchor)}"
    return span.time.spoken if span.time else f"for {into(span.into or '')}"


def into(name: str) -> str:
    return f"the window {quoted(name)} to open"


def anchor_said(anchor: Anchor) -> str:
    field = said(anchor.terms, field_said(anchor.field))
    return f"{field} at {anchor.at:%H:%M}" if anchor.at else field


def _times(value: object) -> str:
    count = parse_times(value)
    return "once" if count == 1 else f"{count} times"


def _names(value: str | list[str]) -> str:
    names = [value] if isinstance(value, str) else value
    return listed([f"no longer {quoted(name[1:])}" if name[0] == "-" else quoted(name) for name in names])


def caps(value: Mapping[str, int]) -> str:
    """``fewer than 1 a day and 6 in 30 days``."""
    return "fewer than " + listed([f"{most} {often(period)}" for period, most in value.items()])


def often(period: str) -> str:
    return f"a {period}" if period in PERIODS else f"in {duration(period)}"


def _points(value: int) -> str:
    return f"{'take off' if value < 0 else 'add'} {abs(value)} point{'' if abs(value) == 1 else 's'}"


def _changes(value: Mapping[str, object]) -> str:
    return listed([f"{field_said(name)} to {plainly(new)}" for name, new in value.items()])


def _winner(value: Mapping[str, Any]) -> str:
    if not value.get("auto", True) or "after" not in value:
        return f"a person, who looks at {quoted(value['by'])}"
    over = listed([_after(part) for part in str(value["after"]).split(" and ")])
    return f"{quoted(value['by'])} after {over}"


def _after(part: str) -> str:
    """``200 leads``, or ``14 days``."""
    return part if "lead" in part else duration(part.strip())


def _notice(value: Mapping[str, Any]) -> str:
    whom = quoted(value["team"]) if "team" in value else listed(lines(value["to"]))
    gathered = f" (gathered, once a day at {hour_of(value['digest']):%H:%M})" if "digest" in value else ""
    told = sentences(value["text"])
    return f"{listed([whom, *lines(value.get('cc'))])}{gathered}" + (f": {told}" if told else "")


def sentences(text: str) -> str:
    """The lines of a text one after the other; one that begins anew stands behind a full stop."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    told = lines[0] if lines else ""
    for line in lines[1:]:
        told += f"{'.' if line[0].isupper() and told[-1].isalnum() else ''} {line}"
    return told


def _variants(value: Mapping[str, Any]) -> str:
    """Their subjects stand below."""
    shares = [f"{quoted(name)} ({share}%)" for name, share in shares_in(value).items()]
    return f"{'the subject ' if subjects_in(value) else ''}{listed(shares, 'or')}"


def _lists(value: str | list[str]) -> str:
    names = [value] if isinstance(value, str) else value
    on = [quoted(name) for name in names if not name.startswith("-")]
    off = [quoted(name[1:]) for name in names if name.startswith("-")]
    said = [(deed, some) for deed, some in (("add to", on), ("take off", off)) if some]
    return ", ".join(f"{deed} the list{'s' if len(some) > 1 else ''} {listed(some)}" for deed, some in said)


def _webhook(tell: Tell, value: str | Mapping[str, Any]) -> str:
    webhook = webhook_of(value, tell.dictionary.webhooks)
    kept = [field_said(name) for name in (webhook.keep if webhook else ())]
    called = quoted(value) if isinstance(value, str) else value["url"]
    return f"the webhook {called}" + (f" and keep the answer in {listed(kept)}" if kept else "")


SPOKEN: Mapping[Kind, Callable[[Tell, Any], str]] = {
    Kind.NAME: lambda _tell, value: quoted(value),
    Kind.TEXT: lambda _tell, value: sentences(value),
    Kind.CONDITION: lambda tell, value: tell.condition(Condition(lines(value))),
    Kind.DURATION: lambda _tell, value: duration(value),
    Kind.WAIT: _wait,
    Kind.WINDOW: window,
    Kind.SECTION: section,
    Kind.TEAM: lambda _tell, value: quoted(value),
    Kind.MESSAGE: lambda _tell, value: quoted(value),
    Kind.LABELS: lambda _tell, value: listed([quoted(label) for label in value.values()], "or"),
    Kind.SHARES: lambda _tell, value: _variants(value),
    Kind.CHANGES: lambda _tell, value: _changes(value),
    Kind.NAMES: lambda _tell, value: _names(value),
    Kind.STAGE: lambda _tell, value: str(value),
    Kind.COUNT: lambda _tell, value: _times(value),
    Kind.CAP: lambda _tell, value: f"only while she got {caps(value)}",
    Kind.POINTS: lambda _tell, value: _points(value),
    Kind.WORD: lambda _tell, value: CALLED.get(str(value), str(value)),
    Kind.SENDER: lambda _tell, value: "the sales person" if value == OWNER else quoted(value),
    Kind.CAMPAIGN: lambda _tell, value: quoted(value),
    Kind.LISTS: lambda _tell, value: _lists(value),
    Kind.NOTICE: lambda _tell, value: _notice(value),
    Kind.WEBHOOK: _webhook,
    Kind.WINNER: lambda _tell, value: _winner(value),
}
