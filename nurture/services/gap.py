"""The time between a backup and its restore: what went out then is not known here, and is not sent again.

A mail's Message-ID follows from its journey, step and visit. So the log of whoever took the mails tells of
any of them, also of those that the restored journeys have not come to yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from nurture.clock import Clock
from nurture.delivery.compose import message_id
from nurture.domain.effects import Result
from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.services.ledger import NO_MORE, send_id
from nurture.services.turns import Opened
from nurture.store.columns import db_now, new_id
from nurture.store.tables import inbox, installation, journeys, sends
from nurture.store.upserts import insert_unless_there

LOG = "restore"
"""The source, in the inbox, of Message-IDs that a mail server's log has."""
MESSAGE_ID = re.compile(r"<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}@[A-Za-z0-9.-]+)>?")
RESTORED = "restored, was "
"""Begins the reason of a mail that was on its way when the backup was made."""
KNOWN, GIVEN_UP = "known", "given up"
WAS = ("claimed", "inflight", "retry")
DOUBTS = 20


class NothingRestored(NurtureError):
    def __init__(self) -> None:
        super().__init__("No restore waits for its gap to be reconciled.", "")


@dataclass(frozen=True)
class Gap:
    """From the backup to the restore, in campaign time. how: KNOWN, GIVEN_UP, or None while it is open."""

    began: datetime
    ended: datetime
    how: str | None


def gap_of(conn: Connection) -> Gap | None:
    """Of the latest restore; None: there was none."""
    row = conn.execute(
        select(installation.c.restored_from, installation.c.restored_at, installation.c.settings).where(
            installation.c.restored_at.is_not(None)
        )
    ).one_or_none()
    if row is None:
        return None
    return Gap(row.restored_from or row.restored_at, row.restored_at, row.settings.get("gap"))


def in_the_gap(conn: Connection, desk: Desk, turn: Opened, step: str, key: str) -> Result | None:
    """What became of this mail before the restore, written into the ledger; None: it may be sent."""
    gap = gap_of(conn)
    if gap is None or turn.journey.entered_at > gap.began:
        return None
    at = min(turn.position.planned, gap.ended)
    number = message_id(send_id(key), desk.sender_domain)
    if _is_reported(conn, number):
        state = "sent"
    elif gap.how == GIVEN_UP and turn.position.planned <= gap.ended:
        state = "unknown"
    else:
        return None
    _book(conn, turn, step, key, {"state": state, "message_id": number, "sent_at": at})
    detail = {"send": send_id(key), "backup": gap.began.isoformat(), "restore": gap.ended.isoformat()}
    return Result(state, at, "before the restore", detail)


def begin(conn: Connection, clock: Clock, backed_up_at: datetime, lost_until: datetime | None) -> int:
    """Opens the gap: nothing is sent until it is reconciled. How many mails were on their way then."""
    now = clock.now(conn)
    settings = conn.execute(select(installation.c.settings)).scalar_one()
    conn.execute(
        update(installation).values(
            restored_from=backed_up_at,
            restored_at=max(now, lost_until or now),
            reconciled_at=None,
            settings={**settings, "gap": None},
        )
    )
    conn.execute(delete(inbox).where(inbox.c.source == LOG))
    # Nobody knows any more what their providers were told since: none is handed over again under its key.
    keyed = sends.c.state == "unknown", sends.c.repeat_until.is_not(None)
    conn.execute(update(sends).where(*keyed).values(NO_MORE))
    count = 0
    for state in WAS:
        count += conn.execute(
            update(sends)
            .where(sends.c.state == state)
            .values(
                state="unknown",
                reason=f"{RESTORED}{state}",
                settled_at=now,
                owner=None,
                lease_until=None,
                repeat_until=None,
            )
        ).rowcount
    return count


def numbers(lines: Iterable[str]) -> Iterable[str]:
    """The Message-IDs of ours in a log of any form."""
    for line in lines:
        for found in MESSAGE_ID.findall(line):
            yield f"<{found}>"


