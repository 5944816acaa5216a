"""Webhooks between our door and the ledger: read once, in parts, with what cannot be read set aside."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from nurture.delivery.providers.sendgrid import SendGridHook
from nurture.http import Http
from nurture.relay.hooks import HooksRound
from nurture.services.hooks import forget, keep
from nurture.store.tables import inbox, provider_events
from tests.fixtures.content import MONDAY, House


def events_of(many: int, **odd: Any) -> bytes:
    batch: list[Any] = [{"event": "delivered", "sg_event_id": f"e-{number}"} for number in range(many)]
    for number, value in odd.items():
        batch[int(number[1:])] = value
    return json.dumps(batch).encode()


def put(house: House, number: str, body: bytes) -> str:
    return str(house.do(keep, house.desk, "sendgrid", number, {"authorization": "Basic x"}, body))


def counted(house: House) -> int:
    return int(house.do(lambda conn: conn.scalar(select(func.count()).select_from(provider_events))))


async def rounds(house: House) -> int:
    work = HooksRound(house.store, house.desk, SendGridHook([]), Http())
    count = 0
    while await work.round():
        count += 1
    await work.close()
    return count


async def test_one_bad_event_is_set_aside_and_the_rest_goes_through(house: House) -> None:
    assert put(house, "1", events_of(450, n7="what is this")) == "new"
    assert await rounds(house) == 1
    assert counted(house) == 449
    row: Any = house.do(lambda conn: conn.execute(select(inbox)).one())
    assert (row.state, row.headers) == ("odd", {})
    assert put(house, "1", events_of(450, n7="what is this")) == "again"
    assert put(house, "1", events_of(3)) == "other"
    assert put(house, "2", events_of(460)) == "new"  # the provider's own repetition, in another batch
    assert await rounds(house) == 1
    assert counted(house) == 460


async def test_a_crash_between_two_parts_loses_and_doubles_nothing(house: House) -> None:
    class Crash(Exception):
        """The process ends here."""

    def crash(point: str) -> None:
        if point == "hooks/taken":
            raise Crash

    put(house, "1", events_of(450))
    house.desk.reached = crash
    for expected in (200, 200):
        try:
            await rounds(house)
        except Crash:
            assert counted(house) == expected
    house.desk.reached = lambda _point: None
    assert await rounds(house) == 1
    assert counted(house) == 450


async def test_bodies_are_emptied_after_a_month_and_stay_known(house: House) -> None:
    body = events_of(1)
    put(house, "1", body)
    await rounds(house)
    assert house.do(forget, house.desk) == 0
    house.do(lambda conn: conn.execute(inbox.update().values(handled_at=MONDAY - timedelta(days=31))))
    assert [house.do(forget, house.desk) for _ in range(2)] == [1, 0]
    assert put(house, "1", body) == "again"
