"""What the columns of a file seem to be, where nobody has said so; written down to be corrected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from nurture.domain.facts import Value
from nurture.services.outcomes.leaks import leak
from nurture.services.outcomes.mapping import Columns
from nurture.services.outcomes.naming import BY_HAND, DATE, DID, ID, LAST, SCORE, SMALL, words_of
from nurture.services.outcomes.numbers import number_of
from nurture.services.outcomes.rows import EMPTY, MOSTLY, day_of

FEW = 0.02
MANY = 200
LONGEST = 40


def guessed(
    header: Sequence[str],
    cells: Sequence[Sequence[str]],
    outcome: str,
    won: Sequence[str],
    lost: Sequence[str] = (),
) -> Columns:
    """Leaking columns, names, numbers of rows and columns that always say the same are left out."""
    at = header.index(outcome)
    decided = {*won, *lost}
    rows = [row for row in cells if row[at] and (not lost or row[at] in decided)]
    yes = [row[at] in won for row in rows]
    day = _dated(header, rows)
    fit: dict[str, str] = {}
    totals: dict[str, str] = {}
    left: dict[str, str] = {}
    old: list[str] = []
    ident: str | None = None
    for place, column in enumerate(header):
        if column in ("", outcome, day):
            continue
        values = [value_of(row[place]) for row in rows]
        if SCORE.search(words_of(column)) and all(isinstance(one, float | None) for one in values):
            old.append(column)
        elif why := _useless(column, values, yes):
            ident = ident or (column if why == "it names a row" else None)
            left[column] = why
        else:
            into = totals if _did(column) else fit
            into[column] = field_of(column, {*fit.values(), *totals.values()})
    return Columns(
        outcome,
        tuple(won),
        tuple(lost),
        fit=fit,
        totals=totals,
        id=ident,
        date=day,
        old=tuple(old),
        left_out=left,
    )


def _dated(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str | None:
    """The column that says when the lead came: the one whose name says so, else the first of dates that is
    not overwritten later."""
    found = []
    for place, column in enumerate(header):
        given = [row[place] for row in rows if row[place].casefold() not in EMPTY]
        if given and sum(day_of(cell) is not None for cell in given) >= MOSTLY * len(given):
            found.append(column)
    firm = [one for one in found if not (LAST.search(words_of(one)) or BY_HAND.search(words_of(one)))]
    named = [one for one in firm if DATE.search(words_of(one))]
    return next(iter([*named, *firm]), None)


def value_of(cell: str) -> Value | None:
    if cell.casefold() in EMPTY:
        return None
    number = number_of(cell)
    return cell if number is None else number


def _useless(column: str, values: Sequence[Value | None], won: Sequence[bool]) -> str:
    """Why a column is left out; empty: it is not."""
    different = {value for value in values if value is not None}
    words = words_of(column)
    texts = sum(isinstance(value, str) for value in different)
    if len(different) > 0.9 * len(values) and len(values) > 20:
        return "it names a row"
    if ID.search(words) and len(different) > 0.5 * len(values):
        return "it names a row"
    if Counter(values).most_common(1)[0][1] > (1 - FEW / 2) * len(values):
        return "it says the same in nearly every row"
    if found := leak(column, values, won):
        return found.why
    return "it says something else in nearly every row" if texts > MANY else ""


def _did(column: str) -> bool:
    return DID.search(words_of(column)) is not None


def field_of(column: str, taken: set[str]) -> str:
    """``What is your current occupation`` -> ``lead.current_occupation``."""
    words = [word for word in words_of(column).split() if word not in SMALL] or ["field"]
    while len("_".join(words)) > LONGEST and len(words) > 1:
        words.pop()
    name = "_".join(words).lstrip("0123456789_") or "field"
    base, number = f"lead.{name}", 2
    found = base
    while found in taken:
        found, number = f"{base}_{number}", number + 1
    return found


def mapping_text(columns: Columns) -> Iterator[str]:
    """As a file that a person corrects and gives back with ``--mapping``."""
    yield "# What the columns are. Move them between fit (who the lead is) and totals (what the lead did)."
    yield f"outcome: {_quoted(columns.outcome)}"
    yield f"won: [{', '.join(map(_quoted, columns.won))}]"
    if columns.lost:
        yield f"lost: [{', '.join(map(_quoted, columns.lost))}]"
    if columns.id:
        yield f"id: {_quoted(columns.id)}"
    if columns.date:
        yield f"date: {_quoted(columns.date)}"
    if columns.old:
        yield f"old_score: [{', '.join(map(_quoted, columns.old))}]"
    for key, named in (("fit", columns.fit), ("totals", columns.totals)):
        yield from _named(key, named)
    if columns.left_out:
        yield "leave_out:"
        yield from (f"  - {_quoted(column)}  # {why}" for column, why in columns.left_out.items())


def _named(key: str, named: Mapping[str, str]) -> Iterator[str]:
    if named:
        yield f"{key}:"
        yield from (f"  {_quoted(column)}: {field}" for column, field in named.items())


WORDS = ("yes", "no", "true", "false", "null", "on", "off")
"""What YAML readers take for something else than a text."""


def _quoted(text: str) -> str:
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9 _]*", text) and text.casefold() not in WORDS:
        return text
    return "'" + text.replace("'", "''") + "'"
