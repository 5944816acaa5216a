"""Settings from the environment: what is wrong names its variable, what is secret is never shown."""

import stat
from pathlib import Path
from typing import Any

import pytest

from nurture.environment import SettingsError
from nurture.secrets_file import signing_secrets
from nurture.settings import MailServer, Settings, load_settings

SECRET = "a-very-long-secret-of-ours"


def test_without_anything_it_runs_on_this_machine() -> None:
    settings = load_settings()
    assert settings.database == f"sqlite:///{Path('.nurture').absolute()}/nurture.db"
    assert settings.web_url == "http://127.0.0.1:8080"
    assert settings.delivery_allowed is None
    assert (settings.content_dir / "pyproject.toml").is_file()


def test_what_is_given_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NURTURE_WEB_PORT", "9000")
    assert load_settings().web_port == 9000
    assert load_settings(web_port=0).web_port == 0


@pytest.mark.parametrize("name", ["DATABASE_URL", "NURTURE_DATABASE_URL"])
def test_the_database_by_either_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "postgresql://nurture@db/nurture")
    assert load_settings().database == "postgresql://nurture@db/nurture"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("NURTURE_SMTP_PORT", "abc", "NURTURE_SMTP_PORT: input should be a valid integer"),
        ("NURTURE_WEB_PORT", "70000", "NURTURE_WEB_PORT: input should be less than or equal to 65535"),
        ("NURTURE_SMTP_TLS", "ssl", "NURTURE_SMTP_TLS: input should be 'off', 'starttls' or 'tls'"),
        (
            "NURTURE_DELIVERY",
            "allow:ours.example",
            "NURTURE_DELIVERY: expected send, smtp, catch, or allow:@ours",
        ),
        (
            "NURTURE_DELIVERY",
            "cach",
            "NURTURE_DELIVERY: expected send, smtp, catch, or allow:@ours.example (it is 'cach')",
        ),
        ("DATABASE_URL", "mysql://db/x", "DATABASE_URL: expected postgresql://user:password@host/name"),
        ("NURTURE_BASE_URL", "nurture.own", "NURTURE_BASE_URL: expected an address such as https://"),
        ("NURTURE_SECRET", "short", "NURTURE_SECRET: each must have 16 characters or more"),
        ("NURTURE_DELIVERY", "smtp", "NURTURE_SMTP_HOST: name the mail server"),
        ("NURTURE_BUILD", "a b", "NURTURE_BUILD: string should match pattern"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(says)
    if "SECRET" in name or "URL" in name:
        assert value not in str(caught.value)


def test_two_wrong_values_are_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NURTURE_SMTP_PORT", "abc")
    monkeypatch.setenv("NURTURE_SEND_RATE", "0")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "NURTURE_SMTP_PORT",
        "NURTURE_SEND_RATE",
    ]


def test_a_misspelt_variable_is_no_silent_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NURTURE_DELVERY", "catch")
    with pytest.raises(
        SettingsError, match=r"NURTURE_DELVERY is not a setting\. Did you mean NURTURE_DELIVERY\?"
    ):
        load_settings()


def test_a_named_file_and_only_a_named_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.write_text("NURTURE_COMPANY_NAME=Ours\n")
    assert load_settings().company_name == ""
    monkeypatch.setenv("NURTURE_ENV_FILE", str(file))
    assert load_settings().company_name == "Ours"
    monkeypatch.setenv("NURTURE_ENV_FILE", "nowhere.env")
    with pytest.raises(SettingsError, match=r"NURTURE_ENV_FILE: there is no file nowhere\.env"):
        load_settings()


def test_every_setting_is_in_the_docs(checkout: Path) -> None:
    page = (checkout / "docs" / "running.md").read_text()
    told = (f"NURTURE_{field.upper()}" for field in Settings.model_fields if field != "of_accounts")
    missing = [name for name in (*told, "NURTURE_MAIL_URL_NAME") if name not in page]
    assert missing == []


def test_nothing_secret_is_shown() -> None:
    settings = Settings(
        secret=SECRET,
        smtp_password="hidden-1",
        crm_webhook_secret="hidden-2",
        database_url="postgresql://u:hidden-3@h/d",
    )
    assert "hidden" not in repr(settings)
    assert SECRET not in repr(settings)


def test_no_mail_leaves_until_a_server_is_named() -> None:
    assert Settings().delivery == "catch"
    assert Settings(smtp_host="mail.example").delivery == "smtp"


def test_caught_mail_never_reaches_the_server_that_is_named() -> None:
    real: dict[str, Any] = {"smtp_host": "mail.example", "smtp_port": 587}
    real |= {"smtp_user": "ours", "smtp_tls": "tls"}
    assert Settings(delivery="catch", **real).mail_server == MailServer("127.0.0.1", 1025)
    assert Settings(**real).mail_server == MailServer("mail.example", 587, "ours", "", "tls")
    catcher = Settings(delivery="catch", smtp_host="127.0.0.1", smtp_port=4025)
    assert catcher.mail_server == MailServer("127.0.0.1", 4025)


def test_delivery_only_to_ours() -> None:
    settings = Settings(smtp_host="mail.example", delivery="allow:@Ours.example, eva@else.example")
    assert settings.delivery_allowed == ("@ours.example", "eva@else.example")


def test_the_secret_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    (first,) = signing_secrets(settings)
    assert signing_secrets(settings) == (first,)
    assert len(first) >= 48
    assert stat.S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret"]


def test_given_secrets_are_for_turning_over(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret=f"{SECRET}, the-one-of-last-year")
    assert signing_secrets(settings) == (SECRET, "the-one-of-last-year")
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_together_shows_no_secret() -> None:
    with pytest.raises(SettingsError) as wrong:
        load_settings(crm="hubspot", crm_client_secret="hidden-7")
    assert str(wrong.value).startswith("NURTURE_CRM: hubspot needs NURTURE_CRM_TOKEN")
    assert "hidden-7" not in str(wrong.value)
