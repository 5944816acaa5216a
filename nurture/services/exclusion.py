"""Campaigns that never have a lead at the same time: decided under the lead's lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row

from nurture.domain.campaign import Campaign
from nurture.services.desk import Desk


def in_the_way(conn: Connection, desk: Desk, ours: Campaign, others: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Of the lead's open journeys in other campaigns those that exclude ``ours``; which of the two says
    ``never_with`` does not matter."""
    return [
        row for row in others if row.campaign in ours.never_with or ours.name in _never_with(conn, desk, row)
    ]


def winner(conn: Connection, desk: Desk, ours: Campaign, rows: Iterable[Row[Any]]) -> str | None:
    """A campaign that stays, because its priority is not lower; None: ours takes the place of all."""
    staying = (row.campaign for row in rows if _stays(ours, _campaign(conn, desk, row)))
    return next(staying, None)


def _stays(ours: Campaign, other: Campaign | None) -> bool:
    return other is None or other.priority >= ours.priority


def _never_with(conn: Connection, desk: Desk, row: Row[Any]) -> Collection[str]:
    other = _campaign(conn, desk, row)
    return other.never_with if other else ()


def _campaign(conn: Connection, desk: Desk, row: Row[Any]) -> Campaign | None:
    """As the journey has it; known by its hash, it costs nothing the second time. None: unreadable."""
    published = desk.library.readable(conn, row.version)
    return published.campaign if published else None
