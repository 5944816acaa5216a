"""Calls in vain by each account, one after the other, as this process has met them."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Silences:
    _met: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, account: str) -> None:
        with self._lock:
            self._met.pop(account, None)

    def silent(self, account: str) -> int:
        """One more; how many it are now."""
        with self._lock:
            self._met[account] += 1
            return self._met[account]
