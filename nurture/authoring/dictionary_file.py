"""``policies/dictionary.yaml``: the words that conditions may use, and the company's rules for sending."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from fnmatch import fnmatchcase

from nurture.authoring.checking import Asked, Checking, Field, Words, read_named, read_table
from nurture.authoring.conditions import report
from nurture.authoring.kinds import read_condition, read_name, read_text
from nurture.authoring.lateness import check_company_lateness
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.permissions import read_consent, read_topics
from nurture.authoring.problems import errors
from nurture.authoring.proofs.segments import check_segments
from nurture.authoring.senders import read_senders
from nurture.authoring.sending import read_company_sending
from nurture.authoring.source import Source, nearest, suggestion
from nurture.authoring.webhooks import read_webhooks
from nurture.authoring.window_words import WINDOW_HINTS
from nurture.conditions import Conditions
from nurture.domain.dictionary import COMPARED, TYPES, Dictionary, load_dictionary
from nurture.domain.enrolment import SEGMENT_EVENTS
from nurture.domain.own_events import wrong_event
from nurture.domain.windows import ANY_TIME, parse_window

FIELD = re.compile(r"^[a-z]+\.[a-z][a-z0-9_]*$")
EVENT = re.compile(r"^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$")
OTHER_TYPES: Mapping[str, tuple[str, ...]] = {
    "number": ("int", "integer", "float", "decimal", "double", "money", "currency", "amount", "percent"),
    "yes/no": ("bool", "boolean", "checkbox", "flag", "yes-no", "yes", "no", "true", "false", "yesno"),
    "date": ("datetime", "timestamp", "time", "day", "date-time", "birthday"),
    "text": ("string", "str", "varchar", "email", "url", "phone", "option", "enum", "list", "picklist"),
}
"""Our type -> what other tools call it."""
COMPARES = ("at least", "at most")
WINDOW = ("days", "hours")
SHORTEST = timedelta(minutes=15)
YES_NO = {"yes": True, "no": False, "true": True, "false": False}


def check_dictionary(source: Source, root: Node) -> Mapping[str, Plain]:
    # Windows, happenings and fields are read first: what is below may name them.
    first = read_table(Checking(Source(source.file, source.text)), root, NAMED, "")
    check = Checking(source, Words(load_dictionary(first)))
    document = read_table(check, root, FIELDS, "the dictionary")
    loaded = load_dictionary(document)
    _check_segments(check, root, loaded)
    check_company_lateness(check, root, loaded.sending)
    return document


def _check_segments(check: Checking, root: Node, dictionary: Dictionary) -> None:
    conditions = Conditions(dictionary)
    lines: dict[str, list[Asked]] = {}
    for asked in check.asked:
        lines.setdefault(asked.step or "", []).append(asked)
    for name in dictionary.segments:
        for index, problem in conditions.check_segment(name):
            report(check, lines[name][index], problem)
    _check_watched(check, root, dictionary)
    if not errors(check.source.problems):
        check_segments(check, conditions, lines)


def _check_watched(check: Checking, root: Node, dictionary: Dictionary) -> None:
    """Happenings of coming into a segment, or leaving it, name one."""
    happenings = root.entries.get("happenings") if isinstance(root, Table) else None
    for name, happening in dictionary.happenings.items():
        segment = happening.match.get("segment")
        if happening.event not in SEGMENT_EVENTS.values() or segment is None:
            continue
        node = happenings.entries[name] if isinstance(happenings, Table) else root
        if not any(fnmatchcase(known, segment) for known in dictionary.segments) and isinstance(node, Table):
            hint = suggestion(segment, dictionary.segments, "There are")
            check.report("unknown-segment", node.entries["segment"], f"there is no segment `{segment}`", hint)


def _names(check: Checking, node: Node) -> None:
    if isinstance(node, Table):
        for key in node.keys.values():
            read_name(check, key)


def _fields(check: Checking, node: Node) -> Plain:
    if isinstance(node, Table):
        for key in node.keys.values():
            if not FIELD.match(key.text):
                text = f"`{key.text}` is not a field name such as `lead.industry`"
                check.report(
                    "name", key, text, "Lower-case letters, digits and `_`, after `lead.` or `account.`."
                )
    return read_named(check, node, _field, "fields with their types")


def _field(check: Checking, name: str, node: Node) -> str | None:
    if not FIELD.match(name):
        return None
    if isinstance(node, Scalar) and node.text in TYPES:
        return node.text
    word = node.text if isinstance(node, Scalar) else ""
    meant = next((ours for ours, theirs in OTHER_TYPES.items() if word.lower() in theirs), None)
    hint = f"Write `{meant}`." if meant else suggestion(word, TYPES, "Types are")
    check.wrong(node, f"the type of `{name}`", hint)
    # Read as what was meant, so that what uses the field is not told of as well.
    return meant or nearest(word, TYPES) or "text"


def _happenings(check: Checking, node: Node) -> Plain:
    _names(check, node)
    return read_named(check, node, _happening, "happenings, each with its `event`")


def _happening(check: Checking, name: str, node: Node) -> Plain:
    if not isinstance(node, Table) or "event" not in node.entries:
        bare = isinstance(node, Scalar) and EVENT.match(node.text)
        hint = f"Write `{name}: {{event: {node.text}}}`." if bare and isinstance(node, Scalar) else ""
        check.wrong(node, f"the event of `{name}`, such as `{{event: form.submitted, form: {name}}}`", hint)
        return None
    lists = [value for value in node.entries.values() if isinstance(value, Rows)]
    for value in lists:
        check.wrong(value, "one text", "`*` is anything: `/prices*`. Or write a happening for each.")
    if lists:
        return None
    found = {key: read_text(check, value) for key, value in node.entries.items()}
    if not EVENT.match(str(found["event"])):
        text = f"`{found['event']}` is not the type of an event"
        check.report("name", node.entries["event"], text, "Two words with a dot: `form.submitted`.")
        return None
    for key, said in found.items():
        if said is not None and said.startswith(COMPARES) and not COMPARED.match(said):
            check.wrong(node.entries[key], "a number to compare with, such as `at least 30`")
    match = {key: text for key, text in found.items() if text is not None}
    _check_event(check, node, match)
    return match


def _check_event(check: Checking, node: Table, match: Mapping[str, str]) -> None:
    """Events that never happen, and data that they never have."""
    data = {key: text for key, text in match.items() if key != "event"}
    for wrong in wrong_event(match["event"], data):
        at = node.entries["event"] if wrong.key == "event" else node.keys[wrong.key]
        check.report("unknown-event" if wrong.sure else "doubtful-event", at, wrong.text, wrong.hint)


def _lists(check: Checking, node: Node) -> Plain:
    _names(check, node)
    return read_named(check, node, _members, "lists of domains and addresses")


def _members(check: Checking, _name: str, node: Node) -> Plain:
    found = [read_text(check, item) for item in items(node)] if isinstance(node, Rows) else None
    if found is None:
        check.wrong(node, "a list of domains and addresses", "Such as `[rival.example]`.")
        return None
    return [text.lower() for text in found if text]


def _segments(check: Checking, node: Node) -> Plain:
    _names(check, node)
    return read_named(check, node, _segment, "segments, each with a condition")


def _segment(check: Checking, name: str, node: Node) -> Plain:
    check.step = name
    found = read_condition(check, node, "segment")
    check.step = None
    return found


def _windows(check: Checking, node: Node) -> Plain:
    _names(check, node)
    return read_named(check, node, _window, "windows, each with `days` and `hours`")


def _window(check: Checking, name: str, node: Node) -> Plain:
    keys = {key: Field(read_text, required=True) for key in WINDOW}
    found = read_table(check, node, {**keys, "holidays": Field(_yes_no)}, f"`{name}`")
    if not isinstance(node, Table) or not set(WINDOW) <= set(found):
        return None
    if name == ANY_TIME:
        check.report("name", node, f"`{ANY_TIME}` is there by itself and cannot be changed")
        return None
    try:
        window = parse_window(found["days"], found["hours"])
    except ValueError as error:
        key = "days" if "days" in str(error) else "hours"
        check.report("wrong-kind", node.entries[key], str(error), WINDOW_HINTS[key](str(found[key])))
        return None
    if window.length < SHORTEST:
        minutes = int(SHORTEST.total_seconds() // 60)
        check.wrong(node.entries["hours"], f"hours that last at least {minutes} minutes",
                    "Those who wait for a window come one after the other in its first minutes.")  # fmt: skip
        return None
    return found


def _yes_no(check: Checking, node: Node) -> bool | None:
    if isinstance(node, Scalar) and node.text in YES_NO:
        return YES_NO[node.text]
    check.wrong(node, "`yes` or `no`")
    return None


NAMED: Mapping[str, Field] = {
    "fields": Field(_fields),
    "happenings": Field(_happenings),
    "windows": Field(_windows),
}
FIELDS: Mapping[str, Field] = {
    "lists": Field(_lists),
    "segments": Field(_segments),
    **NAMED,
    "sending": Field(read_company_sending),
    "topics": Field(read_topics),
    "consent": Field(read_consent),
    "senders": Field(read_senders),
    "webhooks": Field(read_webhooks),
}
