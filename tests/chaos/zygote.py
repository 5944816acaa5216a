"""A fork server: imports everything once and forks workers, before any thread or runtime has started.

A line of orders on stdin starts one and is answered by ``{"started": pid}``; its end is told by
``{"ended": pid, "code": code}``.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys

import anyio._backends._asyncio
import httpcore
import psycopg

from tests.chaos.child import work_on
from tests.chaos.orders import Orders

WARM = (anyio._backends._asyncio, httpcore, psycopg)
"""Imported late by those who use them, and here once for all."""


def main() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    children: set[int] = set()
    say({"ready": os.getpid()})
    buffer = b""
    while True:
        ready, _, _ = select.select([0, reading], [], [])
        if reading in ready:
            os.read(reading, 1000)
            bury(children)
        if 0 in ready:
            if not (chunk := os.read(0, 65536)):
                break
            *lines, buffer = (buffer + chunk).split(b"\n")
            for line in lines:
                children.add(fork(line.decode(), writing))
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def fork(line: str, wakeup: int) -> int:
    pid = os.fork()
    if pid:
        say({"started": pid})
        return pid
    signal.set_wakeup_fd(-1)
    os.close(wakeup)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    code = 1
    try:
        work_on(Orders.from_line(line))
        code = 0
    finally:
        if code:
            sys.excepthook(*sys.exc_info())
        os._exit(code)


def bury(children: set[int]) -> None:
    for pid in list(children):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            children.discard(pid)
            say({"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def say(message: dict[str, int]) -> None:
    os.write(1, (json.dumps(message) + "\n").encode())


if __name__ == "__main__":
    main()
