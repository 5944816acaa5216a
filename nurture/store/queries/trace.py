"""Everything that is known of one lead's way, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from nurture.store.tables import (
    accounts,
    campaigns,
    consents,
    events,
    handoffs,
    incidents,
    journeys,
    leads,
    outbox,
    sends,
    timeline,
    waits,
)

Found = dict[str, Any]
OF_CONSENT = ("purpose", "state", "at", "source", "basis", "expires_at")


@dataclass(frozen=True)
class Way:
    """One journey with what hangs on it."""

    journey: Found
    waits: list[Found]
    sends: list[Found]
    handoffs: list[Found]
    outbox: list[Found]


@dataclass(frozen=True)
class Trace:
    lead: Found
    ways: list[Way]
    timeline: list[Found]
    """``at``, ``kind``, ``step``, ``reason``, ``detail``; the oldest first."""
    more: bool
    """Whether older lines were left out."""


def journey_lead(conn: Connection, journey: str) -> str | None:
    return conn.execute(select(journeys.c.lead_id).where(journeys.c.id == journey)).scalar_one_or_none()


def trace(conn: Connection, lead_id: str, journey: str | None, most: int) -> Trace:
    """``journey``: only this one. ``most``: lines of the timeline, the newest ones."""
    rows = conn.execute(_journeys(lead_id, journey)).all()
    lines = _lines(conn, lead_id, journey, most)
    return Trace(_lead(conn, lead_id), [_way(conn, row) for row in rows], lines[-most:], len(lines) > most)


def _lead(conn: Connection, lead_id: str) -> Found:
    row = conn.execute(
        select(leads, accounts.c.domain.label("account"))
        .outerjoin(accounts, accounts.c.id == leads.c.account_id)
        .where(leads.c.id == lead_id)
    ).one()
    given = conn.execute(
        select(*(consents.c[name] for name in OF_CONSENT))
        .where(consents.c.lead_id == lead_id)
        .order_by(consents.c.at)
    )
    return {**row._mapping, "consents": _dicts(given)}


def _journeys(lead_id: str, journey: str | None) -> Select[Any]:
    query = (
        select(
            journeys,
            campaigns.c.state.label("campaign_state"),
            incidents.c.kind.label("incident_kind"),
            incidents.c.text.label("incident_text"),
        )
        .outerjoin(campaigns, campaigns.c.name == journeys.c.campaign)
        .outerjoin(incidents, incidents.c.id == journeys.c.incident)
        .where(journeys.c.lead_id == lead_id)
        .order_by(journeys.c.entered_at, journeys.c.id)
    )
    return query.where(journeys.c.id == journey) if journey else query


def _way(conn: Connection, row: Row[Any]) -> Way:
    def of(table: Any, *names: str, by: str) -> list[Found]:
        columns = [table.c[name] for name in names]
        return _dicts(
            conn.execute(select(*columns).where(table.c.journey_id == row.id).order_by(table.c[by]))
        )

    queued = select(
        *(outbox.c[name] for name in ("id", "kind", "state", "not_before", "attempts", "error", "created_at"))
    ).where(outbox.c.record == row.id, outbox.c.state.in_(("open", "dead")))
    return Way(
        journey=dict(row._mapping),
        waits=of(waits, "kind", "name", "token", "state", "since", by="name"),
        sends=of(
            sends,
            "id",
            "step",
            "visit",
            "message",
            "state",
            "reason",
            "code",
            "created_at",
            "sent_at",
            by="created_at",
        ),
        handoffs=of(handoffs, "id", "step", "visit", "team", "state", "reason", "due", by="created_at"),
        outbox=_dicts(conn.execute(queued.order_by(outbox.c.id))),
    )


def _lines(conn: Connection, lead_id: str, journey: str | None, most: int) -> list[Found]:
    """One more than asked for, so that one sees whether there are more."""
    told = (
        select(
            *(timeline.c[name] for name in ("id", "at", "kind", "step", "reason", "detail", "turn")),
            journeys.c.campaign,
        )
        .outerjoin(journeys, journeys.c.id == timeline.c.journey_id)
        .where(timeline.c.lead_id == lead_id)
        .order_by(timeline.c.id.desc())
        .limit(most + 1)
    )
    if journey:
        told = told.where(timeline.c.journey_id == journey)
    lines = [*_dicts(conn.execute(told)), *_happenings(conn, lead_id, most)]
    ordered = sorted(lines, key=lambda line: (line["at"], line["kind"] == "event", line["id"]))
    return ordered[-most - 1 :]


def _happenings(conn: Connection, lead_id: str, most: int) -> list[Found]:
    rows = conn.execute(
        select(events, sends.c.step.label("of_step"))
        .outerjoin(sends, sends.c.id == events.c.send_id)
        .where(events.c.lead_id == lead_id)
        .order_by(events.c.occurred_at.desc())
        .limit(most + 1)
    )
    return [
        {
            "id": row.id,
            "at": row.occurred_at,
            "kind": "event",
            "step": row.of_step or "",
            "reason": row.type,
            "detail": {"verdict": row.verdict, "because": row.reasons, **(row.data or {})},
            "turn": None,
            "campaign": None,
        }
        for row in rows
    ]


def _dicts(rows: Iterable[Any]) -> list[Found]:
    return [dict(row._mapping) for row in rows]
