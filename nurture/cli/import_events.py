"""`nurture import events.csv`: what happened before there was Nurture."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from nurture.cli.errors import DONE, WRONG_INPUT
from nurture.cli.opening import Opened
from nurture.cli.output import print_json, progress
from nurture.cli.wording import of_them
from nurture.secrets_file import signing_secrets
from nurture.services.desk import Desk
from nurture.services.history_columns import history_columns
from nurture.services.importing_csv import CsvFile
from nurture.services.importing_history import Report, Wanted, import_history


def history(at: Opened, source: CsvFile, given: Mapping[str, str], *, dry_run: bool, json: bool) -> int:
    columns = history_columns(source.header, given)
    if not json:
        read = {columns.email: "email", columns.event: "event", columns.at: "at"}
        read |= {columns.id: "id"} if columns.id is not None else {}
        named = [f"{source.header[place]} = {name}" for place, name in {**read, **columns.data}.items()]
        print(f"{source.path.name}: {of_them(source.rows, 'event')} of the past. Read: {', '.join(named)}.")
    desk = Desk(at.clock, signing_secrets(at.settings), at.settings.base_url, "")
    path = refused_path(source.path)
    with progress(source.rows, "rows") as advance:
        report = import_history(at.store, desk, source, Wanted(columns, dry_run), path, advance)
    if json:
        print_json({**vars(report), "dry_run": dry_run})
    else:
        _say(report, dry_run=dry_run)
    return WRONG_INPUT if report.rows and report.refused == report.rows else DONE


def refused_path(file: Path) -> Path:
    """Beside the file, or here where nothing can be written there."""
    name = f"{file.stem}.refused.csv"
    return file.with_name(name) if os.access(file.parent, os.W_OK) else Path(name)


def _say(report: Report, *, dry_run: bool) -> None:
    for line, reason in report.reasons:
        print(f"line {line}: {reason}")
    if report.refused > len(report.reasons):
        print(f"... and {report.refused - len(report.reasons):,} more")
    if report.resumed_at:
        print(f"An earlier run was stopped after {of_them(report.resumed_at, 'row')}; this one went on.")
    would = "Would be in" if dry_run else "In"
    print(
        f"{would}: {of_them(report.accepted, 'event')}, {report.known:,} known already, "
        f"{report.refused:,} refused. They score as of their day, and start nothing."
    )
    if report.refused_file:
        print(f"The refused rows are in {report.refused_file}: mend them and import that file.")
