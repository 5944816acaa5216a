"""Codes of which every lead gets her own: taken from a pool when her mail is claimed, and hers for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from nurture.services.mending import mend
from nurture.store.columns import new_id
from nurture.store.tables import codes
from nurture.store.upserts import insert_unless_there

PARKED = "codes"
"""Why a journey needs attention whose pool is empty."""
AT_ONCE = 500


@dataclass(frozen=True)
class Pool:
    campaign: str
    pool: str
    codes: int
    left: int


class NoCode(Exception):
    """The pool is empty. Its name is the message."""


def add_codes(conn: Connection, campaign: str, pool: str, new: Iterable[str]) -> int:
    """How many were not there before. Journeys that waited for one go on."""
    fresh = list(dict.fromkeys(new))
    added = 0
    for start in range(0, len(fresh), AT_ONCE):
        rows = [
            {"id": new_id(), "campaign": campaign, "pool": pool, "code": code}
            for code in fresh[start : start + AT_ONCE]
        ]
        added += conn.execute(insert_unless_there(conn, codes, rows)).rowcount
    if added:
        mend(conn, campaign, PARKED)
    return added


def take(
    conn: Connection, campaign: str, pools: Iterable[str], lead_id: str, now: datetime
) -> Mapping[str, str]:
    """Pool -> the lead's code. Raises NoCode, before anything is taken."""
    found = {pool: _hers(conn, campaign, pool, lead_id) or _free(conn, campaign, pool) for pool in pools}
    for code_id, _code, is_hers in found.values():
        if not is_hers:
            values = {"lead_id": lead_id, "taken_at": now}
            conn.execute(update(codes).where(codes.c.id == code_id).values(values))
    return {pool: code for pool, (_id, code, _hers) in found.items()}


def pools(conn: Connection, campaign: str | None = None) -> list[Pool]:
    left = func.count().filter(codes.c.lead_id.is_(None))
    query = select(codes.c.campaign, codes.c.pool, func.count(), left)
    if campaign:
        query = query.where(codes.c.campaign == campaign)
    query = query.group_by(codes.c.campaign, codes.c.pool).order_by(codes.c.campaign, codes.c.pool)
    return [Pool(*row) for row in conn.execute(query)]


def _hers(conn: Connection, campaign: str, pool: str, lead_id: str) -> tuple[str, str, bool] | None:
    query = select(codes.c.id, codes.c.code).where(*_of(campaign, pool), codes.c.lead_id == lead_id)
    row = conn.execute(query).one_or_none()
    return (row.id, row.code, True) if row else None


def _free(conn: Connection, campaign: str, pool: str) -> tuple[str, str, bool]:
    query = (
        select(codes.c.id, codes.c.code)
        .where(*_of(campaign, pool), codes.c.lead_id.is_(None))
        .order_by(codes.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NoCode(pool)
    return row.id, row.code, False


def _of(campaign: str, pool: str) -> tuple[Any, Any]:
    return codes.c.campaign == campaign, codes.c.pool == pool
