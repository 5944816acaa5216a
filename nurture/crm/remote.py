"""A person as a CRM has them, read in one go: what is told twice, late or out of order does no harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Whom:
    """Looked for by what the CRM calls them, else by our id, else by their address."""

    lead_id: str = ""
    remote_id: str = ""
    email: str = field(default="", repr=False)


@dataclass(frozen=True)
class Doer:
    """Who changed something there. ``who``: an address where it is known, else the CRM's id of them."""

    person: bool
    who: str = field(default="", repr=False)
    at: datetime | None = None


@dataclass(frozen=True)
class Reply:
    """What somebody answers to our task there, in their words."""

    answer: str
    reason: str = ""
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class Act:
    """Something that stands beside a person: our task, or what was logged."""

    kind: Literal["task", "call", "meeting", "mail"]
    id: str
    by: Doer
    done: bool = True
    handoff: str = ""
    """Of a task that we made: the id of the handoff."""
    reply: Reply | None = None


@dataclass(frozen=True)
class Sale:
    """A deal or opportunity."""

    id: str
    state: Literal["open", "won", "lost"]
    by: Doer
    amount: float | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Seen:
    remote_id: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By their names: what the mapping reads."""
    lead_id: str = ""
    """Our id, where it stands there."""
    email: str = field(default="", repr=False)
    owner: str = field(default="", repr=False)
    """Address of their owner; an id where the CRM does not tell the address."""
    changed: Mapping[str, Doer] = field(default_factory=dict)
    """Field -> who changed it last; of ``owner`` too. One that is missing is taken for a person's."""
    was: Sequence[str] = ()
    """Other ids under which the CRM knew them before: merged, or converted."""
    gone: bool = False
    acts: Sequence[Act] = ()
    sales: Sequence[Sale] = ()


@dataclass(frozen=True)
class Page:
    """What has changed since a cursor."""

    people: Sequence[Whom]
    cursor: str
    more: bool = False


@dataclass(frozen=True)
class Pages:
    """What a CRM tells by itself since a cursor, as it came."""

    body: bytes = field(repr=False)
    cursor: str
    more: bool = False


@dataclass(frozen=True)
class Told:
    """One thing that a CRM says of a person, where nobody can look at the whole."""

    whom: Whom
    by: Doer
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    owner: str | None = field(default=None, repr=False)
    act: Act | None = None
    sale: Sale | None = None
    gone: bool = False
    was: Sequence[str] = ()
