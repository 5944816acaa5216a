"""Whether anything waits that no event brings: scans, ends of a rest, news of a company, deferred mail."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select

from nurture.services.desk import Desk
from nurture.services.gathering import UNTOLD
from nurture.services.giving_back import WAITING
from nurture.services.handing_on import WAITING as HANDED_ON
from nurture.store.tables import account_changes, handoffs, inbox, notices, returns, scans, sends

_NOW = bindparam("now", type_=scans.c.due.type)
_PLANNED = [
    select(account_changes.c.id),
    select(scans.c.name).where(scans.c.due <= _NOW),
    select(returns.c.id).where(returns.c.state == WAITING, returns.c.due <= _NOW),
    select(handoffs.c.id).where(*HANDED_ON, handoffs.c.next_at <= _NOW),
    select(notices.c.id).where(UNTOLD, notices.c.due <= _NOW),
]
_OTHERS = [
    select(sends.c.id).where(sends.c.state == "retry"),
    select(inbox.c.id).where(inbox.c.state == "new"),
]
_ASKED = select(
    or_(*(query.exists() for query in _PLANNED)).label("planned"),
    or_(*(query.exists() for query in _OTHERS)).label("others"),
)


@dataclass(frozen=True)
class Waiting:
    planned: bool
    others: bool
    """Mails to send again, or bodies of webhooks to read."""


def waiting(conn: Connection, desk: Desk) -> Waiting:
    row = conn.execute(_ASKED, {"now": desk.clock.now(conn)}).one()
    return Waiting(bool(row.planned), bool(row.others))
