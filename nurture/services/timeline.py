"""Writing a lead's timeline: every hold, skip and turn, with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert

from nurture.domain.effects import Line
from nurture.store.tables import timeline

REASON_AT_MOST = 500
INSERT = insert(timeline)


def write(conn: Connection, journey: Row[Any], turn: int, at: datetime, lines: Iterable[Line]) -> None:
    if rows := rows_of(journey, turn, at, lines):
        conn.execute(INSERT, rows)


def rows_of(journey: Row[Any], turn: int, at: datetime, lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        {
            "lead_id": journey.lead_id,
            "journey_id": journey.id,
            "turn": turn,
            "at": at,
            "kind": line.kind,
            "step": line.step,
            "reason": line.reason[:REASON_AT_MOST],
            "detail": plain(line.detail) or None,
        }
        for line in lines
    ]


def plain(value: Any) -> Any:
    """Fit for a JSON column."""
    match value:
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case datetime() | date():
            return value.isoformat()
    return value
