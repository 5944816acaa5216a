from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, func, select

from nurture.clock import RealClock
from nurture.services.desk import Desk
from nurture.services.suppress import address_hmac, suppress, suppressed
from nurture.services.unsubscribe import unsubscribe
from nurture.store.session import Store
from nurture.store.tables import consents, events, suppressions
from tests.rows import HOME, Rows

CLOCK = RealClock()
SECRET = "a secret"


@pytest.fixture
def desk() -> Desk:
    return Desk(CLOCK, (SECRET,), HOME, "default")


def test_of_many_at_once_one_counts(store: Store, rows: Rows, desk: Desk) -> None:
    lead = rows.lead(email="ann@ours.example")
    with ThreadPoolExecutor(6) as threads:
        again = threads.map(
            lambda _: store.write_sync(unsubscribe, desk, lead, "guide", "one-click"), range(6)
        )
        assert sum(again) == 1
    for table in (events, consents, suppressions):
        query = select(func.count()).select_from(table)
        assert store.read_sync(Connection.scalar, query) == 1


def test_a_merged_lead_is_the_one_it_was_merged_into(store: Store, rows: Rows, desk: Desk) -> None:
    kept = rows.lead(email="kept@ours.example")
    merged = rows.lead(email=None, merged_into=kept)
    assert store.write_sync(unsubscribe, desk, merged, "guide", "page")
    assert store.read_sync(suppressed, [SECRET], "kept@ours.example") == "unsubscribed"
    assert store.read_sync(lambda conn: conn.scalar(select(events.c.lead_id))) == kept


def test_addresses_are_kept_as_hmacs_under_the_secret(store: Store) -> None:
    store.write_sync(suppress, CLOCK, SECRET, " Ann@Ours.example ", "complained")
    (row,) = store.read_sync(lambda conn: conn.execute(select(suppressions)).all())
    assert (
        row.address
        == address_hmac(SECRET, "ann@ours.example")
        == address_hmac(b"a secret", "ann@ours.example")
    )
    assert row.address != address_hmac("another", "ann@ours.example")
    assert "ann" not in str(tuple(row))


def test_a_retired_secret_still_suppresses(store: Store) -> None:
    store.write_sync(suppress, CLOCK, "old", "ann@ours.example", "unsubscribed")
    assert store.read_sync(suppressed, ["new", "old"], "ann@ours.example") == "unsubscribed"
    assert store.read_sync(suppressed, ["new"], "ann@ours.example") is None


def test_a_campaigns_suppression_is_for_that_campaign(store: Store) -> None:
    store.write_sync(suppress, CLOCK, SECRET, "ann@ours.example", "unsubscribed", "guide")
    assert store.read_sync(suppressed, [SECRET], "ann@ours.example", "guide") == "unsubscribed"
    assert store.read_sync(suppressed, [SECRET], "ann@ours.example", "trial") is None
    assert store.read_sync(suppressed, [SECRET], "ann@ours.example") is None


def test_suppressing_again_is_told(store: Store) -> None:
    given = (CLOCK, SECRET, "ann@ours.example")
    assert store.write_sync(suppress, *given, "bounced")
    assert not store.write_sync(suppress, *given, "bounced")
    assert store.write_sync(suppress, *given, "unsubscribed")
    assert not store.write_sync(suppress, *given, "bounced")  # the weightier reason stays
