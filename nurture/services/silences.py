"""Calls in vain by each account, one after the other, as this process has met them."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Silences:
    _met: Counter[str] = field(default_factory=Counter)
    _slowed: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, account: str) -> None:
        with self._lock:
            self._met.pop(account, None)

    def slowed(self, account: str) -> int:
        """Told to wait once more since it took a mail; how often it is now."""
        with self._lock:
            self._slowed[account] += 1
            return self._slowed[account]

    def took(self, account: str) -> None:
        if account in self._slowed:
            with self._lock:
                self._slowed.pop(account, None)

    def silent(self, account: str) -> int:
        """One more; how many it are now."""
        with self._lock:
            self._met[account] += 1
            return self._met[account]
