"""Reports of delivery (RFC 3464): each recipient by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from nurture.delivery.mail_parts import (
    MESSAGE_ID,
    date,
    decoded,
    field,
    fields,
    named_address,
    number_of,
    original,
    outer_parts,
)
from nurture.delivery.reading import digest
from nurture.domain.mail_events import MailEvent, Odd, Told, why

# RFC 6533 has its own for addresses that are not ASCII.
STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
ACTIONS = {"failed": Told.BOUNCED, "delayed": Told.DEFERRED, "delivered": Told.DELIVERED}
"""The others (``relayed``, ``expanded``) tell nothing of the end."""
BY_CLASS = {"5": Told.BOUNCED, "4": Told.DEFERRED}
"""Where a server does not say what it did."""
WORD = re.compile(r"[a-z]+")
DIAGNOSED = re.compile(r"^[\w-]+\s*;")
BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
RECIPIENTS_AT_MOST = 50


def reported(mail: Message, number: str) -> Iterator[MailEvent | Odd]:
    found = list(blocks(mail, STATUS))
    about = [block for block in found if block.get("Action") or block.get("Final-Recipient")]
    if not about:
        yield Odd(0, "a report without a recipient")
    sent = number_of(original(mail)) or _told_beside(found)
    for block in about[:RECIPIENTS_AT_MOST]:
        told = _told(block)
        recipient = named_address(block, "Original-Recipient") or named_address(block, "Final-Recipient")
        reason, code = _why(block) if told in (Told.BOUNCED, Told.DEFERRED) else ("", None)
        yield MailEvent(
            told,
            key=digest(number, recipient.lower(), told),
            name=f"dsn {field(block, 'Action')}"[:100],
            at=date(mail),
            remote_id=sent,
            recipient=recipient,
            reason=reason,
            code=code,
        )


def blocks(mail: Message, kinds: frozenset[str]) -> Iterator[Message]:
    """Groups of fields: the parser may have read some already, or left them as text."""
    for part in outer_parts(mail):
        if part.get_content_type() in kinds:
            payload = part.get_payload()
            if part.get("Content-Transfer-Encoding", "").strip().lower() in ("base64", "quoted-printable"):
                payload = decoded(part, _as_text(payload))
            yield from _groups(payload)


def _groups(payload: object) -> Iterator[Message]:
    for block in payload if isinstance(payload, list) else [payload]:
        if isinstance(block, Message) and block.items():
            yield block
        text = block.get_payload() if isinstance(block, Message) else block
        if isinstance(text, str):
            yield from (fields(one) for one in BLANK_LINE.split(text) if one.strip())


def _as_text(payload: object) -> str:
    """As it stood before the parser took it for fields."""
    inner = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    lines = ("\n".join([*(f"{name}: {one[name]}" for name in one), str(one.get_payload())]) for one in inner)
    return payload if isinstance(payload, str) else "\n\n".join(lines)


def _told(block: Message) -> Told:
    action = WORD.search(field(block, "Action").lower())
    if action:
        return ACTIONS.get(action[0], Told.OTHER)
    return BY_CLASS.get(field(block, "Status")[:1], Told.OTHER)


def _why(block: Message) -> tuple[str, int | None]:
    status, said = field(block, "Status"), DIAGNOSED.sub("", field(block, "Diagnostic-Code"))
    return why(f"{said} {status}".strip(), for_good=status.startswith("5"))


def _told_beside(found: list[Message]) -> str:
    """The number of our mail where the report does not give it back, as Gmail's."""
    named = (MESSAGE_ID.search(field(block, "X-Original-Message-ID")) for block in found)
    return next((one[1] for one in named if one), "")
