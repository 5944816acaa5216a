"""A mail sent to one of our own people to look at: no lead, no row in the ledger, nothing measured."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from nurture.delivery.compose import compose, message_id
from nurture.delivery.provider import Envelope, Outcome, Provider, Verdict
from nurture.delivery.registry import provider
from nurture.delivery.render import Rendered
from nurture.domain.errors import NurtureError
from nurture.services.addresses import BadAddress, normalise
from nurture.services.letterhead import Letterhead
from nurture.services.opening import sign_by
from nurture.services.preview import Preview
from nurture.settings import Settings

MARK = "[Test] "


@dataclass(frozen=True)
class Tried:
    message: str
    outcome: Outcome

    @property
    def sent(self) -> bool:
        return self.outcome.verdict is Verdict.SENT


def check_recipient(settings: Settings, address: str) -> str:
    """Normalised. Raises NurtureError where this installation may not write there."""
    try:
        email = normalise(address)
    except BadAddress as bad:
        raise NurtureError(f"--send-to {bad.message}") from None
    allowed = settings.delivery_allowed
    fits = (email.endswith(one) if one[0] == "@" else email == one for one in allowed or ())
    if allowed is not None and not any(fits):
        raise NurtureError(
            "NURTURE_DELIVERY does not let mail go to this address.", f"It allows {', '.join(allowed)}."
        )
    return email


def send_tests(settings: Settings, head: Letterhead, to: str, mails: Iterable[Preview]) -> Sequence[Tried]:
    """Those that could be made, one after the other. Raises AccountWrong."""
    sign = sign_by(settings).get("sign") or bytes
    made = [(mail.message, sign(_composed(head, to, mail.rendered))) for mail in mails if mail.rendered]
    return asyncio.run(_deliver(provider(settings), Envelope(head.sender_address, to), made))


async def _deliver(by: Provider, to: Envelope, mails: Sequence[tuple[str, bytes]]) -> Sequence[Tried]:
    try:
        return [Tried(message, await by.deliver(mail, to, _always)) for message, mail in mails]
    finally:
        await by.close()


def _composed(head: Letterhead, to: str, rendered: Rendered) -> bytes:
    number = str(uuid4())
    composed = compose(
        replace(rendered, subject=f"{MARK}{rendered.subject}"),
        send_id=number,
        message_id=message_id(number, head.domain),
        sender=(head.sender_name, head.sender_address),
        recipient=(to, ""),
        tracker=None,
        unsubscribe_url=None,
        list_id=None,
        feedback_id=None,
        kind="operational",
        date=datetime.now(UTC),
    )
    return composed.mail


async def _always() -> bool:
    return True
