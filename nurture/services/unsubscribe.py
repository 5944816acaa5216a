"""No more mail, please: address suppressed, consent withdrawn, journeys told, all in one transaction."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, insert, select

from nurture.services.desk import Desk
from nurture.services.leads import resolve
from nurture.services.suppress import suppress
from nurture.store.columns import new_id
from nurture.store.tables import consents, events, leads

MARKETING = "marketing"
"""The purpose of the consent that is withdrawn."""

How = Literal["one-click", "page", "provider"]
"""``one-click``: the mail program's own button. ``provider``: told by whoever delivers our mail."""


def unsubscribe(conn: Connection, desk: Desk, lead_id: str, campaign: str, how: How) -> bool:
    """From all marketing mail. ``campaign``: of the mail whose link it was.

    False: nothing was left to do; the person is told the same. Of an erased lead no address is left.
    """
    lead_id = resolve(conn, lead_id)
    locked = select(leads.c.email).where(leads.c.id == lead_id).with_for_update()
    email = conn.execute(locked).scalar_one_or_none()
    if email is None or not suppress(conn, desk.clock, desk.secrets[0], email, "unsubscribed"):
        return False
    now, source = desk.clock.now(conn), f"unsubscribe link, {how}"
    withdrawal = {"purpose": MARKETING, "state": "withdrawn", "at": now, "source": source}
    conn.execute(
        insert(consents).values(lead_id=lead_id, proof={"campaign": campaign, "how": how}, **withdrawal)
    )
    conn.execute(
        insert(events).values(
            source="link",
            key=new_id(),
            type="email.unsubscribed",
            lead_id=lead_id,
            occurred_at=now,
            received_at=now,
            judge_at=now,
            data={"campaign": campaign, "how": how},
        )
    )
    return True