def report(conn: Connection, clock: Clock, found: Sequence[str]) -> int:
    """Books Message-IDs of mails that did go out; how many were new."""
    now, count = clock.now(conn), 0
    for number in found:
        row = {"id": new_id(), "source": LOG, "key": number, "body": b"", "received_at": now}
        row |= {"handled_at": now, "state": "done"}
        count += conn.execute(insert_unless_there(conn, inbox, row)).rowcount
    return count


def close(conn: Connection, clock: Clock, how: str) -> Mapping[str, int]:
    """Ends the gap: what was on its way is sent if the log has it, else due again, or given up."""
    gap = gap_of(conn)
    if gap is None or gap.how:
        raise NothingRestored
    now = clock.now(conn)
    counts = _settle(conn, now) if how == KNOWN else {"given_up": _give_up(conn)}
    settings = conn.execute(select(installation.c.settings)).scalar_one()
    # A stepped clock may not have moved since: later than restored_at is what ends the standstill.
    done = max(now, gap.ended)
    conn.execute(update(installation).values(reconciled_at=done, settings={**settings, "gap": how}))
    return counts


def doubts(conn: Connection) -> Mapping[str, Any]:
    """What may have gone out in the gap: mails that were on their way, and journeys due to send in it."""
    gap = gap_of(conn)
    if gap is None or gap.how:
        raise NothingRestored
    on_their_way = select(sends.c.id, sends.c.key, sends.c.reason, sends.c.created_at).where(
        _was_on_its_way()
    )
    due = (
        select(journeys.c.id.label("journey"), journeys.c.campaign, journeys.c.step, journeys.c.due)
        .where(journeys.c.state == "open", journeys.c.due <= gap.ended)
        .order_by(journeys.c.due, journeys.c.id)
    )
    return {
        "backup": gap.began,
        "restore": gap.ended,
        "mails": _some(conn, on_their_way.order_by(sends.c.id)),
        "mails_in_all": conn.scalar(select(func.count()).select_from(on_their_way.subquery())),
        "journeys": _some(conn, due),
        "journeys_in_all": conn.scalar(select(func.count()).select_from(due.order_by(None).subquery())),
    }


def _some(conn: Connection, query: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in conn.execute(query.limit(DOUBTS))]


def _was_on_its_way() -> Any:
    return (sends.c.state == "unknown") & sends.c.reason.like(f"{RESTORED}%")


def _settle(conn: Connection, now: datetime) -> dict[str, int]:
    reported = sends.c.message_id.in_(select(inbox.c.key).where(inbox.c.source == LOG))
    went = {"state": "sent", "reason": "before the restore", "sent_at": now, "settled_at": now, "body": None}
    sent = conn.execute(update(sends).where(_was_on_its_way(), reported).values(went)).rowcount
    again = sends.c.reason == f"{RESTORED}retry", sends.c.body.is_not(None)
    waiting = {"state": "retry", "reason": "deferred", "not_before": db_now(), "settled_at": None}
    due = conn.execute(update(sends).where(_was_on_its_way(), *again).values(waiting)).rowcount
    fresh = {"state": "pending", "reason": "restored", "settled_at": None}
    due += conn.execute(update(sends).where(_was_on_its_way()).values(fresh)).rowcount
    return {"sent": sent, "due_again": due}


def _give_up(conn: Connection) -> int:
    return conn.execute(update(sends).where(_was_on_its_way()).values(body=None)).rowcount


def _is_reported(conn: Connection, number: str) -> bool:
    found = select(inbox.c.id).where(inbox.c.source == LOG, inbox.c.key == number)
    return conn.execute(found).first() is not None


def _book(conn: Connection, turn: Opened, step: str, key: str, values: Mapping[str, Any]) -> None:
    row = {
        "id": send_id(key),
        "key": key,
        "lead_id": turn.journey.lead_id,
        "journey_id": turn.journey.id,
        "campaign": turn.journey.campaign,
        "step": step,
        "visit": turn.position.visit,
        "message": step,
        "kind": "marketing",
        "reason": "before the restore",
        "created_at": values["sent_at"],
        "settled_at": turn.facts.now,
        **values,
    }
    if not conn.execute(insert_unless_there(conn, sends, row)).rowcount:
        conn.execute(update(sends).where(sends.c.key == key).values(values))
