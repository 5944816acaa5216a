"""Everything an operator may choose, from NURTURE_... variables; Temporal's own choices come from its own."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import SettingsConfigDict

from nurture.domain.mail_account import MailAccount, mail_account
from nurture.environment import ENV_FILE, OF_ACCOUNT, PREFIX, SettingsError, of_accounts, refuse_misspelt
from nurture.settings_crm import CrmSettings
from nurture.settings_trust import TrustSettings

CHECKOUT = Path(__file__).resolve().parent.parent
CONTENT = ("campaigns", "templates", "policies/dictionary.yaml")
"""What makes a directory one of content."""
MAIN = "main"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DATABASES = ("sqlite", "postgres", "postgresql")


Tls = Literal["off", "starttls", "tls"]
TLS: Mapping[str, Tls] = {"off": "off", "starttls": "starttls", "tls": "tls"}


class MailServer(NamedTuple):
    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: Tls = "off"


# Yaml and shells write on/off; the literals here are never booleans.
Word = BeforeValidator(lambda value: value.strip().lower() if isinstance(value, str) else value)
Port = Annotated[int, Field(ge=0, le=65535)]


def _usual(before: Mapping[str, Any]) -> str:
    url = before.get("mail_url")
    if isinstance(url, SecretStr) and url.get_secret_value():
        return "send"
    if before.get("accounts"):
        return "send"
    return "smtp" if before.get("smtp_host") else "catch"


def content_here() -> Path | None:
    """The current directory, if it is one of content: that is what its owner means."""
    here = Path.cwd()
    return here if all((here / name).exists() for name in CONTENT) else None


class Settings(TrustSettings, CrmSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, populate_by_name=True)

    data_dir: Path = Path(".nurture")
    content_dir: Path = Field(default_factory=lambda: content_here() or CHECKOUT)
    database_url: str = Field(
        default="", repr=False, validation_alias=AliasChoices("NURTURE_DATABASE_URL", "DATABASE_URL")
    )
    """Empty when not given: read `database` instead, which falls back to a file in data_dir."""

    base_url: str = ""
    """What links in mails begin with; empty: the address of the web app on this machine."""
    secret: SecretStr = SecretStr("")
    """Signs links and sessions; several with commas: the first signs, all verify. Empty: made in data_dir."""

    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Annotated[Literal["off", "starttls", "tls"], Word] = "off"
    smtp_pool: Annotated[int, Field(ge=1, le=100)] = 4
    mail_url: SecretStr = SecretStr("")
    """An account at a provider, such as `postmark://TOKEN@default`; instead of the five above."""
    accounts: Path | None = None
    """A file of several accounts; the secrets of each but `main` stand in NURTURE_MAIL_URL_NAME and
    NURTURE_MAIL_WEBHOOK_KEY_NAME."""
    of_accounts: Mapping[str, SecretStr] = Field(default_factory=dict, repr=False)
    """Those variables, without NURTURE_."""
    mail_webhook_key: SecretStr = SecretStr("")
    """Proves the provider's webhooks: its signing secret, public key, `user:password` or topic; several with
    commas while it is changed."""
    catcher_port: Port = 1025
    """Of the mail catcher on this machine; `nurture up` takes a free one unless this is given."""
    delivery: str = Field(default_factory=_usual)
    """`smtp` or `send`, `catch` (only the mail catcher), or `allow:@ours.example,someone@else.example`."""
    sender_name: str = ""
    sender_address: str = ""
    company_name: str = ""
    company_address: str = ""

    slack_webhook: SecretStr = SecretStr("")
    teams_webhook: SecretStr = SecretStr("")
    """Incoming webhooks of the rooms that hear of tasks: an address, or several with commas: `team=https://...`."""
    sms_url: str = Field(default="", repr=False)
    sms_token: SecretStr = SecretStr("")
    sms_sender: str = ""
    """Where text messages are handed over, and who they are from."""
    webhook_secret: SecretStr = SecretStr("")
    """Signs what campaigns call with `webhook`; more of them with commas and a name: `credit=whsec_...`."""
    internal_hosts: str = ""
    """Hosts with commas that we may call although they are inside our own network: `localhost, crm.lan`."""

    send_rate: Annotated[float, Field(gt=0)] = 10.0
    """Sends per second and provider account."""
    start_rate: Annotated[float, Field(gt=0)] = 100.0
    """Journeys started per second."""

    web_host: str = "127.0.0.1"
    web_port: Port = 8080
    temporal_port: Port = 0
    metrics_host: str = "127.0.0.1"
    metrics_port: Port = 0
    """A port of 0 is a free one, chosen at start."""

    build: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,200}$")
    sandbox: bool = True
    hibernate: Annotated[Literal["auto", "off"], Word] = "auto"
    clock: Annotated[Literal["real", "stepped"], Word] = "real"
    log_format: Annotated[Literal["plain", "json"], Word] = "plain"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Word] = "info"

    @field_validator("delivery")
    @classmethod
    def _known_delivery(cls, value: str) -> str:
        word = value.strip().lower()
        if word in ("smtp", "send", "catch"):
            return word
        allowed = [part.strip() for part in word.removeprefix("allow:").split(",")]
        if not word.startswith("allow:") or not all("@" in part[: len(part) - 1] for part in allowed):
            raise ValueError("expected send, smtp, catch, or allow:@ours.example")
        return "allow:" + ",".join(allowed)

    @field_validator("mail_url")
    @classmethod
    def _known_account(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            mail_account(value.get_secret_value())
        return value

    @field_validator("base_url", "crm_webhook_url", "crm_address", "sms_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
            raise ValueError("expected an address such as https://mail.ours.example")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        scheme, separator, _ = value.partition("://")
        if value and (not separator or scheme.partition("+")[0] not in DATABASES):
            raise ValueError("expected postgresql://user:password@host/name or sqlite:///path/to/file.db")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if any(len(secret) < 16 for secret in _parts(self.secret)):
            raise ValueError("secret: each must have 16 characters or more")
        named = self.smtp_host or self.mail_url.get_secret_value() or self.accounts
        if self.delivery != "catch" and not named:
            raise ValueError(
                f"smtp_host: name the mail server, NURTURE_DELIVERY={self.delivery} needs it,"
                " or NURTURE_MAIL_URL"
            )
        if self.delivery == "smtp" and self.mail_account.provider != "smtp":
            raise ValueError("delivery: smtp does not fit NURTURE_MAIL_URL: write send")
        return self

    @property
    def database(self) -> str:
        """SQLAlchemy's address of it."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'nurture.db'}"

    @property
    def web_url(self) -> str:
        """Without a slash at its end."""
        return self.base_url or f"http://{self.web_host}:{self.web_port}"

    @property
    def delivery_allowed(self) -> tuple[str, ...] | None:
        """Addresses and @domains that may get mail; None: no such limit."""
        if not self.delivery.startswith("allow:"):
            return None
        return tuple(self.delivery.removeprefix("allow:").split(","))

    @property
    def mail_server(self) -> "MailServer":
        """Where mail is handed over: while it is caught, nowhere but on this machine."""
        account = self.mail_account
        if self.delivery != "catch" and account.host and account.provider == "smtp":
            usual: Tls = "tls" if account.port == 465 else "starttls"
            tls = TLS.get(account.options.get("tls", ""), usual)
            return MailServer(account.host, account.port or 587, account.user, account.password, tls)
        if self.delivery != "catch":
            password = self.smtp_password.get_secret_value()
            return MailServer(self.smtp_host, self.smtp_port, self.smtp_user, password, self.smtp_tls)
        if self.smtp_host in LOOPBACK:
            return MailServer(self.smtp_host, self.smtp_port)
        return MailServer("127.0.0.1", self.catcher_port)

    @property
    def mail_provider(self) -> str:
        """Whose webhooks tell what became of mails, also of earlier ones while mail is caught."""
        given = self.mail_url.get_secret_value()
        return mail_account(given).provider if given else "smtp"

    @property
    def mail_account(self) -> MailAccount:
        """Where mail goes: `smtp` without a host is the server of the NURTURE_SMTP_ settings, or the
        catcher."""
        given = self.mail_url.get_secret_value()
        return mail_account(given) if given and self.delivery != "catch" else MailAccount("smtp")

    def of_account(self, name: str) -> "Settings":
        """The same with one of several accounts as the only one; `main` has the variables without a name.
        An empty `mail_url` where its variable is not set."""
        if name == MAIN:
            return self
        end = name.upper().replace("-", "_")
        own = {part: self.of_accounts.get(f"{part.upper()}_{end}", SecretStr("")) for part in OF_ACCOUNT}
        return self.model_copy(
            update={**own, "smtp_host": "" if self.delivery != "catch" else self.smtp_host}
        )

    @property
    def mail_goes_to(self) -> str:
        """For people; names no key."""
        account, server = self.mail_account, self.mail_server
        return f"{server.host}:{server.port}" if account.provider == "smtp" else account.provider

    @property
    def mail_webhook_keys(self) -> tuple[str, ...]:
        return _parts(self.mail_webhook_key)

    @property
    def hosts_inside(self) -> tuple[str, ...]:
        return tuple(host.strip() for host in self.internal_hosts.split(",") if host.strip())

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        return _parts(self.webhook_secret)

    @property
    def given_secrets(self) -> tuple[str, ...]:
        return _parts(self.secret)


