"""`nurture import`: leads from a CSV file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from nurture.authoring.content import read_content
from nurture.cli.errors import DONE, WRONG_INPUT
from nurture.cli.import_events import history, refused_path
from nurture.cli.opening import Data, Json, Opened, opened
from nurture.cli.output import print_json, progress
from nurture.cli.wording import of_them
from nurture.domain.consent_policy import BASES, EXPRESS
from nurture.domain.dictionary import Dictionary, load_dictionary
from nurture.domain.errors import NurtureError
from nurture.secrets_file import signing_secrets
from nurture.services.history_columns import looks_like_history
from nurture.services.importing import Report, Wanted, run_import
from nurture.services.importing_columns import column_of, fields_given, match_columns
from nurture.services.importing_csv import DELIMITERS, CsvFile, scan
from nurture.services.importing_records import import_records
from nurture.services.library import Library

SHOWN = 20


def import_(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: Annotated[
        Path, typer.Argument(help="A CSV file; its first line names the columns.", show_default=False)
    ],
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help='Which column is which field: "Work mail=email". Repeatable.'),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help='For rows that say nothing else: "source=Bought list 2026". Repeatable.'),
    ] = None,
    consent: Annotated[
        str, typer.Option(help="These people allowed marketing: where, for example the form's name.")
    ] = "",
    basis: Annotated[
        str, typer.Option(help="What the consent rests on: express, purchase, enquiry or interest.")
    ] = "express",
    wording: Annotated[str, typer.Option(help="What they read when they allowed it.")] = "",
    consented: Annotated[
        str, typer.Option(help="The column that says when: a purchase's consent runs from then.")
    ] = "",
    empty: Annotated[
        list[str] | None,
        typer.Option(help="What a cell says when nothing is known: --empty n/a. Repeatable."),
    ] = None,
    encoding: Annotated[str, typer.Option(help="Of the file, such as cp1252.  [default: UTF-8]")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    records: Annotated[str, typer.Option(help="The rows are deals or other records: --records deal.")] = "",
    events: Annotated[
        bool, typer.Option("--events", help="The rows are events of the past: who, what, when.")
    ] = False,
    json: Json = False,
    data: Data = None,
) -> int:
    """Make or update leads from a CSV file. Safe to run twice; goes on where it was stopped.

    Columns are matched to the fields of the dictionary by name. Rows that cannot be used are listed with
    the reason and kept in FILE.refused.csv, to be mended and imported again. Who has unsubscribed stays out.

    A file with the columns email, event and at is history: its events score as of their day, and start
    nothing.
    """
    source = scan(file, encoding)
    with opened(data) as at:
        dictionary = dictionary_of(at)
        if events or (not records and looks_like_history(source.header)):
            return history(at, source, column_pairs(map_ or []), dry_run=dry_run, json=json)
        if records:
            return _records(at, dictionary, records, source, json=json)
        columns = match_columns(source.header, dictionary, column_pairs(map_ or []))
        since = column_of(source.header, consented) if consented else None
        wanted = Wanted(
            columns=columns if since is None else columns.without(source.header[since]),
            dictionary=dictionary,
            consent=consent.strip()[:200],
            basis=_basis(basis, consent),
            wording=wording.strip()[:4000],
            since=since,
            empty=frozenset(word.strip().casefold() for word in empty or []),
            secrets=signing_secrets(at.settings),
            given=fields_given(dictionary, pairs(set_ or [], "--set", "field=value")),
            dry_run=dry_run,
        )
        if not json:
            _say_columns(source, wanted)
        began = time.monotonic()
        with progress(source.rows, "rows") as advance:
            report = run_import(at.store, at.clock, source, wanted, refused_path(file), advance)
    seconds = time.monotonic() - began
    if json:
        print_json(_as_json(report, source, wanted, seconds))
    else:
        _say(report, wanted, seconds)
    return WRONG_INPUT if report.rows and report.refused == report.rows else DONE


def _basis(word: str, consent: str) -> str:
    if word not in BASES:
        raise NurtureError(f"--basis {word} is not known.", f"There are {', '.join(BASES)}.")
    if word != EXPRESS and not consent.strip():
        raise NurtureError("--basis says nothing without --consent.", "Say where they allowed it.")
    return word


def _records(at: Opened, dictionary: Dictionary, kind: str, source: CsvFile, *, json: bool) -> int:
    if kind not in dictionary.records:
        declared = ", ".join(sorted(dictionary.records)) or "none"
        raise NurtureError(
            f"The dictionary declares no fields of a {kind}.", f"Records with fields are: {declared}."
        )
    report = import_records(at.store, at.clock, dictionary, kind, source)
    if json:
        print_json(vars(report))
    else:
        for line, reason in report.refused[:SHOWN]:
            print(f"line {line}: {reason}")
        if report.unused:
            print(f"Left out, for the dictionary has no such field: {', '.join(report.unused)}.")
        print(
            f"{of_them(report.accepted, 'row')} of {report.rows:,} taken in, {report.known:,} known already, "
            f"{len(report.refused):,} refused."
        )
    return WRONG_INPUT if report.rows and len(report.refused) == report.rows else DONE


def dictionary_of(at: Opened) -> Dictionary:
    """The published one; before the first is published, the one that is about to be."""
    rules = at.store.read_sync(Library().rules)
    if "dictionary" in rules.hashes:
        return rules.dictionary
    return load_dictionary(read_content(at.settings.content_dir).dictionary)


def column_pairs(given: list[str]) -> dict[str, str]:
    return pairs(given, "--map", "COLUMN=field")


def pairs(given: list[str], option: str, form: str) -> dict[str, str]:
    found = {}
    for one in given:
        # A column may have the sign in its name, a field has not.
        left, sign, right = one.rpartition("=") if option == "--map" else one.partition("=")
        if not sign or not left.strip() or not right.strip():
            raise NurtureError(f"{option} {one} cannot be read", f'write {option} "{form}"')
        found[left.strip()] = right.strip()
    return found


def _say_columns(source: CsvFile, wanted: Wanted) -> None:
    used = ", ".join(f"{source.header[place]} = {name}" for place, name in wanted.columns.fields.items())
    if wanted.since is not None:
        used += f", {source.header[wanted.since]} = when they allowed marketing"
    sign = DELIMITERS[source.delimiter]
    print(f"{source.path.name}: {of_them(source.rows, 'row')}, {sign} between the columns. Read: {used}.")
    if wanted.given:
        print(f"For rows that say nothing else: {', '.join(f'{n} = {v}' for n, v in wanted.given.items())}.")
    if wanted.columns.unused:
        print(
            f"Left out, for the dictionary has no such field: {', '.join(wanted.columns.unused)}. "
            'To use one: --map "COLUMN=field".'
        )


def _say(report: Report, wanted: Wanted, seconds: float) -> None:
    for line, reasons in report.reasons:
        print(f"line {line}: {'; '.join(reasons)}")
    if report.refused > len(report.reasons):
        print(f"... and {report.refused - len(report.reasons):,} more")
    if report.resumed_at:
        print(f"An earlier run was stopped after {of_them(report.resumed_at, 'row')}; this one went on.")
    would = "Would be" if wanted.dry_run else "In"
    when = "" if wanted.dry_run else f" {seconds:.1f} s"
    print(
        f"{would}{when}: {of_them(report.created, 'new lead')}, {report.updated:,} changed, "
        f"{report.unchanged:,} unchanged, {report.refused:,} refused."
    )
    if wanted.consent:
        print(f"Consent from {wanted.consent}: {of_them(report.consents, 'lead')} now.")
    if report.stay_out:
        print(f"Unsubscribed or not to be mailed, and left so: {of_them(report.stay_out, 'lead')}.")
    if report.refused_file:
        print(f"The refused rows are in {report.refused_file}: mend them and import that file.")


def _as_json(report: Report, source: CsvFile, wanted: Wanted, seconds: float) -> dict[str, Any]:
    plain = {name: value for name, value in vars(report).items() if name != "reasons"}
    return {
        **plain,
        "dry_run": wanted.dry_run,
        "seconds": round(seconds, 3),
        "columns": {source.header[place]: name for place, name in wanted.columns.fields.items()},
        "unused_columns": list(wanted.columns.unused),
        "reasons": [{"line": line, "reasons": list(reasons)} for line, reasons in report.reasons],
    }
