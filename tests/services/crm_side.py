"""One face for what a rep does in a CRM, and for what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from nurture.demo.crms.server import Fault
from tests.contracts.crms import Bench


@dataclass(frozen=True)
class Hook:
    """A call of a webhook."""

    path: str
    body: bytes
    headers: Mapping[str, str]


class Side(Protocol):
    """Who does something is Ada, or a program where ``machine`` is said."""

    name: str
    bench: Bench
    fake: Any
    secrets: Mapping[str, str]
    """Settings that prove its webhooks."""
    fields: Mapping[str, str]
    """Ours -> theirs: what both sides change."""
    says: Mapping[str, Mapping[str, str]]
    """An answer -> the values that mean it."""
    troubles: tuple[Fault, ...]
    updates: str
    """A part of the path by which a person who is there is written."""
    at_once: int
    """What one call of a webhook tells of."""

    def id_of(self, lead: str) -> str: ...
    def value(self, lead: str, name: str) -> str: ...
    def set(self, lead: str, values: Mapping[str, str], *, machine: bool = False) -> None: ...
    def complete(self, lead: str) -> None:
        """Our task."""
        ...

    def log(self, lead: str, kind: str, *, machine: bool = False) -> None:
        """A ``call``, ``meeting`` or ``mail``."""
        ...

    def give(self, lead: str, owner: str) -> None: ...
    def win(self, lead: str, amount: int) -> None: ...
    def merge(self, loser: str, winner: str) -> None:
        """By their ids there."""
        ...

    def owner(self, lead: str) -> str: ...
    def tasks(self) -> Mapping[str, bool]:
        """Handoff -> whether it is done, of all tasks of ours."""
        ...

    def called(self, told: list[Any]) -> Hook: ...


LATE = {"retry-after": "30"}
