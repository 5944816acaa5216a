"""What became of a lead whom sales took: a deal that is won or lost, with its amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, update

from nurture.domain.stages import CUSTOMER
from nurture.services.answer import AnsweredAlready, AnswerWrong, task_shown, write_line
from nurture.services.changes import announce, lock_lead, set_stage
from nurture.services.crm import queue as tell_crm
from nurture.services.desk import Desk
from nurture.store.tables import handoffs

TAKEN = ("accepted", "qualified")
MOST = 1e12


@dataclass(frozen=True)
class Deal:
    word: Literal["won", "lost"]
    by: str
    """Id of the user."""
    amount: float | None = None
    currency: str | None = None


def close_deal(conn: Connection, desk: Desk, handoff_id: str, version: int, deal: Deal) -> None:
    """Raises NoSuchTask, AnswerWrong or AnsweredAlready. ``version``: of the task as it was shown."""
    if deal.amount is not None and not 0 <= deal.amount < MOST:
        raise AnswerWrong("an amount is a number that is not negative", "such as 12000 or 950.50")
    task = task_shown(conn, handoff_id)
    lead, now = lock_lead(conn, task.lead_id), desk.clock.now(conn)
    taken = handoffs.c.state.in_(TAKEN), handoffs.c.deal.is_(None), handoffs.c.version == version
    values = {"deal": deal.word, "amount": deal.amount, "currency": deal.currency, "deal_at": now}
    change = update(handoffs).where(handoffs.c.id == task.id, *taken)
    if not conn.execute(change.values(**values, version=handoffs.c.version + 1)).rowcount:
        raise AnsweredAlready(task_shown(conn, task.id))
    origin = f"handoff/{task.id}/deal"
    told = {"amount": deal.amount, "currency": deal.currency, "handoff": task.id, "team": task.team}
    write_line(conn, task, "deal", deal.word, {**told, "by": deal.by}, now)
    announce(conn, task.lead_id, f"deal.{deal.word}", told, origin, now)
    if deal.word == "won":
        set_stage(conn, desk, lead.id, CUSTOMER, f"{origin}/stage", now)
    elif lead.stage != CUSTOMER:
        set_stage(conn, desk, lead.id, "recycled", f"{origin}/stage", now)
    if desk.crm:
        tell_crm(conn, desk.clock, task.lead_id, "handoff", {"answer": deal.word, **told}, origin)
