"""Tags on the links of a mail, by which our own sites' statistics know it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TAGS = re.compile(r"[?&]utm_source=[^&#]*&utm_medium=[^&#]*&utm_campaign=[^&#]*&utm_content=[^&#]*")
"""As ``tagged`` writes them, last of all."""


@dataclass(frozen=True)
class Utm:
    sites: tuple[str, ...] = ()
    """Domains whose links are tagged, with all below them; links to others stay as they are."""
    source: str = "nurture"
    medium: str = "email"
    campaign: str = ""
    """Empty: the campaign's own name."""
    without: tuple[str, ...] = ()
    """Patterns of paths or whole addresses that stay as they are."""


def load_utm(doc: Mapping[str, Any] | bool | None) -> Utm | None:
    """None: nothing is said. ``no`` tags nothing."""
    if doc is None:
        return None
    if not isinstance(doc, Mapping):
        return Utm()
    given = {key: str(doc[key]) for key in ("source", "medium", "campaign") if key in doc}
    return Utm(sites=tuple(doc.get("sites", ())), without=tuple(doc.get("except", ())), **given)


def nearest(company: Utm | None, own: Utm | None) -> Utm | None:
    """The campaign's; what it leaves out is the company's."""
    if company is None or own is None or (not own.sites and own == Utm()):
        return own if own is not None else company
    plain = Utm()
    return Utm(
        sites=own.sites or company.sites,
        source=own.source if own.source != plain.source else company.source,
        medium=own.medium if own.medium != plain.medium else company.medium,
        campaign=own.campaign or company.campaign,
        without=own.without + company.without,
    )


def tagged(url: str, utm: Utm, campaign: str, message: str) -> str:
    """A link that has tags already keeps them, and whatever else stands in it."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not any(_below(host, site) for site in utm.sites):
        return url
    if any(fnmatchcase(parts.path or "/", one) or fnmatchcase(url, one) for one in utm.without):
        return url
    if any(name.startswith("utm_") for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return url
    tags = urlencode(
        {
            "utm_source": utm.source,
            "utm_medium": utm.medium,
            "utm_campaign": utm.campaign or campaign,
            "utm_content": message,
        }
    )
    return urlunsplit(parts._replace(query=f"{parts.query}&{tags}" if parts.query else tags))


def untagged(url: str) -> str:
    """As the author wrote it: conditions ask for links by their addresses."""
    return TAGS.sub("", url, count=1) if "utm_source=" in url else url


def _below(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")
