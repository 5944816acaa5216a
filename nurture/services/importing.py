"""Leads from a file: 500 rows a commit, so that a run that was killed goes on where it was."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from nurture.clock import Clock
from nurture.domain.dictionary import Dictionary
from nurture.services.consents import record_consents, stay_out
from nurture.services.importing_columns import Columns
from nurture.services.importing_csv import CsvFile, Row, plain_cell
from nurture.services.importing_progress import finish, move_on, start
from nurture.services.importing_refused import RefusedRows, refused_rows
from nurture.services.leads import CheckedLead, LeadInput, RefusedLead, check, upsert_many
from nurture.store.session import Store

AT_ONCE = 500
SHOWN = 20


@dataclass(frozen=True)
class Wanted:
    columns: Columns
    dictionary: Dictionary
    consent: str = ""
    """Where these people allowed marketing; empty: nothing is said about it."""
    empty: frozenset[str] = frozenset()
    """Cells that mean that nothing is known, such as ``Select`` or ``n/a``; in small letters."""
    secrets: tuple[str, ...] = ()
    """Keys of the addresses that must not get mail."""
    dry_run: bool = False

    def key(self, source: CsvFile) -> str:
        """The same file read in the same way is the same import."""
        way = repr((sorted(self.columns.fields.items()), self.consent, sorted(self.empty)))
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


@dataclass
class _Part:
    place: int
    rows: int = 0
    good: list[tuple[int, CheckedLead]] = field(default_factory=list)
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
        for part in _parts(source, wanted, refused):
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


def _parts(source: CsvFile, wanted: Wanted, refused: RefusedRows) -> Iterator[_Part]:
    rows, place = source.read(), 0
    while chunk := list(islice(rows, AT_ONCE)):
        part = _Part(place, len(chunk))
        for row in chunk:
            try:
                part.good.append((row.line, _checked(row, len(source.header), wanted)))
            except RefusedLead as bad:
                part.bad.append((row.line, bad.reasons))
                refused.add(row, bad.reasons)
        yield part
        place += len(chunk)


def _checked(row: Row, width: int, wanted: Wanted) -> CheckedLead:
    if any(cell.strip() for cell in row.cells[width:]):
        raise RefusedLead([f"it has {len(row.cells)} cells, and there are {width} columns"])
    cells = [plain_cell(cell) for cell in row.cells]
    given = {
        name: cells[place]
        for place, name in wanted.columns.fields.items()
        if place < len(cells) and cells[place].casefold() not in wanted.empty
    }
    return check(wanted.dictionary, LeadInput(given.pop("email", ""), given))


def _rehearse_or_write(
    store: Store, clock: Clock, wanted: Wanted, source: CsvFile, part: _Part, job: str
) -> Counter[str]:
    try:
        return store.write_sync(_write, clock, wanted, source.path.name, part, job)
    except _Rehearsed as rehearsed:
        return rehearsed.counts


def _write(conn: Connection, clock: Clock, wanted: Wanted, name: str, part: _Part, job: str) -> Counter[str]:
    results = upsert_many(conn, clock, [lead for _, lead in part.good], f"import {name}"[:200])
    counts: Counter[str] = Counter(result.outcome for result in results)
    counts["refused"] = len(part.bad)
    people = {result.lead_id: lead.email for result, (_, lead) in zip(results, part.good, strict=True)}
    out = stay_out(conn, wanted.secrets, people)
    counts["stay_out"] = len(out)
    if wanted.consent:
        proofs = {
            result.lead_id: {"import": name, "line": line}
            for result, (line, _) in zip(results, part.good, strict=True)
            if result.lead_id not in out
        }
        counts["consents"] = record_consents(conn, proofs, wanted.consent, clock.now(conn))
    if not job:
        raise _Rehearsed(counts)
    move_on(conn, job, part.place, counts, part.bad)
    return counts
