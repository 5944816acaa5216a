"""A consistent copy of a database into one file, and back. What it replaces is set aside, never deleted."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

from nurture.domain.errors import NurtureError

SQLITE, POSTGRESQL = b"SQLite format 3\x00", b"PGDMP"
NAMES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}
ASIDE = "before-restore"
LEAVING = (0.1, 0.4, 1.0, 1.5, 2.0, 4.0, 0.0)
"""Seconds between looks at who is connected."""


class CopyRefused(NurtureError):
    """A file is no copy of ours, is in the way, or the database's own tool did not do its work."""


class InUse(NurtureError):
    def __init__(self, by: str) -> None:
        super().__init__(
            f"The database is in use by {by}.",
            "Stop `nurture up`, all workers and the web app, then restore.",
        )


def kind_of(file: Path) -> bytes:
    """SQLITE or POSTGRESQL, by how the file begins."""
    try:
        with file.open("rb") as opened:
            head = opened.read(16)
    except OSError as error:
        raise CopyRefused(f"The file {file} cannot be read ({error.strerror}).") from error
    for kind in NAMES:
        if head.startswith(kind):
            return kind
    raise CopyRefused(f"The file {file} is no backup of Nurture.", "Give a file that `nurture backup` wrote.")


def back_up(url: URL, file: Path) -> None:
    """Readers and writers go on meanwhile. The file is there only once it is whole."""
    if file.exists():
        raise CopyRefused(f"There is a file {file} already.", "Name another one, or remove it.")
    if not file.parent.is_dir():
        raise CopyRefused(f"There is no directory {file.parent}.", "Make it, or name another file.")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.touch(0o600)
    try:
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(Path(url.database or ""), draft)
        else:
            _run_tool(url, ["pg_dump", "--format=custom", "--no-owner", f"--file={draft}"])
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def restore_sqlite(path: Path, file: Path) -> Path | None:
    """Where the database that was there is now."""
    if path.exists() and not _is_free(path):
        raise InUse("another process")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(file, draft)
        draft.chmod(0o600)
        _check_sqlite(draft, file)
        aside = set_aside(path)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return aside


def set_aside(path: Path) -> Path | None:
    """The file and what belongs to it (SQLite's log) under another name; None: there is none."""
    if not path.exists():
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.{ASIDE}-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _others(conn: Connection) -> int:
    """How many others are connected. One that is just leaving still shows for a moment."""
    for pause in LEAVING:
        found = conn.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
        if not found:
            return 0
        time.sleep(pause)
    return int(found or 0)


def restore_postgresql(url: URL, file: Path) -> str:
    """The schema that now holds what was there; it is put back when the file cannot be read in."""
    aside = f"before_restore_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.begin() as conn:
            if others := _others(conn):
                raise InUse(f"{others} other connection{'s' if others > 1 else ''}")
            conn.execute(text(f"ALTER SCHEMA public RENAME TO {aside}"))
            conn.execute(text("CREATE SCHEMA public"))
        try:
            _run_tool(url, ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(file)])
        except CopyRefused:
            with engine.begin() as conn:
                conn.execute(text("DROP SCHEMA public CASCADE"))
                conn.execute(text(f"ALTER SCHEMA {aside} RENAME TO public"))
            raise
    finally:
        engine.dispose()
    return aside


def _copy_sqlite(path: Path, draft: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(draft)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    _check_sqlite(draft, path)


def _check_sqlite(draft: Path, named: Path) -> None:
    try:
        with closing(sqlite3.connect(draft)) as db:
            (answer,) = db.execute("PRAGMA quick_check(1)").fetchone()
            db.execute("SELECT count(*) FROM installation").fetchone()
    except sqlite3.DatabaseError as error:
        raise CopyRefused(f"{named} is no whole database of Nurture ({error}).") from error
    if answer != "ok":
        raise CopyRefused(f"{named} is damaged: {answer}.")


def _is_free(path: Path) -> bool:
    """Nobody else has it open: only then may SQLite give up its log."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
        try:
            db.execute("PRAGMA locking_mode=EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("COMMIT")
        except sqlite3.OperationalError:
            return False
        except sqlite3.DatabaseError:  # damaged: a reason to restore, not against it
            return True
    return True


def _run_tool(url: URL, command: Sequence[str]) -> None:
    tool = shutil.which(command[0])
    if tool is None:
        raise CopyRefused(
            f"{command[0]} is not on the PATH.",
            "Install PostgreSQL's client programs of the server's version.",
        )
    arguments = [
        tool,
        *command[1:],
        *(["--dbname", url.database or ""] if command[0] == "pg_restore" else []),
    ]
    done = subprocess.run(arguments, env=_environment(url), check=False, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise CopyRefused(f"the database's own tool failed: {lines[0]}")


def _environment(url: URL) -> dict[str, str]:
    """The address for PostgreSQL's own programs: a password among their arguments is for all to see."""
    given = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": str(url.port) if url.port else url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password is not None else None,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    return {**os.environ, **{name: value for name, value in given.items() if isinstance(value, str)}}
