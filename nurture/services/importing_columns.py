"""Which column of a file is which field."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nurture.domain.dictionary import Dictionary
from nurture.domain.errors import NurtureError
from nurture.services.lead_values import full_name, known_names, plain_name

EMAIL = "email"
CALLED_EMAIL = frozenset({"email", "e mail", "mail", "email address", "e mail address", "lead.email"})
ALSO_CALLED = {
    "company": "account.name",
    "company domain": "account.domain",
    "company name": "account.name",
    "family name": "lead.last_name",
    "forename": "lead.first_name",
    "given name": "lead.first_name",
    "phone number": "lead.phone",
    "surname": "lead.last_name",
    "telephone": "lead.phone",
    "time zone": "lead.zone",
    "timezone": "lead.zone",
    "website": "account.domain",
}
"""Where the dictionary has no field of that name."""
REFUSED = ("refused line", "refused because")
RAW = "refused text"
"""What stood there, where the row could not be read."""
OURS = frozenset({*REFUSED, RAW})
"""Columns that our own report of refused rows adds."""


class ColumnProblem(NurtureError):
    """The columns cannot be told: the message names those that were found."""


@dataclass(frozen=True)
class Columns:
    fields: Mapping[int, str]
    """Place of the column -> ``email`` or the whole name of a field."""
    unused: tuple[str, ...]

    @property
    def email(self) -> int:
        return next(place for place, name in self.fields.items() if name == EMAIL)

    def without(self, name: str) -> Columns:
        """Of a column that is used for something else than a field."""
        return replace(self, unused=tuple(one for one in self.unused if one != name))


def match_columns(header: Sequence[str], dictionary: Dictionary, given: Mapping[str, str]) -> Columns:
    """``given``: column -> field, as the user maps them; these come first. Raises ColumnProblem."""
    mapped = {column_of(header, column): _field(dictionary, name) for column, name in given.items()}
    found = {
        place: mapped.get(place) or _matched(dictionary, name, set(mapped.values()))
        for place, name in enumerate(header)
    }
    fields = {place: name for place, name in found.items() if name}
    _refuse_doubles(header, fields)
    if EMAIL not in fields.values():
        raise ColumnProblem(_no_email(header), 'name it with `--map "COLUMN=email"`')
    unused = [name for place, name in enumerate(header) if place not in fields and name]
    return Columns(fields, tuple(name for name in unused if plain_name(name) not in OURS))


def _matched(dictionary: Dictionary, name: str, taken: set[str]) -> str | None:
    plain = plain_name(name)
    field = EMAIL if plain in CALLED_EMAIL else full_name(dictionary, name) or ALSO_CALLED.get(plain)
    return None if field in taken else field


def column_of(header: Sequence[str], name: str) -> int:
    """Raises ColumnProblem."""
    plain = plain_name(name)
    for place, column in enumerate(header):
        if plain_name(column) == plain:
            return place
    near = difflib.get_close_matches(plain, [plain_name(column) for column in header], n=1, cutoff=0.6)
    meant = next((column for column in header if near and plain_name(column) == near[0]), None)
    hint = f"did you mean {meant}?" if meant else f"there are: {_listed(header)}"
    raise ColumnProblem(f"the file has no column {name}", hint)


def fields_given(dictionary: Dictionary, given: Mapping[str, str]) -> dict[str, str]:
    """Field -> value, by whole names. Raises ColumnProblem."""
    found = {_field(dictionary, name): value for name, value in given.items()}
    if EMAIL in found:
        raise ColumnProblem("one address for all rows is one lead", "leave it out of `--set`")
    return found


def _field(dictionary: Dictionary, name: str) -> str:
    if plain_name(name) in CALLED_EMAIL:
        return EMAIL
    if field := full_name(dictionary, name):
        return field
    known = [EMAIL, *known_names(dictionary)]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "declare it in policies/dictionary.yaml and publish"
    raise ColumnProblem(f"there is no field {name}", hint)


def _refuse_doubles(header: Sequence[str], fields: Mapping[int, str]) -> None:
    for place, name in fields.items():
        others = [header[other] for other, same in fields.items() if same == name]
        if len(others) > 1:
            raise ColumnProblem(
                f"the columns {_listed(others)} all mean {name}",
                f'say which with `--map "{header[place]}={name}"`, or rename the others',
            )


def _no_email(header: Sequence[str]) -> str:
    plain = {plain_name(column): column for column in header}
    near = difflib.get_close_matches(EMAIL, plain, n=1, cutoff=0.4)
    nearest = f"; the nearest is {plain[near[0]]}" if near else ""
    return f"the file has no column for the e-mail address; it has {_listed(header)}{nearest}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "")
