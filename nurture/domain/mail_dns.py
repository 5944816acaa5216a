"""What stands in SPF, DKIM and DMARC records (RFC 7208, 6376, 7489), as far as a sender must care."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping

SPF_LOOKUPS = 10
"""Questions that a receiver asks for one SPF record before it gives up."""
_SECOND = "ac co com edu go gob gov gouv gv ltd mil ne net nom or org plc sch"
SECOND = frozenset(_SECOND.split())
"""Before the two letters of a country, these are nobody's own: ``co.uk``, ``com.br``."""
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


def at_the_end(record: str) -> str:
    """The qualifier of ``all``; empty: the record has none."""
    return next((qualifier for qualifier, name, _ in spf_terms(record) if name == "all"), "")


def lets_nobody(record: str) -> bool:
    return all(name == "all" and qualifier != "+" for qualifier, name, _ in spf_terms(record))


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


def withdrawn(texts: Iterable[str]) -> bool:
    """Whether a DKIM record says that its key is not to be believed any more."""
    return any(tags(text).get("p") == "" for text in texts)


def bits_about(key: str) -> int:
    """Of an RSA key in a DKIM record, by its length; 0: not readable."""
    try:
        return max(0, (len(base64.b64decode(key, validate=True)) - 34) * 8 // 128 * 128)
    except (binascii.Error, ValueError):
        return 0


def registered(domain: str) -> str:
    """What somebody has registered of a domain: two words, or three below such as ``co.uk``."""
    words = domain.lower().strip(".").split(".")
    below = len(words[-1]) == 2 and len(words) > 2 and words[-2] in SECOND
    return ".".join(words[-3 if below else -2 :])


def aligned(one: str, other: str, *, strict: bool) -> bool:
    """Whether two domains are one sender's for DMARC. Relaxed asks for the same registered domain."""
    if strict:
        return one.lower() == other.lower()
    return registered(one) == registered(other)