def _parts(secret: SecretStr) -> tuple[str, ...]:
    return tuple(part.strip() for part in secret.get_secret_value().split(",") if part.strip())


def load_settings(**given: Any) -> Settings:
    """From the environment, and the file that NURTURE_ENV_FILE names; what is given here comes first."""
    file = os.environ.get(ENV_FILE)
    if file and not Path(file).is_file():
        raise SettingsError(f"{ENV_FILE}: there is no file {file}.")
    refuse_misspelt(os.environ, Settings.model_fields)
    given = {"of_accounts": of_accounts(os.environ, file), **given}
    try:
        return Settings(_env_file=file, **given)
    except ValidationError as error:
        # A default that depends on a wrong value is no second mistake.
        real = [problem for problem in error.errors() if problem["type"] != "default_factory_not_called"]
        raise SettingsError("\n".join(_line(problem) for problem in real)) from None


def _line(problem: Mapping[str, Any]) -> str:
    field = str(problem["loc"][0]) if problem["loc"] else ""
    name = field if field.isupper() else f"{PREFIX}{field.upper()}".rstrip("_")
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not field:  # from the model's own check, which begins with the field's name
        name, message = f"{PREFIX}{message.partition(':')[0].upper()}", message.partition(": ")[2]
    if name == "NURTURE_DATABASE_URL" and name not in os.environ:
        name = "DATABASE_URL"
    # What a check of the whole was given is all settings, secrets among them.
    shown = "" if not field or _is_secret(name) else f" (it is {problem['input']!r})"
    return f"{name}: {message[0].lower()}{message[1:]}{shown}"


def _is_secret(name: str) -> bool:
    return any(word in name for word in ("SECRET", "PASSWORD", "URL"))
