"""Who opened and clicked the mails of a campaign: people and machines, message by message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, distinct, func, select

from nurture.store.tables import events, sends

WHAT = {"email.opened": ("opened", "opens"), "email.clicked": ("clicked", "clicks")}
WHO = {"human": "people", "machine": "machines"}


@dataclass
class Visitors:
    """Of one message of one step. A mail may be opened by both; what waits for its verdict is in neither.

    ``opened`` and ``clicked`` count mails, ``opens`` and ``clicks`` each time."""

    step: str
    message: str
    opened_by_people: int = 0
    opened_by_machines: int = 0
    clicked_by_people: int = 0
    clicked_by_machines: int = 0
    opens_by_people: int = 0
    opens_by_machines: int = 0
    clicks_by_people: int = 0
    clicks_by_machines: int = 0


def visitors(conn: Connection, campaign: str, order: Iterable[str] = ()) -> list[Visitors]:
    """``order``: step names as the file has them; others follow."""
    rows = conn.execute(
        select(
            sends.c.step,
            sends.c.message,
            events.c.type,
            events.c.verdict,
            func.count(distinct(sends.c.id)),
            func.count(),
        )
        .join(events, events.c.send_id == sends.c.id)
        .where(sends.c.campaign == campaign, events.c.type.in_(WHAT), events.c.verdict.in_(WHO))
        .group_by(sends.c.step, sends.c.message, events.c.type, events.c.verdict)
    )
    found: dict[tuple[str, str], Visitors] = {}
    for step, message, kind, verdict, mails, times in rows:
        one = found.setdefault((step, message), Visitors(step, message))
        for what, count in zip(WHAT[kind], (mails, times), strict=True):
            setattr(one, f"{what}_by_{WHO[verdict]}", count)
    place = {name: number for number, name in enumerate(order)}
    return sorted(found.values(), key=lambda one: (place.get(one.step, len(place)), one.step, one.message))
