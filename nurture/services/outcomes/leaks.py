"""Columns that know the outcome: written after somebody had spoken with the lead. A score from them looks
right on the past, and is of no use on the day when it would be needed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nurture.domain.backtest.measures import auc
from nurture.domain.facts import Value
from nurture.domain.intervals import interval
from nurture.services.outcomes.naming import BY_HAND, FIRST, LAST, NEWEST, SCORE, words_of
from nurture.services.outcomes.rows import Outcome, Outcomes

OFTEN = 0.05
"""Of the leads: a field that was written late for so many is doubted."""
TOLD = 3
"""Columns that a person is asked about."""
SURE = 0.85
"""Who is won is told by one column alone this well only if it was written afterwards."""
ALL = 0.97
"""The same of one value, if that many at least of all with it are won."""


@dataclass(frozen=True)
class Leak:
    column: str
    why: str
    alone: float
    """AUC of the column by itself."""


def leak(column: str, values: Sequence[Value | None], won: Sequence[bool]) -> Leak | None:
    """What a column's name or its figures tell against it."""
    alone, words = strength(values, won), words_of(column)
    if alone >= SURE:
        return Leak(
            column, f"alone it tells the winners with AUC {alone:.2f}: nothing known before does", alone
        )
    if (value := _sure_value(values, won)) is not None:
        why = f"nearly all with `{value}` were won: nothing known before is that sure"
        return Leak(column, why, alone)
    if BY_HAND.search(words):
        return Leak(column, "the name says that people write it after they have spoken with the lead", alone)
    if LAST.search(words):
        return Leak(column, "it is overwritten as time goes on, also after the first contact", alone)
    if SCORE.search(words):
        return Leak(column, "it is a score itself", alone)
    if NEWEST.search(words) and not FIRST.search(words) and any(isinstance(one, str) for one in values):
        return Leak(column, "it says what happened last, also after the first contact", alone)
    return None


def _sure_value(values: Sequence[Value | None], won: Sequence[bool]) -> Value | None:
    """By the lower end of the interval, so that a few who were won by chance prove nothing. Where nearly all
    are won anyway it proves nothing either."""
    if sum(won) > len(won) / 2:
        return None
    there = Counter(value for value in values if isinstance(value, str | bool))
    yes = Counter(
        value for value, one in zip(values, won, strict=True) if one and isinstance(value, str | bool)
    )
    return next((value for value, count in there.items() if interval(yes[value], count)[0] >= ALL), None)


def strength(values: Sequence[Value | None], won: Sequence[bool]) -> float:
    """AUC of one column: each value worth the share of winners among the others with it. Rounded, because a
    winner who is left out of her own share makes it a little worse."""
    sums: dict[object, list[int]] = defaultdict(lambda: [0, 0])
    keys = [_key(value) for value in values]
    for key, yes in zip(keys, won, strict=True):
        sums[key][0] += yes
        sums[key][1] += 1
    base = sum(won) / max(1, len(won))
    scored = [
        ((sums[key][0] - yes + 5 * base) / (sums[key][1] - 1 + 5), yes)
        for key, yes in zip(keys, won, strict=True)
    ]
    found = auc([(round(share, 2), yes) for share, yes in scored])
    return found.value if found else 0.5


def _key(value: Value | None) -> object:
    """Numbers by the power of two: 5 and 6 visits are much the same."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value).bit_length() if value >= 0 else -1
    return value


def leaks_of(rows: Sequence[Outcome], names: Mapping[str, str]) -> list[Leak]:
    """``names``: field -> the column that it came from. Looks at what a policy reads."""
    won = [row.won for row in rows]
    found = (leak(column, [row.fields.get(field) for row in rows], won) for field, column in names.items())
    return [one for one in found if one]


def late_leaks(rows: Sequence[Outcome], names: Mapping[str, str]) -> list[Leak]:
    """Fields that were written after the moment that is asked about. Only our own history knows."""
    found, won = [], [row.won for row in rows]
    for field, column in names.items():
        late = sum(field in row.late for row in rows)
        if late >= OFTEN * len(rows):
            alone = strength([row.fields.get(field) for row in rows], won)
            share = f"{late / len(rows):.0%}"
            why = f"of {share} of the leads it was written after the day for which the score is asked"
            found.append(Leak(column, why, alone))
    return found


def strongest(found: Outcomes) -> list[Leak]:
    """Columns that tell most by themselves, the strongest first: no name or figure tells whether they were
    known in time, a person does."""
    won = [row.won for row in found.rows]
    alone = [
        Leak(column, "", strength([row.fields.get(field) for row in found.rows], won))
        for column, field in found.columns.fields.items()
    ]
    return sorted(alone, key=lambda one: -one.alone)[:TOLD]
