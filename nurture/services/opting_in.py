"""Mail for who has unsubscribed and wants it again: she asks by a form, and confirms by an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.domain.campaign import Campaign
from nurture.domain.opt_in import asks_again, consents
from nurture.services.consents import MARKETING, Consent, confirm
from nurture.services.desk import Desk
from nurture.services.facts import Lead
from nurture.services.suppress import lift, unsubscribed_at
from nurture.services.tracking import offered
from nurture.store.tables import consents as consent_rows
from nurture.store.tables import events, journeys, leads, sends

ANSWERED = "survey.answered"


def may_ask(conn: Connection, desk: Desk, campaign: Campaign, lead: Lead, gone: str, cause: str) -> bool:
    """Whether who is gone comes in: ``cause`` is an event by which she asks for mail since."""
    number = cause.removeprefix("event:").partition("/")[0]
    if not campaign.opt_ins or not cause.startswith("event:") or not number.isdecimal():
        return False
    query = select(events.c.type, events.c.occurred_at).where(events.c.id == int(number))
    asked = conn.execute(query).one_or_none()
    if asked is None or not asks_again(campaign, gone, asked.type):
        return False
    said = unsubscribed_at(conn, desk.secrets, lead.email, campaign.name)
    return said is not None and said <= asked.occurred_at


def take_consents(conn: Connection, desk: Desk, lead_id: str, rows: Sequence[Row[Any]]) -> None:
    """Answers by which she allows mail: what she unsubscribed from before is lifted, and her word is kept
    with its proof."""
    for row in rows:
        if row.type == ANSWERED and row.send_id:
            _take(conn, desk, lead_id, row)


def _take(conn: Connection, desk: Desk, lead_id: str, answer: Row[Any]) -> None:
    query = select(sends, journeys.c.version).join(journeys, journeys.c.id == sends.c.journey_id)
    send = conn.execute(query.where(sends.c.id == answer.send_id)).one_or_none()
    published = desk.library.readable(conn, send.version) if send is not None else None
    chosen, at = str((answer.data or {}).get("answer", "")), answer.occurred_at
    if send is None or published is None or not consents(published.campaign, send.step, chosen):
        return
    if send.closes_at is not None and at > send.closes_at:
        return
    email = conn.scalar(select(leads.c.email).where(leads.c.id == lead_id))
    if email is None or _said_since(conn, lead_id, at):
        return
    lift(conn, desk.secrets, email, at)
    proof = {"campaign": send.campaign, "step": send.step, "send": send.id, "answer": chosen}
    proof["text"] = send.text_hash
    words = str(offered(send.answers).get(chosen, chosen))
    confirm(conn, Consent(lead_id, at, f"double opt-in, {send.campaign}", wording=words, proof=proof))


def _said_since(conn: Connection, lead_id: str, at: datetime) -> bool:
    """Whether she has unsubscribed, or complained, after this answer."""
    row = consent_rows.c
    since = row.lead_id == lead_id, row.purpose == MARKETING, row.state == "withdrawn", row.at > at
    return conn.execute(select(row.id).where(*since).limit(1)).first() is not None
