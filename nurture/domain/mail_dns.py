"""What stands in SPF, DKIM and DMARC records (RFC 7208, 6376, 7489), as far as a sender must care."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping

SPF_LOOKUPS = 10
"""Questions that a receiver asks for one SPF record before it gives up."""
SPF, DMARC = "v=spf1", "v=dmarc1"


def spf_records(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text.lower().split(" ")[0].strip() == SPF]


def spf_terms(record: str) -> list[tuple[str, str, str]]:
    """(qualifier, name, value) of each, such as ``("+", "include", "_spf.example")``."""
    found = []
    for term in record.split()[1:]:
        qualifier, bare = (term[0], term[1:]) if term[0] in "+-~?" else ("+", term)
        name, _, value = bare.replace("=", ":", 1).partition(":")
        found.append((qualifier, name.partition("/")[0].lower(), value.rstrip(".").lower()))
    return found


def asks(name: str) -> bool:
    """Whether a receiver must ask the DNS for this term."""
    return name in ("include", "a", "mx", "ptr", "exists", "redirect")


def lets_anybody(record: str) -> bool:
    return any(qualifier in "+?" and name == "all" for qualifier, name, _ in spf_terms(record))


def with_terms(record: str, terms: Iterable[str]) -> str:
    """The record with what is missing, before its last word."""
    words = (record or f"{SPF} ~all").split()
    missing = [term for term in terms if term.lower() not in record.lower().split()]
    at = len(words) - 1 if words[-1].lower().endswith("all") else len(words)
    return " ".join([*words[:at], *missing, *words[at:]])


def tags(record: str) -> Mapping[str, str]:
    """``v=DMARC1; p=none`` as a mapping, names in lower case."""
    parts = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _, value in parts}


def dmarc_record(texts: Iterable[str]) -> str:
    """Empty: none, or several, which counts as none."""
    found = [text for text in texts if text.replace(" ", "").lower().startswith(DMARC)]
    return found[0] if len(found) == 1 else ""


def key_in(texts: Iterable[str]) -> str:
    """The public key of a DKIM record, without spaces; empty: none, or one that was withdrawn."""
    for text in texts:
        found = tags(text)
        if "p" in found and found.get("v", "DKIM1") == "DKIM1":
            return "".join(found["p"].split())
    return ""


def bits_about(key: str) -> int:
    """Of an RSA key in a DKIM record, by its length; 0: not readable."""
    try:
        return max(0, (len(base64.b64decode(key, validate=True)) - 38) * 8 // 128 * 128)
    except (binascii.Error, ValueError):
        return 0


def aligned(one: str, other: str, *, strict: bool) -> bool:
    """Whether two domains are one sender's for DMARC. Relaxed asks for the same registered domain: here it
    is enough that one is the other's parent, or that both are below one of two words or more."""
    one, other = one.lower(), other.lower()
    if strict or one == other:
        return one == other
    if one.endswith(f".{other}") or other.endswith(f".{one}"):
        return True
    return one.split(".")[-2:] == other.split(".")[-2:] and len(one.split(".")[-2]) > 3
