"""The part of the settings by which others believe our mails, and we believe what comes back."""

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

MOST_LOCAL = 11
"""Letters before the @ of the return path: 64 less what tells the mail."""


class TrustSettings(BaseSettings):
    dkim: SecretStr = SecretStr("")
    """Keys that sign our mails, by sender domain: `ours.example=selector:/path/to/key.pem`."""
    dkim_selectors: str = ""
    """Names with commas of keys by which our provider signs, for `nurture doctor`."""
    dns: str = ""
    """A DNS server to ask, `address` or `address:port`; empty: the system's."""
    bounce_address: str = ""
    """Where reports of mail servers go, each mail's to an address of its own: `bounces@ours.example` becomes
    `bounces+...@ours.example`."""
    imap_url: SecretStr = SecretStr("")
    """The mailbox of replies and reports: `imaps://user:password@host/INBOX`."""
    scanner_networks: str = ""
    """Networks with commas whose clicks are a machine's: `198.51.100.0/24, 2001:db8::/32`."""

    scanner_networks_file: Path | None = None
    """More of them, one a line, each with a name behind it if you like; what follows a # is not read."""

    @field_validator("bounce_address")
    @classmethod
    def _short_enough(cls, value: str) -> str:
        local, _, domain = value.strip().rpartition("@")
        if value.strip() and not (0 < len(local) <= MOST_LOCAL and "+" not in local and "." in domain):
            raise ValueError(f"expected bounces@ours.example, at most {MOST_LOCAL} letters before the @")
        return value.strip().lower()

    @field_validator("imap_url")
    @classmethod
    def _a_mailbox(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        parts = urlsplit(url)
        if url and not (parts.scheme in ("imap", "imaps") and parts.hostname and parts.username):
            raise ValueError("expected imaps://user:password@host/INBOX, with / : @ in either as %2F %3A %40")
        return value

    @field_validator("scanner_networks")
    @classmethod
    def _known_networks(cls, value: str) -> str:
        for part in _parts(value):
            try:
                ip_network(part)
            except ValueError:
                raise ValueError("expected networks such as 198.51.100.0/24, with commas") from None
        return value

    @field_validator("scanner_networks_file")
    @classmethod
    def _readable_networks(cls, value: Path | None) -> Path | None:
        if value is not None:
            _networks_in(value)
        return value

    @cached_property
    def networks_of_scanners(self) -> tuple[IPv4Network | IPv6Network, ...]:
        named = tuple(map(ip_network, _parts(self.scanner_networks)))
        return named + (_networks_in(self.scanner_networks_file) if self.scanner_networks_file else ())

    @property
    def named_selectors(self) -> tuple[str, ...]:
        return _parts(self.dkim_selectors)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _networks_in(file: Path) -> tuple[IPv4Network | IPv6Network, ...]:
    """Raises ValueError with the line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} cannot be read ({type(error).__name__})") from None
    found = []
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        try:
            found += [ip_network(word) for word in words[:1]]
        except ValueError:
            raise ValueError(f"{file}:{number}: expected a network such as 198.51.100.0/24") from None
    return tuple(found)
