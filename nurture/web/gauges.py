"""The numbers that Prometheus reads: what this process took in, and how the database stands."""

from __future__ import annotations

import collections
import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge

from nurture.store.queries.standing import Standing, standing
from nurture.store.session import Store

FRESH = 10.0
"""Seconds for which the database is not asked again, however often we are."""


class Metrics:
    """A registry of its own, so that several apps can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter(
            "nurture_events", "Events that came in, by result", ["result"], registry=self.registry
        )
        self._gauges = {
            "sends": self._gauge("nurture_sends", "Rows of the send ledger, by state", "state"),
            "journeys": self._gauge("nurture_journeys", "Journeys, by state", "state"),
            "handoffs": self._gauge("nurture_handoffs_open", "Open sales tasks, by team", "team"),
            "outbox": self._gauge("nurture_outbox_open", "Rows waiting to be told, by kind", "kind"),
        }
        self._unseen = Gauge(
            "nurture_events_not_looked_at", "Events that the relay may look at and has not",
            registry=self.registry,
        )  # fmt: skip
        self._until = 0.0

    def count(self, results: Iterable[str]) -> None:
        for result, number in collections.Counter(results).items():
            self._events.labels(result).inc(number)

    async def refresh(self, store: Store) -> None:
        if time.monotonic() >= self._until:
            self._show(await store.read(standing))
            self._until = time.monotonic() + FRESH

    def _show(self, found: Standing) -> None:
        for name, gauge in self._gauges.items():
            gauge.clear()
            for label, number in getattr(found, name).items():
                gauge.labels(label).set(number)
        self._unseen.set(found.events_open)

    def _gauge(self, name: str, text: str, label: str) -> Gauge:
        return Gauge(name, text, [label], registry=self.registry)
