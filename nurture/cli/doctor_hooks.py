"""What `nurture doctor` says of accounts that carry no mail any more: what they still have to tell is late
bounces and complaints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from nurture.authoring.accounts_file import load_accounts
from nurture.cli.doctor_checks import Line, has_database
from nurture.delivery.registry import hooks
from nurture.domain.errors import NurtureError
from nurture.settings import MAIN, Settings
from nurture.store.session import Store
from nurture.store.tables import sends

TOLD_FOR = timedelta(days=30)
"""After it was sent, a mail may come back or be complained about so long."""


def look_at_old_accounts(settings: Settings) -> list[Line]:
    if settings.delivery == "catch" or not has_database(settings):
        return []
    store = Store(settings.database)
    try:
        return list(_shut(settings, store.read_sync(_carried)))
    except (SQLAlchemyError, NurtureError):  # the other lines say so
        return []
    finally:
        store.close()


def _carried(conn: Connection) -> list[str]:
    """Accounts that had a mail of late."""
    late = sends.c.claimed_at > datetime.now(UTC) - TOLD_FOR, sends.c.via == "mail"
    query = select(sends.c.provider).where(*late, sends.c.provider.is_not(None)).distinct()
    return sorted(conn.scalars(query))


def _shut(settings: Settings, carried: list[str]) -> Iterator[Line]:
    accounts = load_accounts(settings.accounts)
    now = set(accounts.accounts) if accounts else {settings.mail_account.provider, MAIN}
    open_now = hooks(settings, accounts)
    for name in carried:
        variable = f"MAIL_WEBHOOK_KEY_{name.upper().replace('-', '_')}"
        # What a mail server has to tell comes to a mailbox.
        if name in now or name in open_now or name == "smtp" or variable in settings.of_accounts:
            continue
        what = (
            f"mails went by {name} in the last 30 days, and it is not in the settings: its late bounces and"
            f" complaints are refused. Keep NURTURE_{variable}, and the address of an account with a name of"
            f" your own in NURTURE_{variable.replace('WEBHOOK_KEY', 'URL')}, for as long"
        )
        yield Line("webhooks", "look", what)
