"""A second life from where the first one is: a copy of a played lead, of all that may change in it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import date, time, timedelta, tzinfo
from types import FunctionType, MethodType, NoneType
from typing import Any, TypeVar

from nurture.conditions import Conditions, Quiet

T = TypeVar("T")
Copy = Callable[[Any, dict[int, Any]], Any]
FIXED = (str, int, float, bool, NoneType, date, time, timedelta, tzinfo, tuple, frozenset, enum.Enum)
SHARED = (Conditions, Quiet, FunctionType, MethodType, type)
"""What remembers answers, which are the same for everybody."""


def forked(value: T) -> T:
    """What is one thing twice in ``value`` is so in the copy. Frozen parts are shared."""
    copy: T = _copied(value, {})
    return copy


def _copied(value: Any, done: dict[int, Any]) -> Any:
    kind = type(value)
    copy = WAYS.get(kind)
    if copy is None:
        copy = WAYS[kind] = _way(kind)
        if copy is _same:
            SAME.add(kind)
    return copy(value, done)


def _way(kind: type) -> Copy:
    if is_dataclass(kind):
        if kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            return _same
        return _object if not hasattr(kind, "__slots__") else _refused
    return _same if issubclass(kind, (*FIXED, *SHARED)) else _refused


def _same(value: Any, _done: dict[int, Any]) -> Any:
    return value


def _refused(value: Any, _done: dict[int, Any]) -> Any:
    """Better no forecast than one in which two leads share what one of them changes."""
    raise TypeError(f"a {type(value).__name__} in a played lead: say in forking.py how it is copied")


def _object(value: Any, done: dict[int, Any]) -> Any:
    made = done.get(id(value))
    if made is None:
        made = done[id(value)] = object.__new__(type(value))
        parts = made.__dict__
        parts.update(value.__dict__)
        for name, part in value.__dict__.items():
            kind = type(part)
            if kind not in SAME:
                known = done.get(id(part))
                parts[name] = (WAYS.get(kind) or _copied)(part, done) if known is None else known
    return made


def _list(value: list[Any], done: dict[int, Any]) -> list[Any]:
    made = done.get(id(value))
    if made is None:
        made = done[id(value)] = [part if type(part) in SAME else _copied(part, done) for part in value]
    return made


def _dict(value: dict[Any, Any], done: dict[int, Any]) -> dict[Any, Any]:
    made = done.get(id(value))
    if made is None:
        made = done[id(value)] = {
            name: part if type(part) in SAME else _copied(part, done) for name, part in value.items()
        }
    return made


def _set(value: set[Any], done: dict[int, Any]) -> set[Any]:
    made = done.get(id(value))
    if made is None:
        made = done[id(value)] = set(value)
    return made


SAME: set[type] = set()
"""Types that are shared: looked at here first, for speed."""
WAYS: dict[type, Copy] = {list: _list, dict: _dict, set: _set}
