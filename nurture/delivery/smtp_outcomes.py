"""What an SMTP dialogue's replies and breaks mean for the mail."""

import ssl

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from nurture.delivery.provider import Outcome, Verdict
from nurture.domain.bounces import Kind, classify

CHANNEL_REASONS = {
    "unreachable": "no connection to the server",
    "tls-failed": "no encrypted connection: certificate, name or STARTTLS",
    "auth-refused": "the server did not take our user and password",
    "greeting-refused": "the server turned us away before the first mail",
    "dropped": "the connection broke before the mail was handed over",
    "timed-out": "the server did not answer in time, before the mail was handed over",
    "not-smtp": "the server's answer was not SMTP",
    "fenced": "stopped at the last gate",
    "no-answer": "handed over, and no answer that tells whether it was taken",
}
"""The reasons that are not in `nurture.domain.bounces.REASONS`: none of them is about the recipient."""

OF_CHANNEL = ("auth-refused", "tls-failed")
"""No other mail would fare better: the account waits until a person has helped."""
VERDICTS = {Kind.ACCEPTED: Verdict.SENT, Kind.RETRY: Verdict.RETRY, Kind.BOUNCED: Verdict.BOUNCED}

# First match wins: the order goes from the special to the general.
BREAKS: tuple[tuple[type[Exception], str], ...] = (
    (SMTPAuthenticationError, "auth-refused"),
    (SMTPConnectResponseError, "greeting-refused"),
    (SMTPHeloError, "greeting-refused"),
    (SMTPTimeoutError, "timed-out"),
    (TimeoutError, "timed-out"),
    (SMTPConnectError, "unreachable"),
    (SMTPServerDisconnected, "dropped"),
    (SMTPResponseException, "not-smtp"),
    (ssl.SSLError, "tls-failed"),
    (ConnectionError, "dropped"),
    (OSError, "unreachable"),
    (SMTPException, "tls-failed"),  # what is left: STARTTLS or AUTH wanted, and not offered
)


def answered(reply: SMTPResponse) -> Outcome:
    """To RCPT, DATA or the final dot."""
    if reply.code // 100 not in (2, 4, 5):
        return Outcome(Verdict.UNREACHED, reply.code, None, reply.message, "not-smtp")
    said = classify(reply.code, reply.message)
    return Outcome(VERDICTS[said.kind], reply.code, said.enhanced, reply.message, said.reason)


def answered_mail_from(reply: SMTPResponse) -> Outcome:
    """To MAIL: nothing is known of the recipient yet, so only the message itself can be at fault, or we."""
    outcome = answered(reply)
    if outcome.verdict is Verdict.BOUNCED and outcome.reason in ("too-large", "content"):
        return outcome
    reason = "sender-refused" if outcome.verdict is Verdict.BOUNCED else outcome.reason
    return Outcome(Verdict.UNREACHED, outcome.code, outcome.enhanced, outcome.text, reason)


def answered_dot(reply: SMTPResponse) -> Outcome:
    outcome = answered(reply)
    if outcome.verdict is Verdict.UNREACHED:
        return unknown(outcome.text, reply.code)
    return outcome


def broken(error: SMTPException | OSError) -> Outcome:
    """Before the final dot was written."""
    cause = error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error
    reason = next(name for kind, name in BREAKS if isinstance(cause, kind))
    code = error.code if isinstance(error, SMTPResponseException) and error.code > 0 else None
    return Outcome(Verdict.UNREACHED, code, None, str(error), reason, channel=reason in OF_CHANNEL)


def unknown(text: str, code: int | None = None) -> Outcome:
    return Outcome(Verdict.UNKNOWN, code, None, text, "no-answer")


def refused_unasked(reason: str) -> Outcome:
    """The server need not be asked: it cannot take this address."""
    return Outcome(Verdict.BOUNCED, None, None, "", reason)


FENCED = Outcome(Verdict.FENCED, None, None, "", "fenced")
DROPPED = Outcome(Verdict.UNREACHED, None, None, "", "dropped")
