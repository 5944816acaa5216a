"""What our own column types write is what SQLAlchemy's would: files from before are read by us, and the other
way round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import DateTime, Uuid
from sqlalchemy.dialects.sqlite import pysqlite

from nurture.store.columns import Id, Utc, new_id

SQLITE = pysqlite.dialect()
INSTANTS = (
    datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    datetime(2026, 3, 2, 9, 0, 1, 7, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    datetime(1, 1, 1, tzinfo=UTC),
    None,
)


@pytest.mark.parametrize("instant", INSTANTS)
def test_an_instant_is_written_as_ever_and_comes_back_in_utc(instant: datetime | None) -> None:
    write, read = Utc().bind_processor(SQLITE), Utc().result_processor(SQLITE, None)
    theirs = DateTime().dialect_impl(SQLITE).bind_processor(SQLITE)
    assert theirs is not None
    plain = instant and instant.astimezone(UTC).replace(tzinfo=None)
    assert write(instant) == theirs(plain)
    assert read(write(instant)) == instant
    assert instant is None or read(write(instant)).tzinfo is UTC


def test_an_id_is_written_as_ever_and_comes_back_as_it_was() -> None:
    ours, theirs = Id.dialect_impl(SQLITE), Uuid(as_uuid=False).dialect_impl(SQLITE)
    write, read, expected = (
        ours.bind_processor(SQLITE),
        ours.result_processor(SQLITE, None),
        theirs.bind_processor(SQLITE),
    )
    assert write is not None
    assert read is not None
    assert expected is not None
    some = new_id()
    assert write(some) == expected(some)
    assert read(write(some)) == some
    assert read(None) is None
