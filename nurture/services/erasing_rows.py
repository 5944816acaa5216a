"""Which rows of which tables tell of a person, and what is left of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, Table, case, cast, func, literal

from nurture.services.suppress import ERASED
from nurture.services.touches import left_alone
from nurture.store.tables import (
    backlog,
    consents,
    crm_links,
    crm_parked,
    events,
    handoffs,
    held_leads,
    identities,
    journeys,
    list_members,
    points,
    qualifications,
    records,
    returns,
    score_levels,
    segment_members,
    sends,
    shadows,
    timeline,
    waits,
)


@dataclass(frozen=True)
class Emptied:
    table: Table
    values: Mapping[str, Any]
    where: tuple[ColumnElement[bool], ...] = ()


def _numbered(table: Table) -> ColumnElement[str]:
    """A key that tells nothing: what came from outside may hold an address."""
    return literal(f"{ERASED}/") + cast(table.c.id, String)


DELETED: tuple[Table, ...] = (
    waits,
    points,
    qualifications,
    score_levels,
    consents,
    identities,
    list_members,
    segment_members,
    held_leads,
    records,
    crm_parked,
)


def settled(now: datetime) -> tuple[Emptied, ...]:
    """What somebody would still act on."""
    done = {"reason": ERASED, "owner": None, "lease_until": None, "settled_at": now}
    closed = {"state": "cancelled", "reason": ERASED, "answered_at": now, "sla": left_alone(now)}
    alone = {"version": handoffs.c.version + 1, "joined_to": None, "next_at": None}
    return (
        Emptied(
            sends,
            {**done, "state": "cancelled"},
            (sends.c.state.in_(("pending", "claimed", "retry")),),
        ),
        # A worker is handing it over at this moment: nobody will know, but for what the provider tells.
        Emptied(sends, {**done, "state": "unknown"}, (sends.c.state == "inflight",)),
        Emptied(handoffs, {**closed, **alone}, (handoffs.c.state == "open",)),
        Emptied(returns, {"state": "cancelled", "done_at": now}, (returns.c.state == "waiting",)),
        Emptied(backlog, {"state": "refused", "done_at": now}, (backlog.c.state == "waiting",)),
    )


EMPTIED: tuple[Emptied, ...] = (
    Emptied(journeys, {"cause": _numbered(journeys), "key": "", "incident": None}),
    Emptied(
        timeline,
        {"reason": case((timeline.c.kind == "ended", timeline.c.reason), else_=""), "detail": None},
    ),
    Emptied(
        sends,
        dict.fromkeys(("recipient", "links", "link_names", "answers", "body", "body_sha256", "incident")),
    ),
    Emptied(
        events,
        {
            "key": _numbered(events),
            "data": {},
            "reasons": None,
            "looked_at": func.coalesce(events.c.looked_at, events.c.received_at),
        },
    ),
    Emptied(handoffs, {"note": None, "bant": None, "context": {}, "rank": -1.0}),
    Emptied(shadows, {"context": {}}),
    Emptied(returns, {"reason": None}),
    Emptied(backlog, {"reason": None, "score": 0}),
    Emptied(crm_links, dict.fromkeys(("pushed", "base", "kept", "error", "told"))),
)
"""What stays is when something happened, and of what kind: reports and the audit count it."""

NOT_THEIRS: Mapping[str, str] = {
    "arms": "the way of a journey, counted",
    "codes": "a code that nobody else may get",
    "measured": "a measure of a journey, counted",
    "move_rows": "where a journey stood",
    "notices": "words of the campaign's file",
    "provider_events": "what became of a mail; the address in it goes with the webhooks",
}
"""Tables that name a lead or a journey by its id, and hold no more of anybody."""
