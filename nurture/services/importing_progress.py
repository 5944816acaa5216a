"""How far an import has come, written with what it wrote: so a second run knows where to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Row, delete, insert, select, update

from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.store.columns import new_id
from nurture.store.tables import import_rows, imports
from nurture.store.upserts import insert_unless_there

LONGEST_REASON = 200


class AlreadyImporting(NurtureError):
    """Another process is importing the same file."""


def start(conn: Connection, clock: Clock, name: str, fingerprint: str) -> Row[tuple[object, ...]]:
    """The import of this file: where it was stopped, or at its beginning when it had ended."""
    now = clock.now(conn)
    new = {"id": new_id(), "name": name[:255], "fingerprint": fingerprint, "started_at": now}
    conn.execute(insert_unless_there(conn, imports, new))
    again = update(imports).where(imports.c.fingerprint == fingerprint, imports.c.state == "done")
    cleared = {"rows": 0, "created": 0, "updated": 0, "refused": 0, "state": "running", "ended_at": None}
    if conn.execute(again.values(started_at=now, **cleared)).rowcount:
        ours = select(imports.c.id).where(imports.c.fingerprint == fingerprint).scalar_subquery()
        conn.execute(delete(import_rows).where(import_rows.c.import_id == ours))
    return conn.execute(select(imports).where(imports.c.fingerprint == fingerprint)).one()


def move_on(
    conn: Connection,
    job: str,
    place: int,
    counts: Mapping[str, int],
    refused: Sequence[tuple[int, Sequence[str]]],
) -> None:
    """``place``: rows done before this part. ``refused``: (line, reasons). Raises AlreadyImporting."""
    moved = (
        update(imports)
        .where(imports.c.id == job, imports.c.rows == place)
        .values(
            rows=place + sum(counts[name] for name in ("created", "updated", "unchanged", "refused")),
            **{name: imports.c[name] + counts[name] for name in ("created", "updated", "refused")},
        )
    )
    if not conn.execute(moved).rowcount:
        raise AlreadyImporting("another process is importing this file", "let it come to its end")
    if refused:
        rows = [
            {"import_id": job, "line": line, "reason": "; ".join(reasons)[:LONGEST_REASON]}
            for line, reasons in refused
        ]
        conn.execute(insert(import_rows), rows)


def finish(conn: Connection, clock: Clock, job: str) -> Row[tuple[object, ...]]:
    conn.execute(update(imports).where(imports.c.id == job).values(state="done", ended_at=clock.now(conn)))
    return conn.execute(select(imports).where(imports.c.id == job)).one()
