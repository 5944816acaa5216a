from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection, select, update

from nurture.domain.machines import Judged, Verdict
from nurture.services.judging import judge
from nurture.store.session import Store
from nurture.store.tables import accounts, events, provider_events
from tests.rows import Rows

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def clicked(rows: Rows, lead: str, send: str, at: datetime, **data: object) -> int:
    seen = {"method": "GET", "agent": FIREFOX, "ip": "a", "link": 0, **data}
    return rows.event(lead, type="email.clicked", send_id=send, occurred_at=at, looked_at=None, data=seen)


def told(rows: Rows, send: str, lead: str, kind: str, at: datetime, *, machine: bool = False) -> None:
    row = {"provider": "sendgrid", "key": str(uuid4()), "told": kind, "machine": machine}
    rows.put(provider_events, **row, send_id=send, lead_id=lead, occurred_at=at, received_at=at)


def verdict(store: Store, event: int) -> Verdict:
    def read(conn: object) -> Verdict:
        row = conn.execute(select(events).where(events.c.id == event)).one()  # type: ignore[attr-defined]
        return judge(conn, [row])[0][event]  # type: ignore[arg-type]

    return store.read_sync(read)


@pytest.mark.parametrize(
    ("kind", "apart", "machine", "reasons"),
    [
        ("clicked", 3, True, ("provider-flag",)),
        ("clicked", 30, True, ()),
        ("opened", 3, True, ()),
        ("delivered", 1, False, ("too-soon",)),
        ("delivered", 30, False, ()),
    ],
)
def test_what_the_provider_tells_counts(
    store: Store, rows: Rows, kind: str, apart: float, machine: bool, reasons: tuple[str, ...]
) -> None:
    lead = rows.lead()
    send, at = rows.send(lead, links=["https://ours.example"]), rows.ago(minutes=5)
    event = clicked(rows, lead, send, at)
    told(rows, send, lead, kind, at - timedelta(seconds=apart), machine=machine)
    assert verdict(store, event).reasons == reasons


@pytest.mark.parametrize(
    ("who", "more", "reasons"), [(5, {}, ("crowd",)), (4, {}, ()), (5, {"within": True}, ())]
)
def test_a_company_that_clicks_as_one_is_its_gateway(
    store: Store, rows: Rows, who: int, more: dict[str, bool], reasons: tuple[str, ...]
) -> None:
    at = rows.ago(minutes=5)
    account = rows.put(
        accounts,
        domain="theirs.example",
        created_at=at,
    )
    people = [rows.lead(account_id=account) for _ in range(who)]
    for number, lead in enumerate(people):
        send = rows.send(lead, links=["https://ours.example"])
        event = clicked(rows, lead, send, at + timedelta(seconds=10 * number), **more)
    assert verdict(store, event).reasons == reasons


def test_a_touch_of_the_hidden_link_turns_the_clicks_of_its_network_over(store: Store, rows: Rows) -> None:
    lead = rows.lead()
    at = rows.ago(minutes=90)
    send = rows.send(lead, links=["https://ours.example"] * 4, sent_at=at - timedelta(hours=1))
    near, far = [f"{bits}/s" for bits in range(8)], [f"{bits}/hers" for bits in range(8)]
    first = clicked(rows, lead, send, at, nets=near, agent="Chrome")
    hers = clicked(rows, lead, send, at, ip="hers", nets=far, agent="Safari", link=1)
    taken_for_people = update(events).where(events.c.id.in_((first, hers))).values(verdict="human")
    store.write_sync(lambda conn: conn.execute(taken_for_people))
    touch = clicked(rows, lead, send, at + timedelta(minutes=50), ip="b", nets=near, honeypot=True, link=-1)

    def read(conn: Connection) -> tuple[Mapping[int, Verdict], Mapping[int, Verdict]]:
        return judge(conn, conn.execute(select(events).where(events.c.id == touch)).all())

    found = Verdict(Judged.MACHINE, ("honeypot",))
    assert store.read_sync(read) == ({touch: found}, {first: found})
