"""Making one of two leads that are the same person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, or_, select, update

from nurture.clock import Clock
from nurture.domain.stages import of_both
from nurture.services.changes import announce
from nurture.services.consents import stand
from nurture.services.lead_rows import COLUMNS, tell_changes
from nurture.store.columns import new_id
from nurture.store.tables import (
    consents,
    events,
    handoffs,
    identities,
    leads,
    notices,
    points,
    qualifications,
    records,
    returns,
    timeline,
    waits,
)
from nurture.store.upserts import insert_unless_there

MOVE: Sequence[Table] = (
    *(identities, consents, points, records, handoffs, returns, notices),
    *(events, timeline, waits, qualifications),
)
LATEST = ("mail_pause_until", "rests_until", "replied_at")
"""Of these columns the later of the two holds."""


def merge(conn: Connection, clock: Clock, duplicate: str, into: str) -> None:
    """The duplicate becomes a redirect: journeys keep their lead id, what comes from now on is of ``into``.

    ``into`` keeps its own values and gets those that it lacks; addresses, consents, points, what happened and
    what sales was asked move over. A withdrawal, a rest, an unanswered reply or an open handoff of either
    holds for both, and the stage is the farther one. What journeys of the duplicate listen for is what
    ``into`` does.
    Nothing happens when it was merged already.
    """
    found = conn.execute(
        select(leads).where(leads.c.id.in_([duplicate, into])).order_by(leads.c.id).with_for_update()
    )
    rows = {row["id"]: row for row in found.mappings()}
    loser, winner, now = rows[duplicate], rows[into], clock.now(conn)
    if duplicate == into or loser["merged_into"] or winner["merged_into"]:
        return
    if loser["email"]:
        known = {"id": new_id(), "lead_id": into, "kind": "email", "value": loser["email"]}
        conn.execute(insert_unless_there(conn, identities), [known])
    columns = {name: loser[name] for name in COLUMNS if winner[name] is None and loser[name] is not None}
    fields = {name: value for name, value in loser["fields"].items() if name not in winner["fields"]}
    gone = {"email": None, "merged_into": into, "updated_at": now}
    conn.execute(update(leads).where(leads.c.id == duplicate).values(**gone))
    stage = of_both(winner["stage"], loser["stage"])
    taken = {
        **columns,
        "email": winner["email"] or loser["email"],
        "fields": {**winner["fields"], **fields},
        "tags": sorted({*winner["tags"], *loser["tags"]}),
        "tracking": winner["tracking"] and loser["tracking"],
        "often": winner["often"] or loser["often"],
        "account_id": winner["account_id"] or loser["account_id"],
        "handed_at": min(filter(None, (winner["handed_at"], loser["handed_at"])), default=None),
        **{name: max(filter(None, (winner[name], loser[name])), default=None) for name in LATEST},
        "owner": winner["owner"] or loser["owner"],
        **({} if stage == winner["stage"] else {"stage": stage, "stage_since": loser["stage_since"]}),
        "updated_at": now,
    }
    conn.execute(update(leads).where(leads.c.id == into).values(**taken))
    _join(conn, duplicate, into)
    scored = conn.scalar(select(func.sum(points.c.points)).where(points.c.lead_id == duplicate))
    for table in MOVE:
        conn.execute(update(table).where(table.c.lead_id == duplicate).values(lead_id=into))
    conn.execute(update(leads).where(leads.c.merged_into == duplicate).values(merged_into=into))
    stand(conn, {into})
    if stage != winner["stage"]:
        told = {"stage": stage, "from": winner["stage"]}
        announce(conn, into, "stage.changed", told, f"merge/{duplicate}/stage", now)
    if scored:
        announce(conn, into, "score.changed", {"points": scored}, f"merge/{duplicate}", now)
    if changed := [f"lead.{name}" for name in (*columns, *fields)]:
        tell_changes(conn, [(into, changed)], now, "merge")


def _join(conn: Connection, duplicate: str, into: str) -> None:
    """Only one handoff of a lead is open: that of the duplicate joins it, and shares the answer."""
    leading = handoffs.c.state == "open", handoffs.c.joined_to.is_(None), handoffs.c.kind == "handoff"
    stays = conn.scalar(select(handoffs.c.id).where(handoffs.c.lead_id == into, *leading))
    if stays is None:
        return
    joins = conn.scalar(select(handoffs.c.id).where(handoffs.c.lead_id == duplicate, *leading))
    beside = or_(handoffs.c.id == joins, handoffs.c.joined_to == joins)
    if joins:
        now_with = {"joined_to": stays, "version": handoffs.c.version + 1, "next_at": None}
        conn.execute(update(handoffs).where(beside, handoffs.c.state == "open").values(now_with))
