"""Sending as it is done without a ledger: hand the mail over, then note it. What our checkers must catch."""

from __future__ import annotations

import asyncio
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection
from temporalio import activity

from nurture.contract import Turn
from nurture.domain.effects import Result
from nurture.services.desk import Desk
from nurture.services.facts import lead_row
from nurture.services.turns import Opened, open_turn, opened, record
from nurture.store.columns import new_id
from nurture.store.session import Store
from nurture.store.tables import sends
from nurture.store.upserts import insert_unless_there


class NaiveMessages:
    def __init__(self, store: Store, desk: Desk, smtp_port: int) -> None:
        self._store = store
        self._desk = desk
        self._smtp_port = smtp_port

    @activity.defn
    async def send_message(self, turn: Turn) -> Turn:
        self._desk.reached("send_message/begun")
        current = await self._store.write(open_turn, self._desk, turn)
        if isinstance(current, Turn):
            return current
        lead = await self._store.read(lead_row, current.journey.lead_id)
        key = f"{current.journey.id}/{current.position.step}/{current.position.visit}/send"
        self._desk.reached("send_message/marked")
        state = await asyncio.to_thread(self._send, key, lead.email)
        self._desk.reached("send_message/answered")
        done = await self._store.write(self._note, turn, key, lead.email, state)
        self._desk.reached("send_message/recorded")
        self._store.poke()
        return done

    def _send(self, key: str, recipient: str) -> str:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "news@ours.example", recipient, "Naive"
        mail["Message-ID"] = f"<{key}@ours.example>"
        mail.set_content("Hello")
        with smtplib.SMTP("127.0.0.1", self._smtp_port, timeout=10) as smtp:
            try:
                smtp.send_message(mail)
            except smtplib.SMTPRecipientsRefused as refused:
                code = refused.recipients[recipient][0]
                if code >= 500:
                    return "bounced"
                raise
        return "sent"

    def _note(self, conn: Connection, turn: Turn, key: str, recipient: str, state: str) -> Turn:
        current = open_turn(conn, self._desk, turn)
        if isinstance(current, Turn):
            return current
        conn.execute(insert_unless_there(conn, sends, _row(current, key, recipient, state)))
        fresh = opened(conn, self._desk, current.journey)
        return record(conn, self._desk, fresh, fresh.walk(Result(state, fresh.facts.now)))


def _row(current: Opened, key: str, recipient: str, state: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": new_id(),
        "key": key,
        "lead_id": current.journey.lead_id,
        "journey_id": current.journey.id,
        "campaign": current.journey.campaign,
        "step": current.position.step,
        "message": current.position.step,
        "kind": "marketing",
        "state": state,
        "message_id": f"<{key}@ours.example>",
        "recipient": recipient,
        "created_at": now,
        "sent_at": now,
    }
