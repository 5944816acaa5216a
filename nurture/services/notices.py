"""Mails to our own people, through the same ledger as all others: each key once, whatever crashes."""

from __future__ import annotations

from sqlalchemy import Connection, select

from nurture.delivery.addresses import address_on_the_wire
from nurture.delivery.compose import compose_note, message_id
from nurture.services.desk import Desk
from nurture.store.columns import db_now, new_id
from nurture.store.tables import sends, users
from nurture.store.upserts import insert_unless_there

INTERNAL = "internal"


def tell(conn: Connection, desk: Desk, key: str, user_id: str | None, subject: str, text: str) -> None:
    """Queues a plain mail to a user; the relay hands it over. ``key``: such as ``handoff/{id}/remind/1``."""
    user = conn.execute(select(users.c.email, users.c.active).where(users.c.id == user_id)).one_or_none()
    if user is not None and user.active:
        tell_address(conn, desk, key, user.email, subject, text)


def tell_address(conn: Connection, desk: Desk, key: str, email: str, subject: str, text: str) -> None:
    """The same to an address of our own people. One that no mail can go to stops nothing."""
    if address_on_the_wire(email) is None:
        return
    send_id, now = new_id(), desk.clock.now(conn)
    number = message_id(send_id, desk.sender_domain)
    mail = compose_note(desk.sender_address, email, subject, text, message_id=number, date=now)
    row = {
        "id": send_id,
        "key": key,
        "message": key.split("/")[2],
        "kind": INTERNAL,
        "state": "retry",
        "not_before": db_now(),
        "message_id": number,
        "recipient": email,
        "body": desk.sign(mail),
        "created_at": now,
    }
    conn.execute(insert_unless_there(conn, sends, row))
