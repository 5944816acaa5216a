"""Counting the statements that a store sends to its database."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, event

SKIPPED = ("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextlib.contextmanager
def statements() -> Iterator[Counter[str]]:
    """Verb and table -> how often, over all engines of this process while the block runs."""
    found: Counter[str] = Counter()

    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(SKIPPED):
            found[_shape(statement)] += 1

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def _shape(statement: str) -> str:
    words = statement.replace("\n", " ").split()
    verb = words[0].lower()
    after = {"select": "FROM", "insert": "INTO", "delete": "FROM", "update": "UPDATE"}.get(verb)
    place = words.index(after) + 1 if after in words else 0
    return f"{verb} {words[place].strip('(),')}" if place else verb
