"""How a value of each kind is read from the file; the arms of a step are in ``blocks``."""

from __future__ import annotations

import re
from collections.abc import Callable

from nurture.authoring.caps import read_cap
from nurture.authoring.checking import Asked, Checking, unknown
from nurture.authoring.naming import slug_of
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.other_words import duration_hint
from nurture.authoring.source import suggestion
from nurture.domain.anchors import Anchor
from nurture.domain.durations import parse_duration
from nurture.domain.keys import NAME_PATTERN, Key, Kind
from nurture.domain.stages import STAGES
from nurture.domain.steps.go import parse_times
from nurture.domain.steps.wait import parse_span
from nurture.domain.windows import ANY_TIME

NAME = re.compile(NAME_PATTERN)
DICTIONARY = "policies/dictionary.yaml"
MOST_ANSWERS = 4
WHOLE = 100
NUMBERED = {
    str(number): f", such as `{word}: ...`"
    for number, word in enumerate(("zero", "one", "two", "three", "four", "five"))
}
YES_NO = {"yes": True, "no": False, "true": True, "false": False}


def read_name(check: Checking, node: Node, what: str = "a name") -> str | None:
    if isinstance(node, Scalar) and node.value is not None and NAME.match(node.text):
        return node.text
    slug = slug_of(node.text) if isinstance(node, Scalar) else ""
    hint = f"Write `{slug}`." if slug else ""
    if isinstance(node, Scalar) and node.text[:1].isdigit():
        hint = f"It must begin with a letter{NUMBERED.get(node.text, '')}."
    if isinstance(node, Scalar) and "," in node.text:
        hint = "One name stands here; what has another name is written on its own."
    if isinstance(node, Scalar) and node.value is not None:
        text = f"`{node.text}` is not a name: lower-case letters, digits and hyphens"
        check.report("name", node, text, hint)
    else:
        check.wrong(node, what)
    return None


