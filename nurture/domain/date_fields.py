"""Dates of a lead: a moment, or a day, which has no zone and begins at midnight where the lead is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timezone
from zoneinfo import ZoneInfo

from nurture.domain.facts import Value


def at_home(value: datetime, zone: ZoneInfo) -> datetime:
    """``value`` without a zone is a day, or a time on the lead's clock."""
    if value.tzinfo:
        return value
    # The offset, not the zone: Python subtracts times of one zone by the clock on the wall.
    offset = value.replace(tzinfo=zone).utcoffset()
    assert offset is not None
    return value.replace(tzinfo=timezone(offset))


def all_at_home(fields: Mapping[str, Value], zone: ZoneInfo) -> dict[str, Value]:
    return {
        name: at_home(value, zone) if isinstance(value, datetime) else value for name, value in fields.items()
    }


def cause_of_date(value: datetime) -> str:
    """Names the date that let a lead in, the same wherever the lead has moved to since."""
    return f"at {value.replace(tzinfo=UTC).isoformat()}"
