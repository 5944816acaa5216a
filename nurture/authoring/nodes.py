"""A content file as a tree in which everything has an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Plain = Any
"""JSON-able data: what a document is made of."""


@dataclass(frozen=True, order=True)
class Place:
    line: int
    """From 1."""
    column: int
    """From 1, in characters."""
    width: int = 1


@dataclass(frozen=True)
class Scalar:
    at: Place
    value: str | int | float | bool | None
    text: str
    """As it stands in the file, quotes and folding taken away."""
    index: int = 0
    """Where it begins in the text of the file."""
    flow: bool = False
    """Whether it stands inside ``{}`` or ``[]``."""


@dataclass(frozen=True)
class Table:
    """A mapping, in the order of the file. Keys are unique."""

    at: Place
    entries: Mapping[str, Node]
    keys: Mapping[str, Scalar]
    flow: bool = False


@dataclass(frozen=True)
class Rows:
    """A sequence."""

    at: Place
    items: tuple[Node, ...]
    flow: bool = False


Node = Scalar | Table | Rows


def plain(node: Node) -> Plain:
    match node:
        case Scalar():
            return node.value
        case Table():
            return {key: plain(value) for key, value in node.entries.items()}
        case Rows():
            return [plain(item) for item in node.items]


def described(node: Node) -> str:
    """What stands there, for a message."""
    match node:
        case Scalar(value=None):
            return "nothing"
        case Scalar():
            return f"`{node.text if len(node.text) <= 60 else node.text[:57] + '...'}`"
        case Table():
            return "a group of keys"
        case Rows():
            return "a list"


def items(node: Node) -> Iterator[Node]:
    """The items of a list; anything else counts as a list of one."""
    yield from node.items if isinstance(node, Rows) else (node,)
