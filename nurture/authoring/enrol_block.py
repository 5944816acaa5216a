"""The ``enrol`` keys of a campaign, and its ``audience``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from nurture.authoring.checking import Checking, Field, read_table, unknown
from nurture.authoring.door import AUDIENCE, ENROL
from nurture.authoring.kinds import (
    DICTIONARY,
    YES_NO,
    is_a_date,
    parsed,
    read_campaign,
    read_condition,
    read_duration,
    read_name,
    read_stage,
)
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, described, items
from nurture.authoring.other_words import date_hint, schedule_hint
from nurture.authoring.source import suggestion
from nurture.domain.dictionary import Dictionary
from nurture.domain.enrolment import (
    ALWAYS,
    BECOMES,
    CHANGES,
    ENTERS,
    LEAVES,
    OF_EVENT,
    WORDS,
    parse_again,
    parse_anchor,
    parse_trigger,
)
from nurture.domain.schedules import EXPECTED, parse_schedule
from nurture.domain.volume import parse_share, parse_volume

TRIGGER = "the name of a happening, `enters SEGMENT`, `leaves SEGMENT`, `changes lead.role` or `becomes MQL`"
KEY = re.compile(r"^event\.[A-Za-z_][A-Za-z0-9_]{0,60}$")


def read_enrol(check: Checking, node: Node) -> Plain:
    if isinstance(node, Scalar) and node.value is not None:
        check.wrong(node, "a group of keys", f"Write `enrol: {{on: {node.text}}}`.")
        return None
    found = read_table(check, node, FIELDS, "`enrol`")
    if isinstance(node, Table):
        _fit_together(check, node, found)
    return found


def of_event(dictionary: Dictionary, kind: str) -> str:
    """What to write instead of the type of an event."""
    names = sorted(name for name, one in dictionary.happenings.items() if one.event == kind)
    if names:
        return f"Happenings of it: {', '.join(f'`{name}`' for name in names)}."
    return f"Declare one in {DICTIONARY}: `happenings:`, and below it `a-name: {{event: {kind}}}`."


def read_audience(check: Checking, node: Node) -> Plain:
    return read_condition(check, node, AUDIENCE)


def read_for(check: Checking, node: Node) -> str | None:
    name = read_name(check, node, "a kind of record, such as `deal`")
    if name is None or not isinstance(node, Scalar):
        return None
    if name in ("lead", "account"):
        hint = "Leave `for:` out: then each lead has a journey."
        check.report("unknown-field", node, "a campaign is for leads, or for records such as a deal", hint)
        return None
    kinds = check.words.dictionary.records
    if name not in kinds:
        text = f"no field of a `{name}` is declared in {DICTIONARY}"
        check.report("unknown-field", node, text, suggestion(name, kinds, "Records are"))
        return None
    return name


def read_never_with(check: Checking, node: Node) -> Plain:
    found = [read_campaign(check, item) for item in items(node)]
    known = [name for name in found if name is not None]
    return (known or None) if isinstance(node, Rows) else (known[0] if known else None)


def _fit_together(check: Checking, node: Table, found: Mapping[str, Plain]) -> None:
    if "key" in found and "on" not in node.entries:
        text = "`key` is taken from the event that lets a lead in, and `on` names none"
        check.report("keys-together", node.keys["key"], text, "Add `on:` with a happening.")
    if "every" in found and "if" not in node.entries:
        text = "`every` asks everybody again and again, and `if` does not say who is meant"
        check.report("keys-together", node.keys["every"], text, "Add `if:` with a condition.")
    if found.get("again") == ALWAYS and "key" not in found:
        text = "`again: always` needs `key`: without one, a lead has one journey at a time"
        hint = "Write `again: after exit`, or add a key such as `key: event.webinar`."
        hint += " With `for:` each record has a journey already: leave `again` out."
        check.report("keys-together", node.keys["again"], text, hint)


def _on(check: Checking, node: Node) -> Plain:
    found = [_trigger(check, item) for item in items(node)]
    if not found:
        check.wrong(node, f"at least one of: {TRIGGER}")
    known = [text for text in found if text is not None]
    if len(set(known)) < len(known):
        check.report("duplicate-name", node, "the same thing stands here twice")
    return (known or None) if isinstance(node, Rows) else (found[0] if found else None)


def _trigger(check: Checking, node: Node) -> str | None:
    if not isinstance(node, Scalar) or node.value is None:
        check.wrong(node, TRIGGER)
        return None
    trigger = parse_trigger(node.text)
    if trigger.word in WORDS:
        width = len(node.text) - len(trigger.name)
        name = Scalar(node.at, trigger.name, trigger.name, node.index + width)
        return f"{trigger.word} {trigger.name}" if NAMED[trigger.word](check, name) else None
    if " " in trigger.name:
        check.report("wrong-kind", node, f"expected {TRIGGER}, found {described(node)}")
        return None
    if "." in trigger.name:
        text = f"`{trigger.name}` is the type of an event; here stands the name of a happening"
        check.report("unknown-happening", node, text, of_event(check.words.dictionary, trigger.name))
        return None
    name_ok = read_name(check, node, TRIGGER)
    if name_ok is None:
        return None
    known = check.words.dictionary.happenings
    if trigger.name not in known:
        unknown(check, "unknown-happening", node, "happening", known, DICTIONARY)
        return None
    return trigger.name


def _at(check: Checking, node: Node) -> str | None:
    text = parsed(check, node, parse_anchor, "a date such as `lead.trial_ends - 3d`", date_hint)
    if text is None or not isinstance(node, Scalar):
        return None
    return text if is_a_date(check, node, parse_anchor(text)) else None


def _every(check: Checking, node: Node) -> str | None:
    return parsed(check, node, parse_schedule, EXPECTED, schedule_hint)


def _segment(check: Checking, node: Scalar) -> bool:
    known = check.words.dictionary.segments
    if node.text in known:
        return True
    unknown(check, "unknown-segment", node, "segment", known, DICTIONARY)
    return False


def _field(check: Checking, node: Scalar) -> bool:
    known = check.words.dictionary.fields
    if node.text in known:
        check.elsewhere.append((node.text, node))
        return True
    unknown(check, "unknown-field", node, "field", known, DICTIONARY)
    return False


def _again(check: Checking, node: Node) -> str | None:
    text = node.text if isinstance(node, Scalar) else ""
    if text in YES_NO:
        hint = "Write `again: after exit`." if YES_NO[text] else "Write `again: never`."
        check.wrong(node, "`never`, `after 180d`, `after exit` or `always`", hint)
        return None
    if re.match(r"\d+\s*[a-z]", text):
        check.wrong(node, "`never`, `after 180d`, `after exit` or `always`", f"Write `again: after {text}`.")
        return None
    return parsed(check, node, parse_again, "`never`, `after 180d`, `after exit` or `always`")


def _key(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and KEY.match(node.text):
        return node.text
    check.wrong(node, "a datum of the event, such as `event.webinar`", f"Write `{OF_EVENT}` and its name.")
    return None


def _expect(check: Checking, node: Node) -> str | None:
    return parsed(check, node, parse_volume, "a number of leads such as `200 a day`")


def _share(check: Checking, node: Node) -> str | None:
    return parsed(check, node, parse_share, "a share such as `10%`")


def _canary(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Table):
        return _share(check, node)
    found = read_table(check, node, CANARY, "`canary`")
    return found if "share" in found else None


NAMED: Mapping[str, Callable[[Checking, Scalar], bool]] = {
    ENTERS: _segment,
    LEAVES: _segment,
    CHANGES: _field,
    BECOMES: lambda check, node: read_stage(check, node) is not None,
}
CANARY: Mapping[str, Field] = {"share": Field(_share, required=True), "for": Field(read_duration)}
FIELDS: Mapping[str, Field] = {
    "on": Field(_on),
    "at": Field(_at),
    "every": Field(_every),
    "if": Field(lambda check, node: read_condition(check, node, ENROL)),
    "again": Field(_again),
    "key": Field(_key),
    "expect": Field(_expect),
    "canary": Field(_canary),
}
