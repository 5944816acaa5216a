"""``set``: fields of the lead. A date is ``today``, ``now`` or a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from nurture.domain.actions.action import Action
from nurture.domain.date_fields import all_at_home
from nurture.domain.facts import Facts, Value
from nurture.domain.keys import Key, Kind

TODAY, NOW = "today", "now"
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def is_date(text: str) -> bool:
    """Whether a date field may be set to it."""
    if text in (TODAY, NOW):
        return True
    try:
        return DAY.fullmatch(text) is not None and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def dated(values: Mapping[str, Value], kinds: Mapping[str, str], facts: Facts) -> dict[str, Value]:
    """Words for dates as what they are now: a day has no zone. ``kinds``: field -> its type."""
    return {
        name: _date(value, facts) if kinds.get(name) == "date" and isinstance(value, str) else value
        for name, value in values.items()
    }


def _date(word: str, facts: Facts) -> datetime:
    if word == NOW:
        return facts.now.astimezone(UTC).replace(microsecond=0)
    if word == TODAY:
        local = facts.now.astimezone(facts.zone)
        return datetime(local.year, local.month, local.day)  # noqa: DTZ001
    return datetime.fromisoformat(word)


def written(value: Value) -> str | int | float | bool:
    """As it is kept: a day as ``2026-03-02``, a moment in UTC."""
    if not isinstance(value, datetime):
        return value
    return value.isoformat(timespec="seconds") if value.tzinfo else value.date().isoformat()


def _apply(facts: Facts, values: Mapping[str, Value]) -> Facts:
    return replace(facts, fields={**facts.fields, **all_at_home(values, facts.zone)})


ACTION = Action(Key(Kind.CHANGES, "fields of the lead and their new values", says="set {}"), _apply, crm=True)
