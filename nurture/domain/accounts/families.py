"""Which domains are mailboxes of one company: they count what we send together."""

from __future__ import annotations

from collections.abc import Mapping

OTHERS = "others"
"""Each domain that has no limit of its own, by itself."""

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "google": ("gmail.com", "googlemail.com"),
    "microsoft": (
        *("outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "outlook.fr", "outlook.es"),
        *("hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.it", "hotmail.es", "live.co.uk", "live.fr"),
    ),
    "yahoo": (
        *("yahoo.com", "ymail.com", "rocketmail.com", "aol.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de"),
        *("yahoo.es", "yahoo.it", "yahoo.co.in", "yahoo.com.br"),
    ),
    "apple": ("icloud.com", "me.com", "mac.com"),
    "gmx": ("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "mail.com"),
    "telekom": ("t-online.de", "magenta.de"),
    "orange": ("orange.fr", "wanadoo.fr"),
    "free": ("free.fr", "aliceadsl.fr"),
    "mailru": ("mail.ru", "inbox.ru", "list.ru", "bk.ru"),
    "proton": ("proton.me", "protonmail.com", "pm.me"),
}


def by_domain(families: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {domain: name for name, domains in families.items() for domain in domains}


FAMILY_OF: Mapping[str, str] = by_domain(FAMILIES)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip().lower().rstrip(".")
