"""No more mail, please: address suppressed, consent withdrawn, journeys told, all in one transaction."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, func, insert, select

from nurture.domain.opt_in import UNSUBSCRIBED
from nurture.services.consents import withdraw
from nurture.services.desk import Desk
from nurture.services.leads import resolve
from nurture.services.suppress import say_again, suppress
from nurture.store.columns import new_id
from nurture.store.tables import events, journeys, leads

How = Literal["one-click", "page", "provider", "crm", "reply"]
"""``one-click``: the mail program's own button. ``provider``: told by whoever delivers our mail,
``crm``: a person set it in the CRM, ``reply``: the one word of a reply."""


def unsubscribe(conn: Connection, desk: Desk, lead_id: str, campaign: str, how: How) -> bool:
    """From all marketing mail. ``campaign``: of the mail whose link it was.

    False: nothing was left to do; the person is told the same. Of an erased lead no address is left.
    """
    lead_id = resolve(conn, lead_id)
    locked = select(leads.c.email).where(leads.c.id == lead_id).with_for_update()
    email = conn.execute(locked).scalar_one_or_none()
    if email is None:
        return False
    new = suppress(conn, desk.clock, desk.secrets[0], email, UNSUBSCRIBED)
    if not new and not _on_the_way_back(conn, desk, lead_id, email):
        return False
    now, source = desk.clock.now(conn), "reply" if how == "reply" else f"unsubscribe link, {how}"
    withdraw(conn, lead_id, now, source, {"campaign": campaign, "how": how})
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


def _on_the_way_back(conn: Connection, desk: Desk, lead_id: str, email: str) -> bool:
    """She had asked for mail again, and thinks better of it: it counts from now. Since she said so last no
    journey has let her in: nothing is new."""
    mine = journeys.c.lead_id == lead_id, journeys.c.state == "open"
    asked = conn.scalar(select(func.max(journeys.c.entered_at)).where(*mine))
    return asked is not None and say_again(conn, desk.clock, desk.secrets, email, asked)
