"""What sales does in a story, in the real engine."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection, select

from nurture.authoring.stories.words import OF_TASKS
from nurture.services.answer import Answer, add_note, answer
from nurture.services.desk import Desk
from nurture.services.owners import reassign
from nurture.services.tasks import Done, complete
from nurture.store.tables import handoffs, users


class Whose(Protocol):
    lead: str


def sales(life: Whose, conn: Connection, desk: Desk, says: str, which: str | None = None) -> None:
    of_task = says in OF_TASKS
    query = select(handoffs).where(handoffs.c.lead_id == life.lead, handoffs.c.state == "open")
    rows = [row for row in conn.execute(query).all() if (row.kind != "handoff") == of_task]
    row = next(row for row in reversed(rows) if not of_task or which in (None, row.step))
    if says == "acts":
        add_note(conn, desk, row.id, row.owner, "acted")
    elif says == "reassigned":
        to = conn.scalar(select(users.c.id).where(users.c.email == which))
        reassign(conn, desk, row.id, row.version, str(to), row.owner)
    elif of_task:
        complete(conn, desk, row.id, row.version, Done(says, row.owner))  # type: ignore[arg-type]
    else:
        answer(conn, desk, row.id, row.version, Answer(says, row.owner, reason=which))  # type: ignore[arg-type]
