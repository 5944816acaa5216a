"""What mails tell that come to our sender's address or to that of the envelope: reports of
delivery (RFC 3464) and of complaints (RFC 5965), what machines answer, and what people do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime

from nurture.delivery.reading import clean, digest
from nurture.delivery.returns import ReturnPath
from nurture.domain.bounces import smtp_code
from nurture.domain.mail_events import MailEvent, Odd, Told, why

MESSAGE_ID = re.compile(r"<([^<>\s]{3,250})>")
DAEMON = re.compile(r"(mailer-daemon|postmaster|no-?reply)@", re.IGNORECASE)
ACTIONS = {"failed": Told.BOUNCED, "delayed": Told.DEFERRED, "delivered": Told.DELIVERED}
"""The others (``relayed``, ``expanded``) tell nothing of the end."""
# RFC 6533 has its own for addresses that are not ASCII.
STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
FEEDBACK = frozenset({"message/feedback-report"})
BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
ABUSE = ("abuse", "fraud", "virus", "other")
ARRIVED_AT = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
RECIPIENTS_AT_MOST = 50
WORDS_AT_MOST = 20_000
QUOTED_ID = re.compile(r"^Message-ID:\s*<([^<>\s]{3,250})>", re.IGNORECASE | re.MULTILINE)
AWAY = re.compile(
    r"(automatic reply|auto(matic)?[- ]?response|automatische antwort|réponse automatique)\b", re.IGNORECASE
)
"""How the subject of an answer begins that some servers give no header of RFC 3834."""
# The parser of the standard library is not proof against everything that calls itself a mail.
NOT_A_MAIL = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


def told_by(raw: bytes, number: str, returns: ReturnPath | None = None) -> list[MailEvent | Odd]:
    """What a mail that came in tells. It proves nothing of who wrote it, but for one that came to an address
    of ``returns``, which none knows but who had that very mail of ours."""
    try:
        mail = message_from_bytes(raw, policy=policy.compat32)
        return told_by_mail(mail, number, returns)
    except NOT_A_MAIL:
        return [Odd(0, "not a mail")]


def told_by_mail(mail: Message, number: str, returns: ReturnPath | None = None) -> list[MailEvent | Odd]:
    """May raise one of NOT_A_MAIL."""
    send_id = _sent_to(mail, returns) if returns else ""
    # Whom a proved one names is not believed: it is about the mail that its address tells of.
    by_address = {"send_id": send_id, "recipient": "", "proved": True} if send_id else {"proved": False}
    return [
        replace(one, **by_address) if isinstance(one, MailEvent) else one for one in _events(mail, number)
    ]


def _sent_to(mail: Message, returns: ReturnPath) -> str:
    """The ledger's id in the address that the mail came to; empty: in none."""
    for name in ARRIVED_AT:
        for _, address in getaddresses(clean(str(value)) for value in mail.get_all(name, ())):
            if found := returns.read(address):
                return found
    return ""


def _events(mail: Message, number: str) -> Iterator[MailEvent | Odd]:
    kinds = _kinds(mail)
    if kinds & STATUS:
        yield from _delivery(mail, number)
    elif kinds & FEEDBACK:
        yield _complaint(mail, number)
    elif mail.get("X-Failed-Recipients"):
        yield _failed(mail, number)
    else:
        machine = mail.get_content_type() == "multipart/report" or _by_a_machine(mail)
        sender, answered = parseaddr(_text(mail, "From"))[1], _answered(mail)
        told = Told.REPLIED if machine else Told.ANSWERED if "@" in sender else Told.OTHER
        name = "auto-reply" if machine else "mail"
        yield MailEvent(told, number, name, _date(mail), remote_id=answered, recipient=sender)


def _kinds(mail: Message) -> frozenset[str]:
    """Of reports, by what the head says and by the parts: some servers write `multipart/mixed`."""
    payload = mail.get_payload()
    parts = payload if isinstance(payload, list) else []
    found = {part.get_content_type() for part in parts if isinstance(part, Message)}
    if mail.get_content_type() == "multipart/report":
        found.add(f"message/{str(mail.get_param('report-type') or '').lower()}")
    return frozenset(found)


def _delivery(mail: Message, number: str) -> Iterator[MailEvent | Odd]:
    original = _original(mail)
    blocks = [block for part in mail.walk() for block in _blocks(part, STATUS)]
    found = [block for block in blocks if block.get("Action") or block.get("Final-Recipient")]
    if not found:
        yield Odd(0, "a report without a recipient")
    for block in found[:RECIPIENTS_AT_MOST]:
        told = ACTIONS.get(_text(block, "Action").lower(), Told.OTHER)
        recipient = _address(block, "Original-Recipient") or _address(block, "Final-Recipient")
        said = f"{_text(block, 'Diagnostic-Code').partition(';')[2]} {_text(block, 'Status')}".strip()
        reason, code = ("", None)
        if told in (Told.BOUNCED, Told.DEFERRED):
            reason, code = why(said, for_good=_text(block, "Status").startswith("5"))
        yield MailEvent(
            told,
            key=digest(number, recipient.lower(), told),
            name=f"dsn {_text(block, 'Action')}"[:100],
            at=_date(mail),
            remote_id=_number_of_ours(original),
            recipient=recipient,
            reason=reason,
            code=code,
        )


