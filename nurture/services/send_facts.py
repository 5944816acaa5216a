"""What became of the mails of a journey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from nurture.domain.facts import Click, SendFact
from nurture.domain.utm import untagged
from nurture.store.tables import sends

READ = ("id", "step", "visit", "state", "sent_at", "created_at", "links", "link_names")
_SENDS = (
    select(*(sends.c[name] for name in READ))
    .where(sends.c.journey_id == bindparam("journey"), sends.c.step != "")
    .order_by(sends.c.visit)
)


def sends_of(conn: Connection, journey: Row[Any], rows: Sequence[Row[Any]]) -> Mapping[str, SendFact]:
    """The latest send of each step, with what people did with it."""
    by_send = defaultdict(list)
    for row in rows:
        if row.send_id and row.looked_at and row.verdict != "machine":
            by_send[row.send_id].append(row)
    rows_of = conn.execute(_SENDS, {"journey": journey.id})
    return {row.step: _send_fact(row, by_send[row.id]) for row in rows_of}


def _send_fact(row: Row[Any], happened: Sequence[Row[Any]]) -> SendFact:
    fact = SendFact(row.step, row.visit, row.state, row.sent_at or row.created_at)
    first: dict[str, datetime] = {}
    for event in happened:
        first.setdefault(event.type, event.occurred_at)
    links, names = row.links or [], row.link_names or {}
    return replace(
        fact,
        opened=first.get("email.opened") or first.get("email.clicked"),
        clicks=[
            Click(event.occurred_at, _link(links, event.data), names.get(str(event.data.get("link")), ""))
            for event in happened
            if event.type == "email.clicked"
        ],
        replied=first.get("email.replied"),
        bounced=row.state == "bounced" or "email.bounced" in first,
        answers=[
            (event.occurred_at, str(event.data.get("answer", "")))
            for event in happened
            if event.type == "survey.answered"
        ],
    )


def _link(links: Sequence[str], data: Mapping[str, Any]) -> str:
    index = data.get("link", -1)
    return untagged(links[index]) if isinstance(index, int) and 0 <= index < len(links) else ""
