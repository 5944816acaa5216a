"""Addresses as they must stand in an envelope and a header."""

import re

import idna

BARE_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f,;:\\\"()\[\]]+@[^\s<>@\x00-\x1f\x7f,;\\\"()]+")


def address_on_the_wire(address: str) -> str | None:
    """With the domain in ASCII; None when it is not one plain address."""
    if not BARE_ADDRESS.fullmatch(address):
        return None
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return None


GMAIL = frozenset({"gmail.com", "googlemail.com"})


def mailbox_name(address: str) -> str:
    """What addresses of one mailbox have in common: people answer from the plain one what came to one with a
    tag (``ann+news@``), and from either of Gmail's names, with dots or without. Empty: no plain address."""
    local, _, domain = (address_on_the_wire(address) or "").lower().rpartition("@")
    plain = local.partition("+")[0] or local
    if domain in GMAIL:
        return f"{plain.replace('.', '')}@gmail.com"
    return f"{plain}@{domain}" if domain else ""
