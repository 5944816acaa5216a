"""``set``: fields of the lead. A date is ``today``, ``now``, a day, or another date, with more or less."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from nurture.domain.actions.action import Action
from nurture.domain.date_fields import all_at_home, at_home
from nurture.domain.facts import Facts, Value
from nurture.domain.keys import Key, Kind
from nurture.domain.shifts import Term, by_the_clock, parse_terms, shifted

TODAY, NOW = "today", "now"
DATE = re.compile(r"^(today|now|\d{4}-\d\d-\d\d|[a-z]+\.[a-z][a-z0-9_]*)(\s*[+-].+)?$")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
EXPECTED = "`today`, `now`, a day such as 2026-05-01, or a date with more or less: `today + 14d`"


@dataclass(frozen=True)
class When:
    """What a date field is set to: ``base`` is a word, a day, or another date field."""

    base: str
    terms: tuple[Term, ...] = ()

    @property
    def field(self) -> str | None:
        return self.base if "." in self.base else None


def parse_when(text: str) -> When:
    """Raises ValueError."""
    found = DATE.match(text.strip())
    if found is None:
        raise ValueError(f"expected {EXPECTED}, found {text!r}")
    if DAY.fullmatch(found[1]):
        _day(found[1], text)
    return When(found[1], parse_terms(found[2] or ""))


def _day(day: str, text: str) -> None:
    try:
        datetime.fromisoformat(day)
    except ValueError:
        raise ValueError(f"expected {EXPECTED}, found {text!r}") from None


def is_date(text: str) -> bool:
    """Whether a date field may be set to it."""
    try:
        parse_when(text)
    except ValueError:
        return False
    return True


def dated(values: Mapping[str, Value], kinds: Mapping[str, str], facts: Facts) -> dict[str, Value]:
    """Words for dates as what they are now: a day has no zone. ``kinds``: field -> its type. What hangs on a
    date that is empty is left out."""
    found: dict[str, Value] = {}
    for name, value in values.items():
        is_word = kinds.get(name) == "date" and isinstance(value, str)
        new = _date(parse_when(str(value)), facts) if is_word else value
        if new is not None:
            found[name] = new
    return found


def _date(when: When, facts: Facts) -> datetime | None:
    base = _base(when.base, facts)
    if base is None or not (when.terms or when.field):
        return base
    instant = at_home(base, facts.zone)
    moved = shifted(instant, when.terms, facts.zone, facts.calendar)
    local = instant.astimezone(facts.zone)
    is_day = base.tzinfo is None or (when.field is not None and local.time() == time.min)
    if is_day and not by_the_clock(when.terms):
        day = moved.astimezone(facts.zone)
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001
    return moved.astimezone(UTC)


def _base(word: str, facts: Facts) -> datetime | None:
    if word == NOW:
        return facts.now.astimezone(UTC).replace(microsecond=0)
    if word == TODAY:
        local = facts.now.astimezone(facts.zone)
        return datetime(local.year, local.month, local.day)  # noqa: DTZ001
    if "." in word:
        value = facts.fields.get(word)
        return value if isinstance(value, datetime) else None
    return datetime.fromisoformat(word)


def written(value: Value) -> str | int | float | bool:
    """As it is kept: a day as ``2026-03-02``, a moment in UTC."""
    if not isinstance(value, datetime):
        return value
    return value.isoformat(timespec="seconds") if value.tzinfo else value.date().isoformat()


def _apply(facts: Facts, values: Mapping[str, Value]) -> Facts:
    return replace(facts, fields={**facts.fields, **all_at_home(values, facts.zone)})


ACTION = Action(Key(Kind.CHANGES, "fields of the lead and their new values", says="set {}"), _apply, crm=True)
