"""Telling people's events from machines', by all that was asked for of the same mail."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.delivery.agents import looks_like_machine
from nurture.domain.machines import Hit, Judged, Verdict
from nurture.domain.mail_events import Told
from nurture.domain.scanning import judge as judge_hits
from nurture.services.crowds import Crowds
from nurture.services.networks import SMALL
from nurture.store.tables import events, provider_events, sends

CLICKED, OPENED = "email.clicked", "email.opened"
JUDGED = (CLICKED, OPENED)
HUMAN = Verdict(Judged.HUMAN)
SAME = timedelta(seconds=10)
"""How far apart the provider and we may note one and the same request."""
FLAGS = {Told.CLICKED: CLICKED, Told.OPENED: OPENED}


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


def judge_mail(conn: Connection, send_id: str) -> Mapping[int, Verdict]:
    """Of the events of one mail those whose verdict is another than it was."""
    found = _of_mail(conn, send_id)
    return {one: verdict for one, verdict, before in found if before and before != str(verdict.judged)}


@dataclass(frozen=True)
class Context:
    """What is known of one mail beside its hits."""

    sent: datetime
    delivered: datetime | None
    flags: Collection[tuple[str, datetime]]
    """What the provider holds for a machine's: kind and time."""

    def flagged(self, kind: str, at: datetime) -> bool:
        return any(kind == flag and abs(at - when) <= SAME for flag, when in self.flags)


def _of_mail(conn: Connection, send_id: str) -> Iterator[tuple[int, Verdict, str | None]]:
    """Each hit with its verdict by all of them, and the one that it has."""
    columns = (sends.c.lead_id, sends.c.sent_at, sends.c.created_at, sends.c.links)
    mail = conn.execute(select(*columns).where(sends.c.id == send_id)).one()
    hits = conn.execute(
        select(events.c.id, events.c.type, events.c.data, events.c.occurred_at, events.c.verdict)
        .where(events.c.send_id == send_id, events.c.type.in_(JUDGED))
        .order_by(events.c.id)
    ).all()
    context = _context(conn, send_id, mail.sent_at or mail.created_at)
    crowds = Crowds.of(conn, mail.lead_id, [row.occurred_at for row in hits if row.type == CLICKED])
    found = judge_hits(
        [_hit(row, context, crowds) for row in hits],
        links=len(mail.links or []),
        looks_like_machine=looks_like_machine,
    )
    yield from ((row.id, verdict, row.verdict) for row, verdict in zip(hits, found, strict=True))


def _context(conn: Connection, send_id: str, sent: datetime) -> Context:
    columns = (provider_events.c.told, provider_events.c.machine, provider_events.c.occurred_at)
    told = conn.execute(select(*columns).where(provider_events.c.send_id == send_id)).all()
    delivered = [row.occurred_at for row in told if row.told == Told.DELIVERED]
    flags = [(FLAGS[Told(row.told)], row.occurred_at) for row in told if row.machine and row.told in FLAGS]
    return Context(sent, min(delivered, default=None), flags)


def _hit(row: Any, context: Context, crowds: Crowds) -> Hit:
    data, at, ip = row.data or {}, row.occurred_at, str((row.data or {}).get("ip", ""))
    nets = data.get("nets") or ()
    return Hit(
        method=str(data.get("method", "GET")),
        agent=str(data.get("agent", "")),
        link=data.get("link") if row.type == CLICKED else None,
        after=(at - context.sent).total_seconds(),
        ip=ip,
        net=str(nets[SMALL]) if len(nets) > SMALL else "",
        honeypot=bool(data.get("honeypot", False)),
        delivered=(at - context.delivered).total_seconds() if context.delivered else None,
        speaks=bool(data.get("speaks", True)),
        flagged=context.flagged(row.type, at),
        scanner=bool(data.get("scanner", False)),
        crowd=row.type == CLICKED and crowds.around(ip, at),
    )
