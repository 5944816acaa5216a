"""`nurture enrol`: leads into a campaign, by address, by file, or by what is known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from nurture.cli.errors import DONE, WRONG_INPUT
from nurture.cli.import_ import column_pairs
from nurture.cli.opening import Data, Json, Opened, opened
from nurture.cli.output import print_json, progress
from nurture.cli.wording import of_them
from nurture.domain.conditions import Condition
from nurture.domain.dictionary import Dictionary
from nurture.domain.errors import NurtureError
from nurture.domain.volume import Volume
from nurture.services.addresses import BadAddress, normalise
from nurture.services.desk import Desk
from nurture.services.enrol import Enrolment, live_version
from nurture.services.enrol_selection import (
    check_selection,
    count_leads,
    enrol_many,
    expected,
    leads_after,
    matching,
    not_there_yet,
    whom_it_is_for,
    with_addresses,
)
from nurture.services.held_door import let_go
from nurture.services.importing_columns import match_columns
from nurture.services.importing_csv import CsvFile, plain_cell, scan
from nurture.services.opening import open_desk
from nurture.services.scans.plan import SURPLUS
from nurture.store.columns import new_id

AT_ONCE = 100
"""Leads in one transaction: short, for the worker writes beside us."""
SHOWN = 20
IN_ALREADY = ("already in", "known cause")


@dataclass
class Report:
    enrolled: int = 0
    already: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Reason -> how many."""
    unknown: list[str] = field(default_factory=list)
    """What was given and is no lead of ours."""


def enrol(  # noqa: PLR0913, PLR0917 - each is an option of the command
    campaign: Annotated[str, typer.Argument(help="The name of a published campaign.", show_default=False)],
    lead: Annotated[list[str] | None, typer.Option(help="An e-mail address. Repeatable.")] = None,
    file: Annotated[Path | None, typer.Option(help="A CSV file with a column of addresses.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Every lead.")] = False,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help='With --file: the column of addresses, "Work mail=email".'),
    ] = None,
    where: Annotated[str, typer.Option(help='Leads for whom this holds: --where "score >= 50".')] = "",
    matching_: Annotated[
        bool,
        typer.Option("--matching", help="Whoever fulfils now what lets leads in."),
    ] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Let in those who are held for being far more than expected.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Begin also where they are ten times as many as expected.")
    ] = False,
    json: Json = False,
    data: Data = None,
) -> int:
    """Let leads into a campaign; each gets one journey. Who is in already, or gets no mail, stays out.

    Give one of --lead, --file, --all, --where, --matching and --confirm. Import unknown leads first.
    """
    if sum(map(bool, (lead, file, everybody, where, matching_, confirm))) != 1:
        raise NurtureError("one of --lead, --file, --all, --where, --matching and --confirm is needed")
    with opened(data) as at:
        desk = open_desk(at.store, at.settings)
        at.store.read_sync(live_version, campaign)
        if confirm:
            count = at.store.write_sync(let_go, desk, campaign, SURPLUS)
            at.store.poke()
            print(f"{of_them(count, 'lead')} of {campaign} come in now, a hundred at a time.")
            return DONE
        report = Report()
        cause = f"enrol {new_id()}"
        if where or everybody or matching_:
            condition = at.store.read_sync(check_selection, desk, where) if where else None
            if matching_:
                condition = at.store.read_sync(whom_it_is_for, desk, campaign)
            groups, total = _chosen(at, desk, condition), at.store.read_sync(count_leads)
        elif file:
            source = scan(file)
            cause = f"file {source.fingerprint[:32]}"
            groups, total = _listed(at, _addresses_in(source, map_ or []), report), source.rows
        else:
            groups, total = _listed(at, iter(lead or []), report), len(lead or [])
        volume = None if anyway else at.store.read_sync(expected, desk, campaign)
        if volume:
            new = partial(not_there_yet, desk=desk, campaign=campaign, cause=cause)
            groups = _not_far_too_many(groups, volume, lambda ids: at.store.read_sync(new, ids=ids))
        with progress(total, "leads") as advance:
            for looked_at, ids in groups:
                _count(report, at.store.write_sync(enrol_many, desk, campaign, ids, cause).values())
                at.store.poke()
                advance(looked_at)
    if json:
        print_json(vars(report))
    else:
        _say(report, campaign)
    return WRONG_INPUT if report.unknown and not report.enrolled and not report.already else DONE


Groups = Iterator[tuple[int, list[str]]]
"""(leads looked at, those to enrol)"""


def _not_far_too_many(groups: Groups, volume: Volume, new: Callable[[list[str]], int]) -> Groups:
    """Counts them all before the first of them comes in; ``new``: how many of them are not in yet."""
    found = list(groups)
    count = sum(len(ids) for _, ids in found)
    if count > volume.most:
        count = sum(new(ids) for _, ids in found)
    if count > volume.most:
        raise NurtureError(
            f"{count:,} leads would come in, far more than `expect: {volume}`; nobody has come in yet",
            f"Look whom you chose. With --anyway {volume.most:,} come in, and the others wait at the door",
        )
    return iter(found)


def _chosen(at: Opened, desk: Desk, condition: Condition | None) -> Groups:
    after: str | None = None
    while rows := at.store.read_sync(leads_after, after, AT_ONCE):
        ids = at.store.read_sync(matching, desk, condition, rows) if condition else [row.id for row in rows]
        yield len(rows), ids
        after = rows[-1].id


def _listed(at: Opened, addresses: Iterator[str], report: Report) -> Groups:
    while part := list(islice(addresses, AT_ONCE)):
        good = {}
        for address in part:
            try:
                good[normalise(address)] = address
            except BadAddress:
                report.unknown.append(address)
        known = at.store.read_sync(with_addresses, list(good))
        report.unknown += [address for normal, address in good.items() if normal not in known]
        yield len(part), list(known.values())


def _addresses_in(source: CsvFile, pairs: list[str]) -> Iterator[str]:
    place = match_columns(source.header, Dictionary(), column_pairs(pairs)).email
    for row in source.read():
        if row.broken:
            yield f"line {row.line}, which cannot be read ({row.broken})"
        else:
            yield plain_cell(row.cells[place]) if place < len(row.cells) else ""


def _count(report: Report, outcomes: Iterable[Enrolment]) -> None:
    for outcome in outcomes:
        if outcome.refused is None:
            report.enrolled += 1
        elif outcome.refused in IN_ALREADY:
            report.already += 1
        else:
            report.refused[outcome.refused] += 1


def _say(report: Report, campaign: str) -> None:
    for address in report.unknown[:SHOWN]:
        print(f"{address or 'an empty address'}: no such lead; import it first")
    if len(report.unknown) > SHOWN:
        print(f"... and {len(report.unknown) - SHOWN:,} more")
    print(f"{of_them(report.enrolled, 'lead')} enrolled in {campaign}, {report.already:,} in it already.")
    for reason, count in report.refused.most_common():
        print(f"{of_them(count, 'lead')} left out: {reason}.")
