"""The sales team at its inbox: tasks are seen when they come, and answered when their answer is due."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from nurture.demo.sellers import Reply, Task, decide
from nurture.services.answer import Answer, AnsweredAlready, answer
from nurture.services.desk import Desk
from nurture.store.session import Store
from nurture.store.tables import handoffs, leads


class Sales:
    def __init__(self, store: Store, desk: Desk, reasons: Sequence[str], seed: int) -> None:
        self._store = store
        self._desk = desk
        self._reasons = sorted(reasons)
        self._seed = seed
        self._seen: set[str] = set()
        self._of_lead: Counter[str] = Counter()
        self._replies: list[tuple[datetime, str, int, Reply]] = []
        self._count = 0

    @property
    def tasks(self) -> int:
        return len(self._seen)

    @property
    def next_at(self) -> datetime | None:
        return self._replies[0][0] if self._replies else None

    async def notice(self) -> None:
        """Plans the answers to tasks that are new in the inbox."""
        for row in await self._store.read(_open_tasks):
            if row.id not in self._seen:
                self._seen.add(row.id)
                self._plan(row)

    async def answer(self, now: datetime) -> int:
        """Gives the answers that are due; how many."""
        given = 0
        while self._replies and self._replies[0][0] <= now:
            reply = heapq.heappop(self._replies)[-1]
            with suppress(AnsweredAlready):  # its time was up, or the lead has left
                await self._store.write(_answer, self._desk, reply)
                given += 1
        return given

    def _plan(self, row: Row[Any, Any, Any, Any]) -> None:
        nth = self._of_lead[row.email]
        self._of_lead[row.email] += 1
        task = Task(row.id, row.email, row.zone or "UTC", row.created_at, nth)
        for reply in decide(task, self._reasons, self._seed):
            self._count += 1
            heapq.heappush(self._replies, (reply.at, task.lead, self._count, reply))


def _open_tasks(conn: Connection) -> Sequence[Row[Any, Any, Any, Any]]:
    """Those that an inbox shows: one that has joined another waits for the answer to that."""
    leading = handoffs.alias()
    query = (
        select(handoffs.c.id, leads.c.email, leads.c.zone, handoffs.c.created_at)
        .join(leads, leads.c.id == handoffs.c.lead_id)
        .outerjoin(leading, leading.c.id == handoffs.c.joined_to)
        .where(handoffs.c.state == "open", or_(leading.c.id.is_(None), leading.c.state != "open"))
        .order_by(handoffs.c.created_at, leads.c.email)
    )
    return conn.execute(query).all()


def _answer(conn: Connection, desk: Desk, reply: Reply) -> None:
    task = conn.execute(select(handoffs).where(handoffs.c.id == reply.task)).one()
    given = Answer(reply.word, task.owner, reply.reason, reply.note, reply.bant)
    answer(conn, desk, task.id, task.version, given)
