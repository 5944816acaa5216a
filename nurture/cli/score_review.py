"""`nurture score review`: what sales said of the leads that the score handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json
from nurture.cli.wording import of_them
from nurture.clock import Clock
from nurture.domain.backtest.measures import Auc
from nurture.domain.intervals import interval
from nurture.services.library import Library
from nurture.services.reviewing import Review, Share, review

FORMATS = ["%Y-%m-%d"]
BACK = timedelta(days=90)
FEW = 5
"""Answers below which a share says nothing."""
SEVERAL = 10
"""Of either kind, below which nobody can say whether the score told them apart."""


def score_review(
    since: Annotated[
        datetime | None, typer.Option(formats=FORMATS, help="Handed over from then on.  [default: 90 days]")
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """For the monthly talk: which rules handed over what sales rejected, acceptance by cell and by month,
    and whether the score put the right ones first."""
    with opened(data) as at:
        found, began = at.store.read_sync(_read, at.clock, since.replace(tzinfo=UTC) if since else None)
    if json:
        print_json({"since": began, **_plain(found)})
        return
    print("\n".join(_told(found, began)))


def _read(conn: Connection, clock: Clock, since: datetime | None) -> tuple[Review, datetime]:
    now = clock.now(conn)
    began = since or now - BACK
    return review(conn, Library().rules(conn), began, now), began


def _told(found: Review, began: datetime) -> Iterator[str]:
    share = found.everybody
    yield (
        f"{of_them(found.handed, 'handoff')} since {began:%-d %B %Y}: sales accepted {share.accepted:,}, "
        f"rejected {share.rejected:,}; {found.handed - share.answered:,} without an answer."
    )
    if not share.answered:
        yield "Nothing can be said before sales have answered."
        return
    yield f"Rejected: {_reasons(share) or 'none'}."
    yield from _sure("accepted", found.score)
    yield from _sure("won", found.won)
    for title, table in (("By cell", found.cells), ("By month", found.months)):
        if table:
            yield ""
            yield f"{title}:"
            yield from (_line(name, one) for name, one in sorted(table.items()))
    yield ""
    yield "Rules that had a part in it, those that were rejected most first:"
    ordered = sorted(found.rules.items(), key=_most_rejected)
    yield from (_line(name, one, share) for name, one in ordered if one.answered)


def _most_rejected(one: tuple[str, Share]) -> tuple[bool, float, int, str]:
    """Those of whom too few are known stand last."""
    name, share = one
    return share.answered < FEW, -share.rate, -share.answered, name


def _sure(what: str, found: Auc | None) -> Iterator[str]:
    if found is None:
        return
    if min(found.won, found.lost) < SEVERAL:
        yield f"{found.won:,} {what} and {found.lost:,} not: too few to say whether the score put them first."
        return
    yield (
        f"Of one lead who was {what} and one who was not, the score put the right one first in "
        f"{found.value:.0%} of the cases (95 %: {found.low:.0%} to {found.high:.0%}; "
        f"{found.won:,} and {found.lost:,})."
    )


def _line(name: str, one: Share, whole: Share | None = None) -> str:
    """A rate of few is no rate: it is not printed."""
    why = f": {_reasons(one)}" if one.reasons else ""
    if one.answered < FEW:
        return f"  {name}: {one.answered:,} answered, {one.rejected:,} rejected{why}; too few to say"
    low, high = interval(one.rejected, one.answered)
    rest = whole.answered - one.answered if whole else 0
    others = f"; without it {(whole.rejected - one.rejected) / rest:.0%}" if whole and rest >= FEW else ""
    between = f"(95 %: {low:.0%} to {high:.0%})"
    return f"  {name}: {one.answered:,} answered, {one.rate:.0%} rejected {between}{why}{others}"


def _reasons(one: Share) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in one.reasons.most_common())


def _plain(found: Review) -> dict[str, Any]:
    tables = {"rules": found.rules, "cells": found.cells, "months": found.months}
    return {
        "handed": found.handed,
        "all": _share(found.everybody),
        **{name: {one: _share(of) for one, of in table.items()} for name, table in tables.items()},
        "accepted_auc": vars(found.score) if found.score else None,
        "won_auc": vars(found.won) if found.won else None,
    }


def _share(one: Share) -> Mapping[str, Any]:
    low, high = interval(one.rejected, one.answered)
    counts = {"accepted": one.accepted, "rejected": one.rejected, "reasons": dict(one.reasons)}
    return {**counts, "rejected_between": [round(low, 3), round(high, 3)]}
