"""Everything that stops all sending: a hold, a copy, a restore whose gap is open."""

from __future__ import annotations

import pytest

from nurture.clock import RealClock
from nurture.services.hold import NotHeld, ReasonWrong, hold, release, standstill
from nurture.store.session import Store
from nurture.store.tables import installation
from tests.rows import HOME, Rows

CLOCK = RealClock()


def stopped(rows: Rows, base_url: str = HOME, namespace: str = "default") -> str | None:
    found = rows.store.read_sync(standstill, base_url, namespace)
    return found.kind if found else None


def test_a_hold_stops_until_it_is_released(rows: Rows) -> None:
    assert stopped(rows) is None
    rows.store.write_sync(hold, CLOCK, "wrong prices\n in the mail ")
    assert stopped(rows) == "held"
    reason, since = rows.store.write_sync(release)
    assert reason == "wrong prices in the mail"
    assert (rows.now - since).total_seconds() < 10
    assert stopped(rows) is None


def test_a_second_hold_changes_the_reason(rows: Rows) -> None:
    for reason in ("one", "two"):
        rows.store.write_sync(hold, CLOCK, reason)
    assert rows.store.write_sync(release)[0] == "two"
    assert stopped(rows) is None


def test_a_release_of_nothing_is_an_error(rows: Rows) -> None:
    with pytest.raises(NotHeld):
        rows.store.write_sync(release)


@pytest.mark.parametrize("reason", ["", " \n", "x" * 301])
def test_a_hold_needs_a_reason(rows: Rows, reason: str) -> None:
    with pytest.raises(ReasonWrong):
        rows.store.write_sync(hold, CLOCK, reason)
    assert stopped(rows) is None


def test_a_copy_stops_and_a_hold_hides_it_not(rows: Rows) -> None:
    rows.store.write_sync(hold, CLOCK, "a pause")
    assert stopped(rows, base_url="http://127.0.0.1:9000") == "copy"
    assert stopped(rows, namespace="other") == "copy"


def test_a_restore_stops_until_its_gap_is_reconciled(store: Store) -> None:
    rows = Rows(store)
    restored = rows.ago(minutes=10)
    rows.installed(restored_at=restored, restored_from=rows.ago(hours=1))
    assert stopped(rows) == "restored"
    rows.store.write_sync(lambda conn: conn.execute(installation.update().values(reconciled_at=rows.now)))
    assert stopped(rows) is None


def test_what_was_never_started_is_not_stopped(store: Store) -> None:
    assert stopped(Rows(store)) is None
