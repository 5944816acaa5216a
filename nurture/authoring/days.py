"""Days with names, such as holidays, and the hours of a week."""

from __future__ import annotations

from nurture.authoring.checking import Checking, Field, read_named, read_table
from nurture.authoring.day_words import day_hint
from nurture.authoring.kinds import read_text
from nurture.authoring.nodes import Node, Plain, Table
from nurture.authoring.window_words import WINDOW_HINTS
from nurture.domain.day_rules import MOST_DAYS, load_days, parse_days
from nurture.domain.windows import parse_window

MOST_CLOSED = 100
"""Days of one year; more, and hardly anything would ever go out."""
SOME_YEARS = range(2024, 2034)


def read_days(check: Checking, node: Node) -> Plain:
    """``{12-25: Christmas Day, easter - 2: Good Friday}``."""
    found = read_named(check, node, lambda check, _day, name: read_text(check, name), "days with their names")
    sound = {day: name for day, name in (found or {}).items() if _is_a_day(check, node, day)}
    days = load_days(sound)
    if sound and max(len(days.of(year)) for year in SOME_YEARS) > MOST_CLOSED:
        check.report("wrong-kind", node, f"expected at most {MOST_CLOSED} days in a year, found more")
        return None
    return sound or None


def _is_a_day(check: Checking, node: Node, day: str) -> bool:
    assert isinstance(node, Table)
    try:
        parse_days(day)
    except ValueError as error:
        both = f"Both ends count, and it is under {MOST_DAYS} days." if " to " in day else ""
        hint = day_hint(day) or both
        check.report("wrong-kind", node.keys[day], str(error), hint)
        return False
    return True


def read_week(check: Checking, node: Node, what: str) -> Plain:
    """``{days: mon-fri, hours: 09:00-17:00}``, each optional."""
    found = read_table(check, node, {"days": Field(read_text), "hours": Field(read_text)}, what)
    for key, text in list(found.items()):
        assert isinstance(node, Table)
        try:
            parse_window(**{"days": "mon", "hours": "09:00-10:00", key: text})
        except ValueError as error:
            check.report("wrong-kind", node.entries[key], str(error), WINDOW_HINTS[key](str(text)))
            return None
    return found
