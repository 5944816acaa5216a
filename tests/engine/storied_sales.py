"""What sales does in a story, in the real engine."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, select

from nurture.authoring.stories.items import value_of
from nurture.authoring.stories.story import Story
from nurture.authoring.stories.words import OF_TASKS, RETURNED, WITH_SALES
from nurture.domain.date_fields import at_home
from nurture.domain.sales import ANSWERED_FROM
from nurture.services.answer import Answer, add_note, answer
from nurture.services.desk import Desk
from nurture.services.giving_back import keep_in_peace, let_go
from nurture.services.owners import reassign
from nurture.services.tasks import Done, complete
from nurture.store.tables import handoffs, users


class Whose(Protocol):
    lead: str
    story: Story


def sales(life: Whose, conn: Connection, desk: Desk, says: str, which: str | None = None) -> None:
    of_task = says in OF_TASKS
    ready = handoffs.c.state.in_(ANSWERED_FROM.get(says, ("open",)))
    query = select(handoffs).where(handoffs.c.lead_id == life.lead, ready).order_by(handoffs.c.id)
    found = sorted(conn.execute(query).all(), key=lambda row: row.state == "open")
    rows = [row for row in found if (row.kind != "handoff") == of_task]
    row = next(row for row in reversed(rows) if not of_task or which in (None, row.step))
    if says == "acts":
        add_note(conn, desk, row.id, row.owner, "acted")
    elif says == "reassigned":
        to = conn.scalar(select(users.c.id).where(users.c.email == which))
        reassign(conn, desk, row.id, row.version, str(to), row.owner)
    elif of_task:
        complete(conn, desk, row.id, row.version, Done(says, row.owner))  # type: ignore[arg-type]
    elif says == RETURNED:
        until = value_of("date", which)
        assert isinstance(until, datetime)
        day = at_home(until, life.story.lead.zone)
        answer(conn, desk, row.id, row.version, Answer("returned", row.owner, until=day))
    else:
        answer(conn, desk, row.id, row.version, Answer(says, row.owner, reason=which))  # type: ignore[arg-type]


def with_sales(life: Whose, conn: Connection, desk: Desk, state: str) -> None:
    """Another campaign hands her over, or that is answered."""
    rules, now = desk.library.rules(conn), desk.clock.now(conn)
    (keep_in_peace if state == WITH_SALES else let_go)(conn, rules, life.lead, now)
