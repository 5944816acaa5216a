"""What follows from a mail that did not arrive, was complained about, or was one too many."""

from __future__ import annotations

from sqlalchemy import Connection, select

from nurture.domain.bounces import REASONS
from nurture.domain.mail_events import HARD, OURS, SOFT, Tried, grade, worn_out
from nurture.services.breakers import blame_bounce
from nurture.services.changes import announce
from nurture.services.channels import strike
from nurture.services.desk import Desk
from nurture.services.suppress import suppress
from nurture.store.tables import sends

LOOKED_AT = 12
"""The latest mails to somebody that tell whether an address is worn out."""
ARRIVED = ("sent", "delivered", "complained")
PUT_OFF = (sends.c.state == "given_up") & sends.c.code.is_not(None)
"""By the server of whoever should get it, and not because nobody was reached."""


def bounced(
    conn: Connection,
    desk: Desk,
    send_id: str,
    lead_id: str,
    email: str,
    step: str,
    why: tuple[str, int | None],
    account: str | None = "",
) -> None:
    """An address that is gone gets nothing more, from anyone here; nor does one that bounced softly too
    often. ``why``: reason and code. ``account``: that carried it; empty: the only one; None: none
    that counts."""
    reason, code = why
    if grade(reason) == OURS:
        strike(conn, desk, account or desk.provider)
    if account is not None:
        blame_bounce(conn, desk, account, reason)
    soft = grade(reason) == SOFT
    if grade(reason) == HARD or (soft and _is_worn_out(conn, lead_id)):
        suppress(conn, desk.clock, desk.secrets[0], email, "bounced")
    key = f"{send_id}/bounced/soft" if soft and reason in REASONS else f"{send_id}/bounced"
    now = desk.clock.now(conn)
    data = {"step": step, "reason": reason, "code": code}
    announce(conn, lead_id, "email.bounced", data, key, now, send_id=send_id)


def never_taken(conn: Connection, desk: Desk, lead_id: str, email: str) -> None:
    """A mail was put off until it was given up: no bounce, and it counts as a soft one."""
    if _is_worn_out(conn, lead_id):
        suppress(conn, desk.clock, desk.secrets[0], email, "bounced")


def _is_worn_out(conn: Connection, lead_id: str) -> bool:
    query = (
        select(sends.c.created_at, sends.c.state, sends.c.reason)
        .where(sends.c.lead_id == lead_id, sends.c.via == "mail")
        .where(sends.c.state.in_((*ARRIVED, "bounced")) | PUT_OFF)
        .order_by(sends.c.created_at.desc())
        .limit(LOOKED_AT)
    )
    tried = [
        Tried(row.created_at, "" if row.state in ARRIVED else str(row.reason or ""))
        for row in conn.execute(query)
        if row.state in ARRIVED or grade(str(row.reason or "")) == SOFT
    ]
    return worn_out(tried)
