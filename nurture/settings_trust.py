"""The part of the settings by which others believe our mails, and we believe what comes back."""

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings


class TrustSettings(BaseSettings):
    dkim: SecretStr = SecretStr("")
    """Keys that sign our mails, by sender domain: `ours.example=selector:/path/to/key.pem`."""
    dkim_selectors: str = ""
    """Names with commas of keys by which our provider signs, for `nurture doctor`."""
    dns: str = ""
    """A DNS server to ask, `address` or `address:port`; empty: the system's."""
    scanner_networks: str = ""
    """Networks with commas whose clicks are a machine's: `198.51.100.0/24, 2001:db8::/32`."""

    @field_validator("scanner_networks")
    @classmethod
    def _known_networks(cls, value: str) -> str:
        for part in _parts(value):
            try:
                ip_network(part)
            except ValueError:
                raise ValueError("expected networks such as 198.51.100.0/24, with commas") from None
        return value

    @cached_property
    def networks_of_scanners(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(map(ip_network, _parts(self.scanner_networks)))

    @property
    def named_selectors(self) -> tuple[str, ...]:
        return _parts(self.dkim_selectors)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
