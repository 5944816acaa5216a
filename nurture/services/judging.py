"""Telling people's events from machines', by all that was asked for of the same mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from crawleruseragents import is_crawler
from sqlalchemy import Connection, Row, select

from nurture.domain.machines import Hit, Judged, Verdict
from nurture.domain.machines import judge as judge_hits
from nurture.store.tables import events, sends

JUDGED = ("email.clicked", "email.opened")
HUMAN = Verdict(Judged.HUMAN)


def judge(conn: Connection, rows: Sequence[Row[Any]]) -> tuple[Mapping[int, Verdict], Mapping[int, Verdict]]:
    """Event id -> verdict, and the same of earlier events whose verdict is another by what came since. Only
    clicks and opens are in doubt; all others are what they say."""
    turned: dict[int, Verdict] = {}
    verdicts = {row.id: HUMAN for row in rows}
    doubtful = {row.send_id for row in rows if row.type in JUDGED and row.send_id}
    for send_id in sorted(doubtful):
        for event_id, verdict, before in _of_mail(conn, send_id):
            if event_id in verdicts:
                verdicts[event_id] = verdict
            elif before is not None and before != str(verdict.judged):
                turned[event_id] = verdict
    return verdicts, turned


def _of_mail(conn: Connection, send_id: str) -> Iterator[tuple[int, Verdict, str | None]]:
    """Each hit with its verdict by all of them, and the one that it has."""
    mail = conn.execute(
        select(sends.c.sent_at, sends.c.created_at, sends.c.links).where(sends.c.id == send_id)
    ).one()
    hits = conn.execute(
        select(events.c.id, events.c.type, events.c.data, events.c.occurred_at, events.c.verdict)
        .where(events.c.send_id == send_id, events.c.type.in_(JUDGED))
        .order_by(events.c.id)
    ).all()
    sent = mail.sent_at or mail.created_at
    found = judge_hits(
        [_hit(row, (row.occurred_at - sent).total_seconds()) for row in hits],
        links=len(mail.links or []),
        looks_like_machine=looks_like_machine,
    )
    yield from ((row.id, verdict, row.verdict) for row, verdict in zip(hits, found, strict=True))


def _hit(row: Any, after: float) -> Hit:
    data = row.data or {}
    return Hit(
        method=str(data.get("method", "GET")),
        agent=str(data.get("agent", "")),
        link=data.get("link") if row.type == "email.clicked" else None,
        after=after,
        ip=str(data.get("ip", "")),
        honeypot=bool(data.get("honeypot", False)),
    )


@lru_cache(maxsize=4096)
def looks_like_machine(agent: str) -> bool:
    return bool(is_crawler(agent))
