"""Mails that came in, posted to us as they are by whatever takes them, or fetched from their mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nurture.delivery.hooks import Call, of_body, signed_in
from nurture.delivery.incoming import told_by
from nurture.delivery.returns import ReturnPath
from nurture.domain.mail_events import MailEvent, Odd


class SmtpHook:
    """``secrets``: each ``user:password`` of whoever may post. It proves the pipe, not who wrote the mail
    that came through it: anybody may write to our sender's address."""

    name = "smtp"

    def __init__(self, secrets: Sequence[str], returns: ReturnPath | None = None) -> None:
        self._accounts = secrets
        self._returns = returns

    async def proved(self, call: Call, now: datetime) -> str:
        signed_in(call, self._accounts)
        return of_body(call)

    def events(self, call: Call) -> Sequence[MailEvent | Odd]:
        return told_by(call.body, of_body(call), self._returns)
