"""Leads with a past, and two policies that score it, for the row about scoring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, inspect

from nurture.bench.campaign import DICTIONARY, MESSAGES
from nurture.bench.sides import add_leads
from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.store.bulk import insert_many
from nurture.store.session import Store
from nurture.store.tables import events

KNOWN = {
    **DICTIONARY,
    "happenings": {"prices": {"event": "page.viewed", "path": "/prices*"}},
    "segments": {"warm": "score >= 30"},
}
POLICY: Mapping[str, Any] = {
    "half_life": "30d",
    "rules": {
        "prices": {"on": "prices", "points": 5, "cap": 30},
        "careers": {"on": "page.viewed", "match": {"path": "/careers*"}, "points": -10, "cap": 20},
        "form": {"on": "form.submitted", "points": 15, "cap": 45},
        "webinar": {"on": "webinar.attended", "points": 3, "cap": 15},
    },
    "fit": {"retail": {"field": "lead.industry", "is": "retail", "points": 10}},
    "thresholds": {"MQL": 60},
}
CHANGED: Mapping[str, Any] = {
    **POLICY,
    "rules": {**POLICY["rules"], "prices": {"on": "prices", "points": 8, "cap": 40}},
}
KINDS: Sequence[tuple[str, Mapping[str, Any]]] = (
    *[("page.viewed", {"path": "/blog/something"})] * 11,
    *[("page.viewed", {"path": "/prices"})] * 4,
    ("page.viewed", {"path": "/careers/here"}),
    *[("webinar.attended", {})] * 3,
    ("form.submitted", {"form": "guide"}),
)
"""Twenty things that people do; nine of them count."""
CAMPAIGN: Mapping[str, Any] = {
    "campaign": "warm",
    "enrol": {},
    "steps": [{"wait": "up to 30d", "until": "score >= 60"}, {"send": MESSAGES[0]}, {"end": "done"}],
}
"""Its journeys are asked whenever the score of their lead moves."""
DAYS = 90
CHUNK = 2_000


class NotEmpty(NurtureError):
    def __init__(self) -> None:
        super().__init__("The database that was named has tables.", "Give the address of an empty one.")


def refuse_a_full_one(conn: Connection) -> None:
    if inspect(conn).get_table_names():
        raise NotEmpty


def add_people(store: Store, desk: Desk, count: int) -> list[str]:
    """Their ids."""
    sizes = [min(CHUNK, count - first) for first in range(0, count, CHUNK)]
    return [lead for size in sizes for lead in store.write_sync(add_leads, desk, size)]


def add_past(store: Store, desk: Desk, people: Sequence[str], each: int) -> None:
    """``each``: events of one lead, as if the relay had looked at them while nothing was scored."""
    rows = _past(people, each, store.read_sync(desk.clock.now))
    while some := list(islice(rows, CHUNK)):
        store.write_sync(insert_many, events, some)


def _past(people: Sequence[str], each: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(each):
        for place, lead in enumerate(people):
            kind, data = KINDS[(number + place) % len(KINDS)]
            at = now - timedelta(days=DAYS) * ((number + place / len(people)) / each)
            times = dict.fromkeys(("occurred_at", "received_at", "judge_at", "looked_at"), at)
            told = {"source": "past", "key": f"{lead}/{number}", "type": kind, "lead_id": lead}
            yield {**told, **times, "data": dict(data), "verdict": "human"}
