from __future__ import annotations

import pytest

from nurture.delivery.registry import AccountWrong, provider
from nurture.domain.mail_account import MailAccount, mail_account
from nurture.environment import SettingsError
from nurture.settings import load_settings

SECRET = "s3cr/et+key"


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("postmark://token@default", MailAccount("postmark", "default", None, "token")),
        (
            "ses://AKID:s3cr%2Fet%2Bkey@eu-west-1?set=nurture",
            MailAccount("ses", "eu-west-1", None, "AKID", SECRET, {"set": "nurture"}),
        ),
        ("SMTP://me%40ours:x@mail.ours:465", MailAccount("smtp", "mail.ours", 465, "me@ours", "x")),
    ],
)
def test_an_account_in_one_line(text: str, account: MailAccount) -> None:
    assert mail_account(text) == account


@pytest.mark.parametrize(
    "text",
    [
        "postmark",
        "postmark:token",
        "://x@y",
        f"ses://AKID:{SECRET}@eu-west-1",
        "smtp://h:99999",
        "smtp://[::1",
    ],
)
def test_what_cannot_be_one_is_said_without_its_key(text: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(mail_url=text)
    assert "NURTURE_MAIL_URL" in str(error.value)
    assert SECRET not in str(error.value)


def test_an_unknown_provider_is_named_with_the_nearest() -> None:
    with pytest.raises(AccountWrong, match="Did you mean postmark"):
        provider(load_settings(mail_url="postmrk://token@default"))


@pytest.mark.parametrize("api", ["http://api.example", "ftp://api.example", "api.example"])
def test_a_key_goes_over_no_open_line(api: str) -> None:
    with pytest.raises(AccountWrong):
        provider(load_settings(mail_url=f"postmark://token@default?api={api}"))


def test_caught_mail_goes_to_no_provider() -> None:
    settings = load_settings(mail_url="postmark://token@default", delivery="catch")
    assert settings.mail_account.provider == "smtp"
    assert settings.mail_server.host == "127.0.0.1"


def test_smtp_in_one_line() -> None:
    server = load_settings(mail_url="smtp://me:word@mail.ours.example").mail_server
    assert (server.host, server.port, server.user, server.tls) == ("mail.ours.example", 587, "me", "starttls")
