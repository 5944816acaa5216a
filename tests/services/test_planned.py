"""What no event brings is seen by one question, so that rounds with nothing to do write nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert

from nurture.services.planned import Waiting, waiting
from nurture.store.columns import new_id
from nurture.store.tables import inbox, scans
from tests.fixtures.content import MONDAY, House

SCAN: dict[str, Any] = {"name": "every a", "began": MONDAY, "due": MONDAY}
BODY: dict[str, Any] = {
    "id": new_id(),
    "source": "ses",
    "key": "1",
    "body": b"{}",
    "received_at": MONDAY,
    "state": "new",
}


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        (scans, SCAN, Waiting(planned=True, others=False)),
        (scans, SCAN | {"due": MONDAY + timedelta(days=4000)}, Waiting(planned=False, others=False)),
        (scans, SCAN | {"due": None}, Waiting(planned=False, others=False)),
        (inbox, BODY, Waiting(planned=False, others=True)),
        (inbox, BODY | {"state": "read"}, Waiting(planned=False, others=False)),
    ],
)
async def test_what_waits_is_seen(house: House, table: Table, row: dict[str, Any], expected: Waiting) -> None:
    def only_this(conn: Connection) -> None:
        conn.execute(delete(scans))
        conn.execute(insert(table).values(row))

    await house.store.write(only_this)

    assert await house.store.read(waiting, house.desk) == expected
