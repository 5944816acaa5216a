"""What the doctor says of providers that mail no longer goes by."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from nurture.cli.doctor_checks import home
from nurture.cli.doctor_hooks import TOLD_FOR, look_at_old_accounts
from nurture.settings import Settings, load_settings
from nurture.store.session import Store
from nurture.store.tables import sends
from tests.rows import Rows


def sent_by(rows: Rows, provider: str, ago: timedelta) -> None:
    number = f"{provider} {ago}"
    needed = {"kind": "marketing", "message": "m", "state": "sent", "created_at": rows.now}
    rows.put(sends, **needed, id=number[:36], key=number, provider=provider, claimed_at=rows.now - ago)


def settings(url: str, folder: Path, **keys: str) -> Settings:
    of_accounts = {name: SecretStr(value) for name, value in keys.items()}
    given: dict[str, Any] = {"mail_url": "ses://K:S@eu-west-1", "mail_webhook_key": "arn:1"}
    return load_settings(**given, database_url=url, data_dir=folder, of_accounts=of_accounts)


def test_a_provider_that_was_left_is_named_until_its_webhook_is_open(
    sqlite_store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    rows = Rows(sqlite_store)
    for provider in ("postmark", "ses", "smtp"):
        sent_by(rows, provider, timedelta(days=3))
    sent_by(rows, "brevo", TOLD_FOR + timedelta(days=1))
    (line,) = look_at_old_accounts(settings(sqlite_url, tmp_path))
    assert (line.name, line.state) == ("webhooks", "look")
    assert "by postmark" in line.what
    assert "NURTURE_MAIL_WEBHOOK_KEY_POSTMARK" in line.what
    assert look_at_old_accounts(settings(sqlite_url, tmp_path, MAIL_WEBHOOK_KEY_POSTMARK="u:p")) == []


def test_without_a_database_there_was_none(tmp_path: Path) -> None:
    none = settings(f"sqlite:///{tmp_path}/none.db", tmp_path)
    assert (look_at_old_accounts(none), home(none)) == ([], none.web_url)


def test_the_webhook_is_at_the_address_where_it_runs(
    sqlite_store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    Rows(sqlite_store).installed(base_url="http://127.0.0.1:8790")
    assert home(settings(sqlite_url, tmp_path)) == "http://127.0.0.1:8790"
