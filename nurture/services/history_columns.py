"""Which column of a file of events is what: whose, which, when; all others are what the event says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nurture.domain.errors import NurtureError
from nurture.services.lead_values import plain_name

EMAIL, EVENT, AT, ID = "email", "event", "at", "id"
CALLED: Mapping[str, frozenset[str]] = {
    EMAIL: frozenset({"email", "e mail", "mail", "email address", "lead.email"}),
    EVENT: frozenset({"event", "event type", "event name"}),
    AT: frozenset({"at", "when", "occurred at", "happened at", "timestamp", "event date", "event time"}),
    ID: frozenset({"id", "event id"}),
}
NEEDED = (EMAIL, EVENT, AT)
OURS = frozenset({"refused line", "refused because"})
LONGEST_KEY = 60


class NoHistory(NurtureError):
    """The columns cannot be told."""


@dataclass(frozen=True)
class Columns:
    email: int
    event: int
    at: int
    id: int | None
    data: Mapping[int, str]
    """Place -> the name under which the event says it."""


def looks_like_history(header: Sequence[str]) -> bool:
    """Without being told: who, what and when stand in columns of those names."""
    named = {plain_name(name) for name in header}
    return all(named & CALLED[what] for what in NEEDED)


def history_columns(header: Sequence[str], given: Mapping[str, str]) -> Columns:
    """``given``: column -> ``email``, ``event``, ``at``, ``id``, or the name that the data shall have."""
    mapped = {_place(header, column): name for column, name in given.items()}
    found: dict[str, int] = {}
    data: dict[int, str] = {}
    for place, name in enumerate(header):
        what = mapped.get(place) or _meant(name, {*mapped.values(), *found})
        if what in CALLED:
            if what in found:
                text = f"the columns {header[found[what]]} and {name} are both the {what}"
                raise NoHistory(text, 'name one with `--map "COLUMN=..."`')
            found[what] = place
        elif what and plain_name(name) not in OURS:
            data[place] = what
    for what in NEEDED:
        if what not in found:
            listed = ", ".join(name for name in header if name)
            raise NoHistory(
                f"no column is the {what}; there are: {listed}", f'name it with `--map "COLUMN={what}"`'
            )
    return Columns(found[EMAIL], found[EVENT], found[AT], found.get(ID), data)


def _meant(name: str, taken: set[str]) -> str:
    plain = plain_name(name)
    for what, words in CALLED.items():
        if plain in words and what not in taken:
            return what
    return plain.replace(" ", "_")[:LONGEST_KEY]


def _place(header: Sequence[str], column: str) -> int:
    plain = plain_name(column)
    for place, name in enumerate(header):
        if plain_name(name) == plain:
            return place
    listed = ", ".join(name for name in header if name)
    raise NoHistory(f"the file has no column {column}", f"there are: {listed}")
