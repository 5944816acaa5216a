"""A call that somebody made: noted for the team, an event of the lead, and an act that stops the clock."""

from __future__ import annotations

from sqlalchemy import Connection

from nurture.services.answer import task_shown, write_line
from nurture.services.changes import announce, lock_lead
from nurture.services.desk import Desk
from nurture.services.touches import touch

CALLED = "call.logged"


def log_call(conn: Connection, desk: Desk, handoff_id: str, by: str, text: str = "") -> None:
    """Raises NoSuchTask."""
    task = task_shown(conn, handoff_id)
    lock_lead(conn, task.lead_id)
    now = desk.clock.now(conn)
    said = " ".join(f"Called. {text}".replace("\0", "").split())[:500]
    write_line(conn, task, "note", said, {"by": by, "handoff": task.id}, now)
    origin = f"call/{task.id}/{now.isoformat()}"
    announce(conn, task.lead_id, CALLED, {"handoff": task.id, "by": by}, origin, now)
    if task.state == "open":
        touch(conn, task, by, now)
