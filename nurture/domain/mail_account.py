"""An account at a provider, as one address: ``postmark://TOKEN@default?stream=broadcast``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

API = "api"
"""The option that names another address of the provider's API."""


@dataclass(frozen=True)
class MailAccount:
    """``host``: of an HTTP provider, its region or our domain there."""

    provider: str
    host: str = ""
    port: int | None = None
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)

    def api(self, usual: str) -> str:
        """The beginning of the provider's addresses, without a slash at its end."""
        return self.options.get(API, usual).rstrip("/")


def mail_account(text: str) -> MailAccount:
    """Raises ValueError with words for people, and none of what was given."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("it cannot be read: write / + ? # : @ in keys as %2F %2B %3F %23 %3A %40") from None
    if not parts.scheme or "://" not in text or not parts.netloc:
        raise ValueError("expected an address such as postmark://TOKEN@default")
    if parts.path.strip("/"):
        raise ValueError("nothing may stand after the host but ?options: write / in keys as %2F")
    return MailAccount(
        provider=parts.scheme.lower(),
        host=parts.hostname or "",
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        options=dict(parse_qsl(parts.query, keep_blank_values=True)),
    )
