"""Leads from a file: 500 rows a commit, so that a run that was killed goes on where it was."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from nurture.clock import Clock
from nurture.domain.consent_policy import EXPRESS
from nurture.domain.dictionary import Dictionary
from nurture.services.consents import Consent, record_consents, stay_out
from nurture.services.event_leads import FORGOTTEN
from nurture.services.importing_columns import Columns
from nurture.services.importing_csv import CsvFile, plain_cell
from nurture.services.importing_progress import finish, move_on, start
from nurture.services.importing_refused import RefusedRows, refused_rows
from nurture.services.importing_rows import Row
from nurture.services.lead_values import READERS, BadValue
from nurture.services.leads import CheckedLead, LeadInput, RefusedLead, check, upsert_many
from nurture.services.suppress import erased
from nurture.store.session import Store

AT_ONCE = 500
SHOWN = 20
FARTHEST = timedelta(hours=14)
"""So far ahead of us is the day of the farthest zone."""


@dataclass(frozen=True)
class Wanted:
    columns: Columns
    dictionary: Dictionary
    consent: str = ""
    """Where these people allowed marketing; empty: nothing is said about it."""
    basis: str = EXPRESS
    wording: str = ""
    """What they read when they did."""
    since: int | None = None
    """Place of the column that says when; None: now."""
    empty: frozenset[str] = frozenset()
    """Cells that mean that nothing is known, such as ``Select`` or ``n/a``; in small letters."""
    secrets: tuple[str, ...] = ()
    """Keys of the addresses that must not get mail."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Field -> what holds for each row that says nothing else, such as the name of a bought list."""
    dry_run: bool = False

    def key(self, source: CsvFile) -> str:
        """The same file read in the same way is the same import."""
        way = repr((sorted(self.columns.fields.items()), self.consent, sorted(self.empty)))
        if (self.basis, self.wording, self.since) != (EXPRESS, "", None):
            way += repr((self.basis, self.wording, self.since))
        if self.given:
            way += repr(sorted(self.given.items()))
        return hashlib.sha256(f"{source.fingerprint} {way}".encode()).hexdigest()


