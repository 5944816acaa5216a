"""A body of many events of which one cannot be read: the others are read one by one."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

SIGNS = re.compile(r'["\\\[\]{},]')
DIGITS = 400
"""More than any number has that is meant."""
BROKEN = "not JSON"
"""Stands in a list for what cannot be read."""


def salvaged(body: bytes) -> Any:
    """Raises ValueError when there is nothing to save: it is no list, and not JSON."""
    text = body.decode("utf-8", "replace").strip()
    if not text.startswith("["):
        return _read(text)
    return [_or_broken(item) for item in _items(text) if item.strip()]


def _items(text: str) -> Iterator[str]:
    """Of a list, as they are written: what stands between its commas."""
    depth, begin, quoted, escaped = 0, 1, False, -1
    for sign in SIGNS.finditer(text):
        at, what = sign.start(), sign[0]
        if at == escaped:
            continue
        if what == "\\":
            escaped = at + 1
        elif what == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif what in "[{":
            depth += 1
        elif what == "," and depth == 1:
            yield text[begin:at]
            begin = at + 1
        elif what in "]}":
            depth -= 1
            if depth == 0:
                yield text[begin:at]
                return
    yield text[begin:]


def _or_broken(item: str) -> Any:
    try:
        return _read(item)
    except ValueError:
        return BROKEN


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_int=_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _number(digits: str) -> float:
    return int(digits) if len(digits) < DIGITS else math.inf
