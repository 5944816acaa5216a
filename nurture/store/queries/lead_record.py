"""All that is kept of one person: for a look, and for whoever asks what we know of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, select

from nurture.store.tables import (
    accounts,
    consents,
    events,
    handoffs,
    identities,
    journeys,
    leads,
    list_members,
    points,
    records,
    sends,
    suppressions,
    wordings,
)

Row = dict[str, Any]
OF_SENDS = ("campaign", "step", "message", "kind", "via", "state", "reason", "created_at", "sent_at")
OF_JOURNEYS = ("campaign", "entry", "state", "outcome", "entered_at", "ended_at")
OF_EVENTS = ("type", "source", "occurred_at", "data", "verdict")
OF_HANDOFFS = ("kind", "team", "state", "reason", "created_at", "answered_at")
OF_POINTS = ("rule", "points", "at")
OF_RECORDS = ("kind", "external_id", "fields")
OF_CONSENTS = ("purpose", "state", "at", "basis", "expires_at", "source", "proof")


def lead_record(conn: Connection, lead_id: str, addresses: Sequence[str]) -> Row:
    """``addresses``: HMACs of hers, one for each secret."""
    lead = conn.execute(select(leads).where(leads.c.id == lead_id)).mappings().one()
    company = select(accounts.c.name, accounts.c.domain).where(accounts.c.id == lead["account_id"])
    said = select(*_named(consents, OF_CONSENTS), wordings.c.text.label("wording")).outerjoin_from(
        consents, wordings, wordings.c.hash == consents.c.wording
    )
    rule = suppressions.c
    stops = select(rule.scope, rule.reason, rule.at, rule.lifted).where(rule.address.in_(addresses))
    return {
        "lead": dict(lead),
        "account": _rows(conn, company),
        "identities": _of(conn, identities, ("kind", "value"), lead_id),
        "lists": _of(conn, list_members, ("list", "at"), lead_id),
        "consents": _rows(conn, said.where(consents.c.lead_id == lead_id).order_by(consents.c.at)),
        "suppressions": _rows(conn, stops.order_by(rule.at)),
        "journeys": _of(conn, journeys, OF_JOURNEYS, lead_id),
        "sends": _of(conn, sends, OF_SENDS, lead_id),
        "events": _of(conn, events, OF_EVENTS, lead_id),
        "points": _of(conn, points, OF_POINTS, lead_id),
        "records": _of(conn, records, OF_RECORDS, lead_id),
        "tasks": _of(conn, handoffs, OF_HANDOFFS, lead_id),
    }


def _of(conn: Connection, table: Table, names: Sequence[str], lead_id: str) -> list[Row]:
    """In the order in which they were made."""
    return _rows(conn, select(*_named(table, names)).where(table.c.lead_id == lead_id).order_by(table.c.id))


def _named(table: Table, names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in names]


def _rows(conn: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row._mapping) for row in conn.execute(query)]
