"""Which addresses of a mail are its author's: they stand in its texts, or come from our own people. What a
lead typed may look like an address as well, and never becomes a link of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it.common.normalize_url import normalizeLink

from nurture.delivery.source import MessageSource

BRACES = r"\{\{.*?\}\}"
ADDRESS = re.compile(rf"https?://(?:{BRACES}|(?!https?://)[^\s<>\"'{{}}\\])+", re.IGNORECASE)
BRACE = re.compile(BRACES)
TAG = r"\{%.*?%\}"
BEGUN = re.compile(
    rf"(?:href\s*=\s*[\"']?|\]\(\s*<?)(?:\s|{TAG})*\{{\{{(.*?)\}}\}}"
    rf"|(?:href\s*=\s*[\"']?|\]\()[^\"'>)]*%\}}\s*\{{\{{(.*?)\}}\}}",
    re.IGNORECASE,
)
"""A link whose address begins with a value, maybe in a branch."""
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
NAMES = re.compile(r"(?<![\w.|])[a-zA-Z_]\w*")
SETS = re.compile(r"\{%-?\s*(?:set|with)\b(.*?)%\}", re.DOTALL)
SET = re.compile(r"([a-zA-Z_]\w*)\s*=(?!=)\s*([\"'])?")
EACH_ANSWER = re.compile(r"\bfor\s+(\w+)\s+in\s+answers\b")
NOBODYS = frozenset(
    ("owner", "codes", "sender", "company", "answers", "unsubscribe_url", "preferences_url", "content")
)
"""What no lead has typed."""
ENDS = ".,;:!?'*)]}"
KEPT = 1024


@dataclass(frozen=True)
class Addresses:
    exact: frozenset[str]
    around_values: frozenset[tuple[str, ...]]
    """What stands around the values of those that have one behind their host."""
    origins: frozenset[str]
    begun_by_values: bool
    """Whether a link of it begins with what a lead may have typed."""

    def stands(self, url: str) -> bool:
        """Whether the address itself is in the texts."""
        plain = _plain(url)
        return plain in self.exact or any(_fits(plain, one) for one in self.around_values)

    def of_link(self, url: str) -> bool:
        """The same of a link, which only the texts can make."""
        if self.begun_by_values:
            return self.stands(url)
        return _origin(url) in self.origins or self.stands(url)

    def with_ours(self, context: Mapping[str, Any]) -> Addresses:
        """And those that are given by our own people, such as a page to book a time."""
        given = {
            _plain(value)
            for name in ("owner", "codes", "sender", "company")
            for value in (context.get(name) or {}).values()
            if isinstance(value, str) and "://" in value
        }
        if not given:
            return self
        origins = frozenset(map(_origin, given))
        return replace(self, exact=self.exact | given, origins=self.origins | origins)

    def with_also(self, urls: Iterable[str]) -> Addresses:
        return replace(self, exact=self.exact | {_plain(url) for url in urls})


def addresses_of(source: MessageSource, context: Mapping[str, Any]) -> Addresses:
    texts = (source.body, source.text or "", source.layout, source.layout_text, source.preheader)
    return _read(texts).with_ours(context)


@lru_cache(KEPT)
def _read(texts: tuple[str, ...]) -> Addresses:
    exact: set[str] = set()
    around: set[tuple[str, ...]] = set()
    origins: set[str] = set()
    for found in (one for text in texts for one in ADDRESS.findall(unescape(text))):
        fixed, *rest = BRACE.split(found)
        if not rest:
            spelled = set(_without_ends(found))
            exact |= {_plain(one) for one in spelled}
            origins |= {_origin(one) for one in spelled}
        elif _has_host(fixed):
            around.add((_plain(fixed), *(_plain(one) for one in rest[:-1]), _plain(rest[-1].rstrip(ENDS))))
            origins.add(_origin(fixed))
    return Addresses(frozenset(exact), frozenset(around), frozenset(origins - {""}), _begun(texts))


def _without_ends(found: str) -> Iterator[str]:
    """An address, and what it is when the signs behind it belong to the sentence."""
    shortest = len(found.rstrip(ENDS))
    yield from (found[:end] for end in range(shortest, len(found) + 1))
    yield from (found.partition(sign)[0] for sign in ")]" if sign in found)


def _begun(texts: tuple[str, ...]) -> bool:
    sets = [one for text in texts for given in SETS.findall(text) for one in SET.findall(given)]
    given = {name for name, quote in sets if quote} - {name for name, quote in sets if not quote}
    given |= {name for text in texts for name in EACH_ANSWER.findall(text)}
    begun = (first or second for text in texts for first, second in BEGUN.findall(text))
    return any(set(NAMES.findall(QUOTED.sub("", one))) - NOBODYS - given for one in begun)


def _fits(url: str, around: tuple[str, ...]) -> bool:
    first, *between, last = around
    if not url.startswith(first) or not url.endswith(last) or len(url) < len(first) + len(last):
        return False
    at, end = len(first), len(url) - len(last)
    for one in between:
        at = url.find(one, at, end)
        if at < 0:
            return False
        at += len(one)
    return True


def _has_host(fixed: str) -> bool:
    return re.match(r"https?://[^/?#\s]+[/?#]", fixed, re.IGNORECASE) is not None


def _plain(url: str) -> str:
    """However its signs are written."""
    return unquote(normalizeLink(url)) if not url.isascii() else unquote(url)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url if url.isascii() else normalizeLink(url))
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme in ("http", "https") else ""
