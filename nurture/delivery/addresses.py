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
