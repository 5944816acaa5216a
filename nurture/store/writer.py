"""SQLite's one writer: a thread that groups the transactions that wait into one commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import OperationalError

T = TypeVar("T")
Job = tuple[Callable[[Connection], Any], "Future[Any]"]

GROUP = 200
BUSY_TRIES = 30


class Writer:
    """Each job has a savepoint of its own: one that fails takes nothing with it. Nobody waits for a group
    to fill;
    what comes in while a commit is under way makes the next group."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, fn: Callable[[Connection], T]) -> Future[T]:
        future: Future[T] = Future()
        self._jobs.put((fn, future))
        return future

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        with self._engine.connect() as conn:
            while (job := self._jobs.get()) is not None:
                group, ending = self._more(job)
                self._commit(conn, group)
                if ending:
                    return

    def _more(self, job: Job) -> tuple[list[Job], bool]:
        group = [job]
        while len(group) < GROUP:
            try:
                more = self._jobs.get_nowait()
            except queue.Empty:
                return group, False
            if more is None:
                return group, True
            group.append(more)
        return group, False

    def _commit(self, conn: Connection, group: list[Job]) -> None:
        # Whoever waits may be cancelled: from here on that does not reach the future any more.
        group = [(fn, future) for fn, future in group if future.set_running_or_notify_cancel()]
        for _ in range(BUSY_TRIES):
            try:
                with conn.begin() as whole:
                    if len(group) > 1:
                        done = [(future, *_attempt(conn, fn)) for fn, future in group]
                    else:  # needs no savepoint: what it wrote goes with the whole
                        done = [(future, *_alone(conn, fn, whole)) for fn, future in group]
            except OperationalError as error:
                if not _is_busy(error):
                    return _fail(group, error)
                busy = error
                continue
            for future, value, problem in done:
                if problem is None:
                    future.set_result(value)
                else:
                    future.set_exception(problem)
            return None
        return _fail(group, busy)


def _attempt(conn: Connection, fn: Callable[[Connection], Any]) -> tuple[Any, BaseException | None]:
    """In a savepoint that we name ourselves: those of SQLAlchemy have a new name each, and are compiled
    anew, which costs as much as the statements between them."""
    conn.exec_driver_sql("SAVEPOINT job")
    try:
        value = fn(conn)
    except Exception as problem:
        conn.exec_driver_sql("ROLLBACK TO job")
        conn.exec_driver_sql("RELEASE job")
        if _is_busy(problem):
            raise
        return None, problem
    conn.exec_driver_sql("RELEASE job")
    return value, None


def _alone(
    conn: Connection, fn: Callable[[Connection], Any], whole: Transaction
) -> tuple[Any, BaseException | None]:
    try:
        value = fn(conn)
    except Exception as problem:
        if whole.is_active:
            whole.rollback()
        if _is_busy(problem):
            raise
        return None, problem
    whole.commit()
    return value, None


def _fail(group: list[Job], error: BaseException) -> None:
    for _, future in group:
        future.set_exception(error)


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)
