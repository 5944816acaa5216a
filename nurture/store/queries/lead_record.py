"""All that is kept of one person: for a look, and for whoever asks what we know of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, select

from nurture.store.tables import (
    accounts,
    backlog,
    codes,
    consents,
    crm_links,
    crm_parked,
    events,
    handoffs,
    held_leads,
    identities,
    incidents,
    journeys,
    leads,
    list_members,
    notices,
    points,
    provider_events,
    qualifications,
    records,
    returns,
    score_levels,
    segment_members,
    sends,
    shadows,
    suppressions,
    timeline,
    wordings,
)

Row = dict[str, Any]

PARTS: Mapping[str, tuple[Table, str]] = {
    "identities": (identities, "kind value"),
    "lists": (list_members, "list at"),
    "segments": (segment_members, "segment since"),
    "journeys": (journeys, "campaign entry key state outcome step entered_at ended_at"),
    "timeline": (timeline, "at kind step reason detail"),
    "sends": (
        sends,
        "campaign step message kind via state reason recipient links answers created_at sent_at settled_at",
    ),
    "told by providers": (provider_events, "provider told name reason occurred_at"),
    "events": (events, "type source occurred_at data verdict reasons"),
    "points": (points, "rule points at"),
    "score level": (score_levels, "level score since"),
    "qualifications": (qualifications, "item value source at"),
    "records": (records, "kind external_id fields created_at updated_at"),
    "tasks": (
        handoffs,
        "kind team state reason note bant context deal amount currency created_at answered_at answered_by",
    ),
    "shadow tasks": (shadows, "team context created_at verdict"),
    "given back": (returns, "campaign due state reason"),
    "backlog": (backlog, "campaign team score state created_at"),
    "held at the door": (held_leads, "campaign cause reason at"),
    "notices": (notices, "text at told_at"),
    "codes": (codes, "campaign pool code taken_at"),
    "crm": (crm_links, "crm remote_id state base kept pushed pushed_at seen_at"),
    "crm parked": (crm_parked, "crm what remote_id reason state at"),
    "incidents": (incidents, "kind at"),
}
"""Part -> its table, and the columns that tell of the person."""
SAID = ("purpose", "state", "at", "basis", "expires_at", "source", "proof")


def lead_record(conn: Connection, family: Sequence[str], addresses: Sequence[str]) -> Row:
    """``family``: the lead, and whoever was merged into it. ``addresses``: HMACs of theirs, one for each
    secret. Under ``lead`` stands who was not merged."""
    people = _rows(
        conn, select(leads).where(leads.c.id.in_(family)).order_by(leads.c.merged_into.is_not(None))
    )
    companies = {one["account_id"] for one in people if one["account_id"]}
    company = select(accounts.c.name, accounts.c.domain, accounts.c.country, accounts.c.fields)
    said = select(*_named(consents, SAID), wordings.c.text.label("wording")).outerjoin_from(
        consents, wordings, wordings.c.hash == consents.c.wording
    )
    rule = suppressions.c
    stops = select(rule.scope, rule.reason, rule.at, rule.lifted).where(rule.address.in_(addresses))
    return {
        "lead": people[0],
        "merged": people[1:],
        "account": _rows(conn, company.where(accounts.c.id.in_(companies))),
        "consents": _rows(conn, said.where(consents.c.lead_id.in_(family)).order_by(consents.c.at)),
        "suppressions": _rows(conn, stops.order_by(rule.at)),
        **{name: _of(conn, table, columns.split(), family) for name, (table, columns) in PARTS.items()},
    }


def _of(conn: Connection, table: Table, names: Sequence[str], family: Sequence[str]) -> list[Row]:
    """In the order in which they were made."""
    theirs = select(*_named(table, names)).where(table.c.lead_id.in_(family))
    return _rows(conn, theirs.order_by(*table.primary_key.columns))


def _named(table: Table, names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in names]


def _rows(conn: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row._mapping) for row in conn.execute(query)]
