"""How far it has come: a bar on a terminal, a line for every day elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from nurture.demo.house import BEGAN, Wanted
from nurture.demo.performing import Scene, Show

PLAIN_EVERY = 3.0
"""Seconds at least between two plain lines."""


@contextmanager
def showing(wanted: Wanted) -> Iterator[Show]:
    if sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task("getting ready", total=wanted.days)
            yield lambda scene: bar.update(task, completed=_day(scene), description=_line(scene, wanted))
        return
    yield _Plain(wanted).show


class _Plain:
    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._shown = -1
        self._next = 0.0

    def show(self, scene: Scene) -> None:
        day = int(_day(scene))
        if day > self._shown and (time.monotonic() >= self._next or day >= self._wanted.days):
            self._shown, self._next = day, time.monotonic() + PLAIN_EVERY
            print(_line(scene, self._wanted), file=sys.stderr, flush=True)


def _bar() -> Progress:
    parts = (TextColumn("{task.description}"), BarColumn(bar_width=12), TimeElapsedColumn())
    return Progress(*parts, console=Console(stderr=True, highlight=False))


def _line(scene: Scene, wanted: Wanted) -> str:
    day = min(int(_day(scene)) + 1, wanted.days)
    return (
        f"day {day:>2}/{wanted.days}  {scene.mails:,} mails  {scene.events:,} events"
        f"  {scene.tasks:,} tasks  {scene.ended:,} ended"
    )


def _day(scene: Scene) -> float:
    return (scene.now - BEGAN).total_seconds() / 86_400
