"""What this process has handed over and not yet written down: every mail counts, and few pay for it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

MOST, SECONDS = 50, 10.0
"""So many mails, or so long after the first of them, and they are written. A process that dies takes them
with it: the breakers then know of a few mails less."""


@dataclass
class Tally:
    _handed: Counter[str] = field(default_factory=Counter)
    _since: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, account: str) -> dict[str, int]:
        """One more by this account; what is to be written now: nothing, mostly."""
        with self._lock:
            if not self._handed:
                self._since = time.monotonic()
            self._handed[account] += 1
            if self._handed.total() < MOST and time.monotonic() - self._since < SECONDS:
                return {}
            due, self._handed = dict(self._handed), Counter()
            return due

    def take(self) -> dict[str, int]:
        with self._lock:
            due, self._handed = dict(self._handed), Counter()
            return due