def read_text(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and node.value is not None:
        return node.text.strip()
    check.wrong(node, "a text")
    return None


def read_condition(check: Checking, node: Node, key: str) -> Plain:
    lines: list[str] = []
    for line in items(node):
        if not isinstance(line, Scalar) or line.value is None:
            check.wrong(line, 'a condition such as `clicked("guide")`')
        elif line.flow:
            text = "a condition may not stand inside `{}` or `[]`"
            hint = "Put it on a line of its own; several conditions each begin with `- `."
            check.report("condition-in-brackets", line, text, hint)
        else:
            check.asked.append(Asked(line, key, check.step))
            lines.append(line.text.strip())
    if isinstance(node, Rows) and not node.items:
        check.wrong(node, "at least one condition")
    if not lines:
        return None
    return lines if isinstance(node, Rows) else lines[0]


def read_duration(check: Checking, node: Node) -> str | None:
    return parsed(check, node, parse_duration, "a duration such as 90m, 4h, 3d, 2w or 5 business days")


def parsed(
    check: Checking,
    node: Node,
    parse: Callable[[str], object],
    expected: str,
    hint: Callable[[str], str] = duration_hint,
) -> str | None:
    """The text of a scalar that ``parse`` takes; it raises ValueError otherwise. ``hint``: what to write
    instead of what somebody wrote."""
    if not isinstance(node, Scalar) or node.value is None:
        check.wrong(node, expected)
        return None
    try:
        parse(node.text)
    except (ValueError, OverflowError) as error:
        text = str(error) if str(error).startswith("expected") else f"expected {expected}"
        check.report("wrong-kind", node, text, hint(node.text))
        return None
    return node.text.strip()


def read_wait(check: Checking, node: Node) -> str | None:
    expected = "`3d`, `up to 14d`, `to deal.renewal_date - 60d`, `to next monday 09:00` or `into afternoons`"
    if isinstance(node, Scalar) and node.text in check.words.dictionary.happenings:
        hint = f'Write `wait: up to 14d`, and below it `until: happened("{node.text}")`.'
        check.wrong(node, "how long to wait", hint)
        return None
    text = parsed(check, node, parse_span, expected)
    if text is None:
        return None
    assert isinstance(node, Scalar)
    span = parse_span(text)
    return text if is_a_date(check, node, span.anchor) and _window_exists(check, node, span.into) else None


def is_a_date(check: Checking, node: Scalar, anchor: Anchor | None) -> bool:
    if anchor is None:
        return True
    fields = check.words.dictionary.fields
    kind = fields.get(anchor.field)
    check.elsewhere.append((anchor.field, node))
    if kind == "date":
        return True
    dates = [name for name, of in fields.items() if of == "date"]
    missing = f"there is no field `{anchor.field}` in {DICTIONARY}"
    text = f"`{anchor.field}` is a {kind}, not a date" if kind else missing
    check.report("unknown-field", node, text, suggestion(anchor.field, dates, "Dates are"))
    return False


def read_window(check: Checking, node: Node) -> str | None:
    if not isinstance(node, Scalar) or node.value is None:
        check.wrong(node, f"the name of a window, or `{ANY_TIME}`")
        return None
    return node.text if _window_exists(check, node, node.text) else None


def _window_exists(check: Checking, node: Scalar, name: str | None) -> bool:
    known = {ANY_TIME, *check.words.dictionary.windows}
    if name is None or name in known:
        return True
    text = f"there is no window `{name}` in {DICTIONARY}"
    check.report("unknown-window", node, text, suggestion(name, known, "There are"))
    return False


def read_section(check: Checking, node: Node) -> str | None:
    name = read_name(check, node, "the name of a section")
    if name is not None and name not in check.sections:
        hint = suggestion(name, check.sections, "Sections are")
        check.report("unknown-section", node, f"there is no section `{name}` in this file", hint)
        return None
    return name


def read_team(check: Checking, node: Node) -> str | None:
    if isinstance(node, Table) and isinstance(team := node.entries.get("team"), Scalar):
        check.wrong(
            node, "the name of a team", f"Write `{team.text}` behind the colon, and the other keys below it."
        )
        return None
    name = read_name(check, node, "the name of a team")
    if name is not None and name not in check.words.teams:
        assert isinstance(node, Scalar)
        unknown(check, "unknown-team", node, "team", check.words.teams, "policies/sales.yaml")
        return None
    return name


def read_message(check: Checking, node: Node) -> str | None:
    name = read_name(check, node, "the name of a message")
    if name is not None:
        check.messages.setdefault(name, node)
    return name


def read_campaign(check: Checking, node: Node) -> str | None:
    name = read_name(check, node, "the name of another campaign")
    known = check.words.campaigns
    if name is None or not isinstance(node, Scalar):
        return None
    if name == check.name:
        check.report("unknown-campaign", node, f"`{name}` is this campaign itself", "Name another one.")
        return None
    if known is not None and name not in known:
        unknown(check, "unknown-campaign", node, "campaign", known, "campaigns/")
        return None
    return name


def read_labels(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Table) or not 0 < len(node.entries) <= MOST_ANSWERS:
        count = f", found {len(node.entries)}" if isinstance(node, Table) else ""
        text = f"expected one to four answers, each as `name: Text that the reader sees`{count}"
        check.report("answers", node, text)
    if not isinstance(node, Table) or not node.entries:
        return None
    found = {
        key: read_text(check, value)
        for key, value in node.entries.items()
        if read_name(check, node.keys[key]) is not None
    }
    return {key: text for key, text in found.items() if text is not None}


def read_value(check: Checking, node: Node, kind: str, name: str) -> Plain:
    """A value of a declared field."""
    if isinstance(node, Scalar) and node.value is not None:
        if kind == "yes/no" and node.text in YES_NO:
            return YES_NO[node.text]
        if kind == "number" and type(node.value) in (int, float):
            return node.value
        if kind == "text":
            return node.text
    check.wrong(node, f"a {kind}, which `{name}` is")
    return None


def read_names(check: Checking, node: Node) -> Plain:
    found: list[str] = []
    for item in items(node):
        off = isinstance(item, Scalar) and item.text.startswith("-")
        bare = Scalar(item.at, item.text[1:], item.text[1:]) if off and isinstance(item, Scalar) else item
        name = read_name(check, bare)
        if name is None:
            return None
        found.append(f"-{name}" if off else name)
    return found if isinstance(node, Rows) else found[0]


def read_stage(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and node.text in STAGES:
        return node.text
    if isinstance(node, Scalar) and node.value is not None:
        unknown(check, "unknown-stage", node, "stage", frozenset(STAGES), "the lifecycle")
    else:
        check.wrong(node, f"a stage: {', '.join(STAGES)}")
    return None


def read_count(check: Checking, node: Node) -> str | None:
    text = parsed(check, node, parse_times, "a number such as `6 times`")
    if text is not None and parse_times(text) < 1:
        check.wrong(node, "at least `1 time`")
        return None
    return text


def read_points(check: Checking, node: Node) -> int | None:
    if isinstance(node, Scalar) and type(node.value) is int:
        return node.value
    if isinstance(node, Scalar) and re.fullmatch(r"\+\d{1,6}", node.text):
        return int(node.text)
    check.wrong(node, "a whole number of points, such as `10` or `-5`")
    return None


def read_word(check: Checking, node: Node, words: tuple[str, ...]) -> str | None:
    if isinstance(node, Scalar) and node.text in words:
        return node.text
    hint = suggestion(node.text, words, "One of") if isinstance(node, Scalar) else ""
    check.wrong(node, f"one of {', '.join(words)}", hint if "Did" in hint else "")
    return None


KINDS: dict[Kind, Callable[[Checking, Node, Key], Plain]] = {
    Kind.NAME: lambda check, node, _key: read_name(check, node),
    Kind.TEXT: lambda check, node, _key: read_text(check, node),
    Kind.DURATION: lambda check, node, _key: read_duration(check, node),
    Kind.WAIT: lambda check, node, _key: read_wait(check, node),
    Kind.WINDOW: lambda check, node, _key: read_window(check, node),
    Kind.SECTION: lambda check, node, _key: read_section(check, node),
    Kind.TEAM: lambda check, node, _key: read_team(check, node),
    Kind.MESSAGE: lambda check, node, _key: read_message(check, node),
    Kind.CAMPAIGN: lambda check, node, _key: read_campaign(check, node),
    Kind.LABELS: lambda check, node, _key: read_labels(check, node),
    Kind.NAMES: lambda check, node, _key: read_names(check, node),
    Kind.STAGE: lambda check, node, _key: read_stage(check, node),
    Kind.COUNT: lambda check, node, _key: read_count(check, node),
    Kind.POINTS: lambda check, node, _key: read_points(check, node),
    Kind.CAP: lambda check, node, _key: read_cap(check, node),
    Kind.WORD: lambda check, node, key: read_word(check, node, key.words),
}
"""Conditions and arms also need to know their key, and are read by ``blocks``."""