def _failed(mail: Message, number: str) -> MailEvent:
    """Exim's report: words for a person, our mail below them, and one header for us."""
    recipient = next((found for _, found in getaddresses([_text(mail, "X-Failed-Recipients")])), "")
    words = _words(mail)
    said, _, below = words.partition("\n---")
    reason, code = why(said, for_good=bool(smtp_code(said)) and str(smtp_code(said)).startswith("5"))
    quoted = QUOTED_ID.search(below or words)
    return MailEvent(
        Told.BOUNCED,
        number,
        "failed recipient",
        _date(mail),
        remote_id=quoted[1] if quoted else _number_of_ours(_original(mail)),
        recipient=recipient,
        reason=reason,
        code=code,
    )


def _words(mail: Message) -> str:
    """The first text."""
    for part in mail.walk():
        payload = part.get_payload(decode=True) if part.get_content_type() == "text/plain" else None
        if isinstance(payload, bytes):
            return payload[:WORDS_AT_MOST].decode("utf-8", "replace")
    return ""


def _complaint(mail: Message, number: str) -> MailEvent:
    blocks = [block for part in mail.walk() for block in _blocks(part, FEEDBACK)]
    report = blocks[0] if blocks else Message()
    kind = _text(report, "Feedback-Type").lower() or "abuse"
    original = _original(mail)
    recipient = _address(report, "Original-Rcpt-To") or (_address(original, "To") if original else "")
    told = Told.COMPLAINED if kind in ABUSE else Told.UNSUBSCRIBED if kind == "opt-out" else Told.OTHER
    return MailEvent(
        told,
        number,
        f"arf {kind}"[:100],
        _date(mail),
        remote_id=_number_of_ours(original),
        recipient=recipient,
    )


def _blocks(part: Message, kinds: frozenset[str]) -> Iterator[Message]:
    """Groups of fields in a part of a report: the parser may have read some already, or left them as text."""
    if part.get_content_type() not in kinds:
        return
    payload = part.get_payload()
    for block in payload if isinstance(payload, list) else [payload]:
        if isinstance(block, Message) and block.items():
            yield block
        text = block.get_payload() if isinstance(block, Message) else block
        if isinstance(text, str):
            yield from (_fields(one) for one in BLANK_LINE.split(text) if one.strip())


def _fields(text: str) -> Message:
    return message_from_bytes(text.strip().encode("utf-8", "replace") + b"\n\n", policy=policy.compat32)


def _original(mail: Message) -> Message | None:
    """Our mail, or its headers, as the report gives it back."""
    for part in mail.walk():
        if part.get_content_type() in ("message/rfc822", "message/global", "message/global-headers"):
            payload = part.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                return payload[0]
        if part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            payload = part.get_payload(decode=True)
            return message_from_bytes(payload if isinstance(payload, bytes) else b"", policy=policy.compat32)
    return None


def _number_of_ours(original: Message | None) -> str:
    found = MESSAGE_ID.search(_text(original, "Message-ID")) if original else None
    return found[1] if found else ""


def _answered(mail: Message) -> str:
    found = MESSAGE_ID.findall(f"{_text(mail, 'References')} {_text(mail, 'In-Reply-To')}")
    return found[-1] if found else ""


def _by_a_machine(mail: Message) -> bool:
    """RFC 3834, and what was there before it."""
    submitted = _text(mail, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if _text(mail, "Return-Path") == "<>" or DAEMON.match(parseaddr(_text(mail, "From"))[1]):
        return True
    if AWAY.match(_text(mail, "Subject")):
        return True
    precedence = _text(mail, "Precedence").lower() in ("bulk", "auto_reply", "junk")
    return precedence or any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response"))


def _text(mail: Message | None, name: str) -> str:
    value = mail.get(name) if mail is not None else None
    return " ".join(clean(str(value)).split()) if value is not None else ""


def _address(block: Message, name: str) -> str:
    """``rfc822; ann@x.example``"""
    kind, _, value = _text(block, name).rpartition(";")
    address = parseaddr(value.strip())[1]
    return address if kind.strip().lower() in ("", "rfc822", "utf-8") and "@" in address else ""


def _date(mail: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(_text(mail, "Date"))
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else None
