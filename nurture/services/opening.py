"""A desk from the settings: what every process that serves this installation begins with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypedDict

from sqlalchemy import Connection, select

from nurture.authoring.accounts_file import load_accounts
from nurture.client import namespace
from nurture.clock import Clock, clock_of
from nurture.delivery.chat import rooms
from nurture.delivery.dkim_signing import DkimSigner, signing
from nurture.delivery.registry import key_lives, return_path
from nurture.delivery.returns import ReturnPath
from nurture.secrets_file import signing_secrets
from nurture.services.adopt import ensure_installation
from nurture.services.desk import Desk
from nurture.services.letterhead import PLACEHOLDERS
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import journeys


class SignBy(TypedDict, total=False):
    """What of a desk signs its mails, and what comes back."""

    sign: DkimSigner
    returns: ReturnPath | None


def sign_by(settings: Settings) -> SignBy:
    signer = signing(settings.dkim.get_secret_value())
    return {"returns": return_path(settings), **(SignBy(sign=signer) if signer else {})}


def send_queues(conn: Connection, desk: Desk) -> list[str]:
    """The task queue of sends, and those of other providers by which journeys that sleep will still come."""
    waiting = select(journeys.c.queue).where(journeys.c.state == "open", journeys.c.queue != "").distinct()
    return sorted({desk.queue("send_message"), *conn.scalars(waiting)})


def desk_to_read(settings: Settings, clock: Clock, name: str) -> Desk:
    """For commands that look at accounts and change no more than those. Raises AccountsWrong."""
    accounts = load_accounts(settings.accounts)
    return Desk(
        clock=clock,
        secrets=(),
        base_url=settings.web_url,
        namespace=name,
        provider=accounts.main if accounts else settings.mail_account.provider,
        accounts=accounts,
        send_rate=settings.send_rate,
    )


def open_desk(store: Store, settings: Settings, began: datetime | None = None) -> Desk:
    """Makes the installation's row at the first start. ``began``: where a stepped clock begins."""
    stepped_to = (began or datetime.now(UTC)) if settings.clock == "stepped" else None
    store.write_sync(
        ensure_installation, settings.clock, settings.web_url, namespace(), stepped_to=stepped_to
    )
    accounts = load_accounts(settings.accounts)
    return Desk(
        clock=clock_of(settings.clock),
        secrets=signing_secrets(settings),
        base_url=settings.web_url,
        namespace=namespace(),
        delivery=settings.delivery,
        allowed=settings.delivery_allowed,
        provider=accounts.main if accounts else settings.mail_account.provider,
        keys=key_lives(settings, accounts),
        accounts=accounts,
        sender_address=settings.sender_address or PLACEHOLDERS["sender_address"],
        send_rate=settings.send_rate,
        crm=bool(settings.crm_name),
        rooms=rooms(settings),
        **sign_by(settings),
    )
