"""An account that cannot work is refused when it is made, with words that say what to write."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from nurture.delivery.account_check import NEEDS
from nurture.delivery.registry import PROVIDERS, AccountWrong, provider
from nurture.delivery.smtp_pool import OpenLine
from nurture.domain.errors import NurtureError
from nurture.environment import SettingsError
from nurture.settings import Settings, load_settings

WRONG = [
    ("postmark://default", "it has no token before the @", "postmark://TOKEN@default"),
    ("postmark://T@default?ap=https://x", "did you mean api?", "?ap="),
    ("postmark://T:U@default", "only the token may stand", ""),
    ("ses://KEY@eu-west-1", "it has no secret", "ses://KEY:SECRET@REGION"),
    ("ses://KEY:S@eu-west-1?sett=nurture", "did you mean set?", ""),
    ("ses://KEY:S@eu-west-1?set=", "?set= is empty", ""),
    ("ses://KEY:S@default", "must stand a region", ""),
    ("mailersend://T@default?headers=none", "on or off", ""),
    ("brevo://T@default?lookup=no", "on or off", ""),
    ("mailgun://K@default", "must stand your domain", ""),
    ("resend://K@", "nothing stands after the @", ""),
    ("smtp://u:p@mail.example:587?tls=yes", "?tls= must be off or starttls or tls", ""),
    ("smtp://u@mail.example:587", "it has no password", ""),
]
GOOD = [
    "ses://KEY:S@us-gov-west-1?set=nurture",
    "mailgun://K@mg.ours.example?api=https://api.eu.mailgun.net&lookup=off",
    "postmark://T@default?stream=broadcast",
    "smtp://mail.example:25?tls=off",
    "smtp://u:p@127.0.0.1:25?tls=off",
    "smtp://u:p@mail.example?tls=starttls",
]


def made(url: str) -> None:
    provider(load_settings(mail_url=url))


@pytest.mark.parametrize(("url", "says", "more"), WRONG)
def test_what_is_wrong_is_said_with_what_to_write(url: str, says: str, more: str) -> None:
    with pytest.raises(AccountWrong) as wrong:
        made(url)
    assert says in str(wrong.value)
    assert more in str(wrong.value)
    assert str(wrong.value).startswith("NURTURE_MAIL_URL")


@pytest.mark.parametrize("url", GOOD)
def test_what_is_right_is_taken(url: str) -> None:
    made(url)


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.3", "relay"])
def test_a_password_goes_over_no_open_line(host: str) -> None:
    for given in (
        {"smtp_host": host, "smtp_user": "us", "smtp_password": SecretStr("pw")},
        {"mail_url": f"smtp://us:pw@{host}:587?tls=off"},
    ):
        with pytest.raises(OpenLine, match=r"starttls .* or tls"):
            provider(load_settings(**given))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_on_this_machine_it_may(host: str) -> None:
    provider(load_settings(smtp_host=host, smtp_user="us", smtp_password=SecretStr("pw")))


def test_other_words_for_tls_are_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"NURTURE_SMTP_TLS: .*'off', 'starttls' or 'tls'"):
        load_settings(smtp_host="mail.example", smtp_tls="yes")
    url = "smtp://u:p@mail.example:587?tls=yes"
    assert load_settings(mail_url=url).mail_server.tls == "starttls", "never open for a word nobody knows"


def test_each_provider_says_what_it_needs() -> None:
    assert set(NEEDS) == set(PROVIDERS)
    assert issubclass(OpenLine, NurtureError)
    assert Settings().mail_account.provider == "smtp"
