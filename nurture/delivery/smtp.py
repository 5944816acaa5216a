"""Mail over SMTP, driven command by command: whatever breaks before the final dot is known to be safe."""

import contextlib

from aiosmtplib import SMTPException, SMTPResponse

from nurture.delivery.addresses import address_on_the_wire
from nurture.delivery.provider import Envelope, Mark, Outcome, Verdict
from nurture.delivery.smtp_outcomes import (
    DROPPED,
    FENCED,
    answered,
    answered_dot,
    answered_mail_from,
    broken,
    refused_unasked,
    unknown,
)
from nurture.delivery.smtp_pool import Connection, Pool, SmtpSettings
from nurture.delivery.smtp_wire import as_seven_bit, body_on_the_wire

__all__ = ["SmtpProvider", "SmtpSettings"]

GO_AHEAD = 354


class SmtpProvider:
    name = "smtp"

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._pool = Pool(settings)

    async def deliver(self, mail: bytes, envelope: Envelope, mark: Mark) -> Outcome:
        sender, recipient = address_on_the_wire(envelope.sender), address_on_the_wire(envelope.recipient)
        if recipient is None:
            return refused_unasked("bad-address")
        if sender is None:
            return Outcome(Verdict.UNREACHED, None, None, "", "sender-refused")
        plain = Envelope(sender, recipient)
        async with self._pool.place():
            outcome = await self._attempt(mail, plain, mark, fresh=False)
            if outcome is None:
                outcome = await self._attempt(mail, plain, mark, fresh=True)
            return outcome or DROPPED

    async def close(self) -> None:
        await self._pool.close()

    async def _attempt(self, mail: bytes, envelope: Envelope, mark: Mark, *, fresh: bool) -> Outcome | None:
        """None: a kept connection was found dead before anything was handed over."""
        try:
            connection = await self._pool.take(fresh=fresh)
        except (SMTPException, OSError) as error:
            return broken(error)
        kept = connection.carried > 0
        connection.usable = False  # until the dialogue comes to a known point
        try:
            refused = await self._announce(connection, mail, envelope)
            if refused is not None:
                return None if kept and refused.verdict is Verdict.UNREACHED else refused
            if not await mark():
                return FENCED
            return await self._finish(connection)
        finally:
            await self._pool.give_back(connection)

    async def _announce(self, connection: Connection, mail: bytes, envelope: Envelope) -> Outcome | None:
        """All but the final dot; None when the server now waits for it."""
        try:
            refused = await self._envelope(connection, mail, envelope)
            if refused is None:
                await connection.write(_body_for(connection, mail), self._settings.dot_seconds)
        except (SMTPException, OSError) as error:
            return broken(error)
        if refused is not None and connection.is_open:
            with contextlib.suppress(SMTPException, OSError):  # then it is not usable, and that is all
                connection.usable = (await self._command(connection, "RSET")).code // 100 == 2
        return refused

    async def _envelope(self, connection: Connection, mail: bytes, envelope: Envelope) -> Outcome | None:
        parameters = _parameters(connection, mail, envelope)
        if parameters is None:
            return refused_unasked("address-not-supported")
        reply = await self._command(connection, f"MAIL FROM:<{envelope.sender}>", *parameters)
        if reply.code // 100 != 2:
            return answered_mail_from(reply)
        reply = await self._command(connection, f"RCPT TO:<{envelope.recipient}>")
        if reply.code // 100 != 2:
            return answered(reply)
        reply = await self._command(connection, "DATA")
        return None if reply.code == GO_AHEAD else _not_a_go_ahead(reply)

    async def _finish(self, connection: Connection) -> Outcome:
        # No await between this look and the write inside: past it, only the server knows.
        if not connection.is_open:
            return DROPPED
        try:
            reply = await connection.command(".", seconds=self._settings.dot_seconds)
        except (SMTPException, OSError) as error:
            return unknown(str(error))
        outcome = answered_dot(reply)
        connection.usable = outcome.verdict is not Verdict.UNKNOWN
        return outcome

    async def _command(self, connection: Connection, *words: str) -> SMTPResponse:
        return await connection.command(*words, seconds=self._settings.command_seconds)


def _not_a_go_ahead(reply: SMTPResponse) -> Outcome:
    outcome = answered(reply)
    # "250" to DATA is no answer that a mail could follow.
    if outcome.verdict is Verdict.SENT:
        return Outcome(Verdict.UNREACHED, reply.code, None, reply.message, "not-smtp")
    return outcome


def _parameters(connection: Connection, mail: bytes, envelope: Envelope) -> list[str] | None:
    """Of the MAIL command; None when the server cannot take such an address."""
    wanted = []
    if connection.supports("SIZE"):
        wanted.append(f"SIZE={len(mail)}")
    if not mail.isascii() and connection.supports("8BITMIME"):
        wanted.append("BODY=8BITMIME")
    if not (envelope.sender + envelope.recipient).isascii():
        if not connection.supports("SMTPUTF8"):
            return None
        wanted.append("SMTPUTF8")
    return wanted


def _body_for(connection: Connection, mail: bytes) -> bytes:
    eight_bit = connection.supports("8BITMIME") or mail.isascii()
    return body_on_the_wire(mail if eight_bit else as_seven_bit(mail))
