"""Reading what others send us: whatever stands where, nothing here raises but ``Unreadable``."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from nurture.delivery.salvage import salvaged
from nurture.domain.mail_events import MailEvent, Odd

LONGEST = 2000
"""Characters kept of a text."""
MILLISECONDS = 1e11
"""A number of seconds above this is one of milliseconds."""
EVENTS_AT_MOST = 100_000
"""More than a body of the largest size that is taken has."""
NAMED = re.compile(r"<([^<>\s]+@[^<>\s]+)>\s*$")


class Unreadable(Exception):
    """Not what such an event looks like."""


class Doc:
    """A JSON object, or what stands in its place."""

    def __init__(self, value: Any) -> None:
        self._value = value if isinstance(value, dict) else {}

    def text(self, *names: str) -> str:
        """Of the first name that has one; numbers are read as text."""
        for name in names:
            value = self._value.get(name)
            if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
                return clean(str(value))
        return ""

    def whole(self, name: str) -> str:
        """A text as it stands, however long."""
        value = self._value.get(name)
        return value if isinstance(value, str) else ""

    @property
    def plain(self) -> dict[str, Any]:
        """A copy of all of it, as it stands."""
        return dict(self._value)

    def doc(self, name: str) -> Doc:
        return Doc(self._value.get(name))

    def all(self, name: str) -> list[Any]:
        value = self._value.get(name)
        return value if isinstance(value, list) else []

    def first(self, name: str) -> str:
        """Of a text, or of a list of texts."""
        for value in self.all(name):
            if isinstance(value, str):
                return clean(value)
        return self.text(name)

    def address(self, *names: str) -> str:
        """Bare, also where somebody's name stands before it: of a text, or of a list of texts."""
        return bare(next((found for name in names if (found := self.first(name))), ""))

    def yes(self, name: str) -> bool:
        return self._value.get(name) in (True, 1, "true", "True", "1")

    def at(self, *names: str) -> datetime | None:
        return next((found for name in names if (found := instant(self._value.get(name)))), None)

    def has(self, name: str) -> bool:
        return self._value.get(name) is not None


def clean(text: str) -> str:
    """Fit for any database: no half characters, no NUL."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()


def bare(text: str) -> str:
    found = NAMED.search(text)
    return found[1] if found else text


def instant(value: Any) -> datetime | None:
    """Of seconds or milliseconds, or of an ISO time with any number of digits."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return _iso(value.strip()) or _number(value)
    return _number(value)


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _number(value: Any) -> datetime | None:
    try:
        seconds = float(value)
        if not math.isfinite(seconds) or seconds < 0:
            return None
        return datetime.fromtimestamp(seconds / 1000 if seconds > MILLISECONDS else seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def parsed(body: bytes) -> Any:
    """Raises Unreadable. What cannot be read in a list of many is one odd item of it."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        pass
    try:
        return salvaged(body)
    except ValueError:
        raise Unreadable("not JSON") from None


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:40]


def number_of(item: Any) -> str:
    """For an event that has no number of its own: the same whenever the same is told."""
    try:
        return digest(json.dumps(item, sort_keys=True))
    except (ValueError, TypeError, RecursionError):
        return digest(repr(item)[:LONGEST])


def each(items: Iterable[Any], read: Callable[[Any], MailEvent]) -> list[MailEvent | Odd]:
    """One that cannot be read leaves the others alone."""
    found: list[MailEvent | Odd] = []
    for index, item in enumerate(items):
        if index >= EVENTS_AT_MOST:
            found.append(Odd(index, "more events than one body may have"))
            break
        try:
            found.append(read(item))
        except Unreadable as error:
            found.append(Odd(index, str(error)))
    return found


def all_of(body: bytes, read: Callable[[Any], MailEvent]) -> list[MailEvent | Odd]:
    """Of a JSON object, or a list of them."""
    try:
        found = parsed(body)
    except Unreadable as error:
        return [Odd(0, str(error))]
    return each(found if isinstance(found, list) else [found], read)


def an_object(item: Any) -> Doc:
    if not isinstance(item, dict):
        raise Unreadable("not an object")
    return Doc(item)


def ours(text: str) -> str:
    """Our id as it came back: any other text is none of ours."""
    try:
        found = str(UUID(text))
    except ValueError:
        return ""
    return found if found == text.lower() else ""
