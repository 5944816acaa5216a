"""``cap``: the most marketing messages to one lead in a time."""

from __future__ import annotations

import re

from nurture.authoring.checking import Checking
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.domain.durations import parse_duration
from nurture.domain.sending_policy import PERIODS

ONE = re.compile(r"^(\d+)(?:\s*(?:/|x|times|messages?|mails?|a|per|each|every)\s*)*(day|week|month)?$")
MOST = 50
EXAMPLE = "`{day: 1, week: 3, 30d: 6}`"


def read_cap(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Table) or not node.entries:
        hint = _meant(node.text) if isinstance(node, Scalar) else ""
        check.wrong(node, f"times with the most messages in each, such as {EXAMPLE}", hint)
        return None
    found = {
        key: most
        for key, value in node.entries.items()
        if _is_a_period(check, node.keys[key]) and (most := _most(check, value)) is not None
    }
    return found or None


def _meant(text: str) -> str:
    """Of ``3``, ``3 a week``, ``1/day``."""
    found = ONE.match(text)
    if found is None:
        return ""
    period = "30d" if found[2] == "month" else found[2] or "week"
    return f"Write `{{{period}: {found[1]}}}`."


def _is_a_period(check: Checking, key: Scalar) -> bool:
    if key.text in PERIODS:
        return True
    try:
        parse_duration(key.text)
    except ValueError:
        hint = "Write `30d`." if key.text.startswith("month") else f"As in {EXAMPLE}."
        check.wrong(key, "`day`, `week` or a duration such as 14d", hint)
        return False
    return True


def _most(check: Checking, node: Node) -> int | None:
    if isinstance(node, Scalar) and type(node.value) is int and 0 < node.value <= MOST:
        return node.value
    none = isinstance(node, Scalar) and node.value == 0
    hint = "To send nothing at all, pause the campaign with `nurture pause`." if none else ""
    check.wrong(node, f"a number of messages from 1 to {MOST}", hint)
    return None
