"""The sales team at its inbox: tasks are seen when they come, read and answered when their answer is due."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from nurture.demo.browser import Browser
from nurture.demo.sellers import Reply, Task, decide
from nurture.domain.errors import NurtureError
from nurture.domain.replies import TASK
from nurture.services.sign_in import sign_in_link
from nurture.store.session import Store
from nurture.store.tables import handoffs, leads, users

BUTTONS: Mapping[str, str] = {
    "accepted": "accept",
    "qualified": "qualify",
    "rejected": "reject",
    "done": "done",
}
DONE, TOO_LATE, BUG = 303, 409, 500
VERSION = re.compile(r'name="version" value="(\d+)"')


class NoInbox(NurtureError):
    """The inbox refused what a sales person did."""


class Sales:
    def __init__(self, store: Store, browser: Browser, reasons: Sequence[str], seed: int) -> None:
        self._store = store
        self._browser = browser
        self._reasons = sorted(reasons)
        self._seed = seed
        self._seen: set[str] = set()
        self._of_lead: Counter[tuple[str, str]] = Counter()
        self._replies: list[tuple[datetime, str, int, Reply]] = []
        self._count = 0
        self._cookies: dict[str, str] = {}
        """Of the owners who have signed in, by address."""

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
            given += await self._answer(heapq.heappop(self._replies)[-1])
        return given

    async def _answer(self, reply: Reply) -> bool:
        """On the task's page. False: its time was up, or the lead has left."""
        owner = await self._store.read(_owner, reply.task)
        if owner not in self._cookies:
            token = await self._store.write(sign_in_link, owner)
            self._cookies[owner] = await self._browser.sign_in(token)
        cookie = self._cookies[owner]
        page = await self._browser.read(f"/inbox/{reply.task}", cookie)
        if page.status >= BUG:
            raise NoInbox(f"The inbox answered {page.status} to a sales person.", "Look at the log.")
        form = {"version": _version(page.text), "note": reply.note, **reply.bant}
        if reply.reason:
            form["reason"] = reply.reason
        status = await self._browser.fill_in(f"/inbox/{reply.task}/{BUTTONS[reply.word]}", form, cookie)
        if status not in (DONE, TOO_LATE):
            raise NoInbox(f"The inbox answered {status} to a sales person.", "Look at the log.")
        return status == DONE

    def _plan(self, row: Row[Any, Any, Any, Any, Any]) -> None:
        nth = self._of_lead[row.email, row.kind]
        self._of_lead[row.email, row.kind] += 1
        task = Task(row.id, row.email, row.zone or "UTC", row.created_at, nth, row.kind)
        for reply in decide(task, self._reasons, self._seed):
            self._count += 1
            heapq.heappush(self._replies, (reply.at, task.lead, self._count, reply))


def _open_tasks(conn: Connection) -> Sequence[Row[Any, Any, Any, Any, Any]]:
    """Those that an inbox shows: one that has joined another waits for the answer to that."""
    leading = handoffs.alias()
    query = (
        select(handoffs.c.id, leads.c.email, leads.c.zone, handoffs.c.created_at, handoffs.c.kind)
        .join(leads, leads.c.id == handoffs.c.lead_id)
        .outerjoin(leading, leading.c.id == handoffs.c.joined_to)
        .where(handoffs.c.kind.in_(("handoff", TASK)))
        .where(handoffs.c.state == "open", or_(leading.c.id.is_(None), leading.c.state != "open"))
        .order_by(handoffs.c.created_at, leads.c.email, handoffs.c.kind)
    )
    return conn.execute(query).all()


def _owner(conn: Connection, task: str) -> str:
    query = select(users.c.email).join(handoffs, handoffs.c.owner == users.c.id).where(handoffs.c.id == task)
    return str(conn.execute(query).scalar_one())


def _version(page: str) -> str:
    """Of the task as the page shows it; a task that is closed shows none."""
    found = VERSION.search(page)
    return found[1] if found else ""
