"""Every row of the bench: one file and one line here each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from nurture.bench.figures import Figure
from nurture.bench.plan import Plan
from nurture.bench.rows import (
    actions,
    events,
    inbox,
    journeys,
    open_rows,
    scoring,
    sends,
    simulation,
    sleeping,
)


class Row(NamedTuple):
    measure: Callable[[Plan], Awaitable[list[Figure]]]
    help: str


ROWS: Mapping[str, Row] = {
    "journeys": Row(journeys.measure, "Journeys a second, against a hand-written workflow."),
    "actions": Row(actions.measure, "Temporal's billable actions of a journey."),
    "sends": Row(sends.measure, "Mails a second of the delivery layer."),
    "events": Row(events.measure, "Events accepted a second, and until they are scored."),
    "scoring": Row(scoring.measure, "How far scoring is behind, and what another policy takes."),
    "open": Row(open_rows.measure, "What a wake, a send and an event cost among many open journeys."),
    "simulation": Row(simulation.measure, "Leads a second in a forecast."),
    "inbox": Row(inbox.measure, "A page of the inbox at 100,000 tasks, against 1,000."),
    "sleeping": Row(sleeping.measure, "Bytes in Temporal per sleeping lead."),
}
