"""What filling in one text may take, counted while it is done: turns of loops, letters made, time."""

from collections.abc import Mapping
from time import thread_time
from typing import Any

LONGEST_TEXT = 512 * 1024
MOST_MADE = 16 * 1024 * 1024
"""Letters and parts of lists that filters and sums of one text make, all together."""
MOST_TURNS = 20_000
"""Of all loops of one text together."""
LONGEST_WORK = 0.5
"""Seconds of its thread's work that one text may take; the shipped ones take a hundredth of that."""
EACH = 16
"""What one part of a list weighs, in letters."""
WORK = "nurture work"
"""The name, not speakable in a template, under which a rendering has its own."""


class Refused(Exception):
    """A limit of the sandbox. The message names no value."""


class Work:
    __slots__ = ("_began", "_made", "_turns")

    def __init__(self) -> None:
        self._turns = self._made = 0
        self._began = thread_time()

    def turn(self) -> None:
        self._turns += 1
        if self._turns > MOST_TURNS:
            raise Refused(f"loops turn more than {MOST_TURNS} times")
        if thread_time() - self._began > LONGEST_WORK:
            raise Refused("its loops take too long")

    def made(self, value: Any) -> Any:
        """The value, counted."""
        self._made += len(value) if type(value) is str else weight(value)
        if self._made > MOST_MADE:
            raise Refused(f"more than {MOST_MADE >> 20} MiB of text are made on the way")
        if thread_time() - self._began > LONGEST_WORK:
            raise Refused("its filters take too long")
        return value


def weight(value: Any) -> int:
    """About how many letters it is when it is printed: lists in lists grow with each other, and take no
    memory before. Raises Refused."""
    weighed, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        weighed += EACH + (len(one) if isinstance(one, str) else 0)
        if weighed > LONGEST_TEXT:
            raise Refused(f"a list holds more than {LONGEST_TEXT // 1024} KiB")
        if isinstance(one, Mapping):
            waiting.extend((*one.keys(), *one.values()))
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)
    return weighed