@dataclass
class Report:
    """Counts are of rows: one that repeats an address is an update, or unchanged."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    consents: int = 0
    stay_out: int = 0
    """Leads of this run who have unsubscribed, complained or bounced: they stay out."""
    resumed_at: int = 0
    """Rows that an earlier run had done."""
    reasons: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    """(line, why) of the first refused rows."""
    refused_file: Path | None = None


class _Good(NamedTuple):
    line: int
    lead: CheckedLead
    since: datetime | None
    """When they allowed marketing, if the file says it."""


@dataclass
class _Part:
    place: int
    rows: int = 0
    good: list[_Good] = field(default_factory=list)
    bad: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)


class _Rehearsed(Exception):
    """Takes back what a dry run has written."""

    def __init__(self, counts: Counter[str]) -> None:
        super().__init__()
        self.counts = counts


def run_import(
    store: Store,
    clock: Clock,
    source: CsvFile,
    wanted: Wanted,
    refused_path: Path,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:
    """``advance`` hears how many rows more are done. Raises UnreadableFile, AlreadyImporting."""
    job, done = "", 0
    if not wanted.dry_run:
        begun = store.write_sync(start, clock, source.path.name, wanted.key(source))
        job, done = begun.id, begun.rows
    report = Report(rows=source.rows, resumed_at=done)
    counts: Counter[str] = Counter()
    with refused_rows(source, refused_path) as refused:
        now = store.read_sync(clock.now)
        for part in _parts(source, wanted, refused, store, now):
            report.reasons += part.bad[: SHOWN - len(report.reasons)]
            if part.place >= done:
                counts += _rehearse_or_write(store, clock, wanted, source, part, job)
            advance(part.rows)
        report.refused, report.refused_file = refused.count, refused.path
    report.consents, report.stay_out = counts["consents"], counts["stay_out"]
    report.created, report.updated = counts["created"], counts["updated"]
    if job:
        ended = store.write_sync(finish, clock, job)
        report.created, report.updated = ended.created, ended.updated
        store.poke()
    report.unchanged = report.rows - report.created - report.updated - report.refused
    return report


def _parts(
    source: CsvFile, wanted: Wanted, refused: RefusedRows, store: Store, now: datetime
) -> Iterator[_Part]:
    rows, place = source.read(), 0
    while chunk := list(islice(rows, AT_ONCE)):
        part = _Part(place, len(chunk))
        read = [(row, _read(row, wanted, now)) for row in chunk]
        emails = {found.lead.email for _, found in read if isinstance(found, _Good)}
        gone = store.read_sync(erased, wanted.secrets, emails)
        for row, found in read:
            if isinstance(found, _Good) and found.lead.email not in gone:
                part.good.append(found)
                continue
            reasons = (FORGOTTEN,) if isinstance(found, _Good) else found
            part.bad.append((row.line, reasons))
            refused.add(row, reasons)
        yield part
        place += len(chunk)


def _read(row: Row, wanted: Wanted, now: datetime) -> _Good | tuple[str, ...]:
    """The lead of a row, or what is wrong with it."""
    try:
        return _Good(row.line, _checked(row, wanted), _since(row, wanted, now))
    except RefusedLead as bad:
        return bad.reasons


def _checked(row: Row, wanted: Wanted) -> CheckedLead:
    if row.broken:
        raise RefusedLead([row.broken])
    cells = [plain_cell(cell) for cell in row.cells]
    told = {
        name: cells[place]
        for place, name in wanted.columns.fields.items()
        if place < len(cells) and cells[place] and cells[place].casefold() not in wanted.empty
    }
    given = {**wanted.given, **told}
    return check(wanted.dictionary, LeadInput(given.pop("email", ""), given))


def _since(row: Row, wanted: Wanted, now: datetime) -> datetime | None:
    """Raises RefusedLead."""
    if wanted.since is None or not wanted.consent:
        return None
    cell = plain_cell(row.cells[wanted.since]) if wanted.since < len(row.cells) else ""
    try:
        found = READERS["date"](cell) if cell.strip() else ""
    except BadValue as bad:
        raise RefusedLead([f"the day of the consent: {bad.message}"]) from None
    if not found:
        raise RefusedLead(["nothing says when they allowed marketing"])
    at = datetime.fromisoformat(str(found))
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at > now + FARTHEST:
        raise RefusedLead(["the day of the consent has not come yet"])
    return min(at, now)


def _rehearse_or_write(
    store: Store, clock: Clock, wanted: Wanted, source: CsvFile, part: _Part, job: str
) -> Counter[str]:
    try:
        return store.write_sync(_write, clock, wanted, source.path.name, part, job)
    except _Rehearsed as rehearsed:
        return rehearsed.counts


def _write(conn: Connection, clock: Clock, wanted: Wanted, name: str, part: _Part, job: str) -> Counter[str]:
    results = upsert_many(conn, clock, [good.lead for good in part.good], f"import {name}"[:200])
    counts: Counter[str] = Counter(result.outcome for result in results)
    counts["refused"] = len(part.bad)
    people = {result.lead_id: good.lead.email for result, good in zip(results, part.good, strict=True)}
    out = stay_out(conn, wanted.secrets, people)
    counts["stay_out"] = len(out)
    if wanted.consent:
        found = zip(results, part.good, strict=True)
        given = {one.lead_id: good for one, good in found if one.lead_id not in out}
        now = clock.now(conn)
        rows = [_consent(lead, good, wanted, name, now) for lead, good in given.items()]
        counts["consents"] = record_consents(conn, rows)
    if not job:
        raise _Rehearsed(counts)
    move_on(conn, job, part.place, counts, part.bad)
    return counts


def _consent(lead: str, good: _Good, wanted: Wanted, name: str, now: datetime) -> Consent:
    at = good.since or now
    ends = wanted.dictionary.consent.ends(wanted.basis, at)
    proof = {"import": name, "line": good.line, "recorded": now.isoformat()}
    return Consent(lead, at, wanted.consent, wanted.basis, ends, wanted.wording, proof)
