"""Opening a file while others do."""

import sqlite3
import threading
from pathlib import Path

from sqlalchemy import make_url

from nurture.store.engines import CACHE, sqlite_engines


def test_a_file_that_another_connection_has_for_itself_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "nurture.db"
    other = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    other.execute("CREATE TABLE t (x)")
    other.execute("BEGIN IMMEDIATE")

    def ends() -> None:
        other.execute("COMMIT")
        other.close()

    threading.Timer(0.3, ends).start()
    reading, writing = sqlite_engines(make_url(f"sqlite:///{file}"))
    with reading.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    reading.dispose()
    writing.dispose()


def test_the_writer_alone_keeps_much_of_the_file_in_memory(tmp_path: Path) -> None:
    found = []
    for engine in (engines := sqlite_engines(make_url(f"sqlite:///{tmp_path / 'nurture.db'}"))):
        with engine.connect() as conn:
            found.append(conn.exec_driver_sql("PRAGMA cache_size").scalar())
            assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL"
    for engine in engines:
        engine.dispose()
    assert found[1] == -CACHE != found[0]
