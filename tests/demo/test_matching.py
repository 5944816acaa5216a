from __future__ import annotations

import pytest

from nurture.demo.matching import match
from nurture.store.session import Store
from tests.rows import Rows


@pytest.fixture
def rows(sqlite_store: Store) -> Rows:
    made = Rows(sqlite_store)
    made.installed()
    made.campaign()
    return made


def send(rows: Rows, number: int, state: str = "sent", **given: object) -> None:
    lead = rows.lead()
    rows.send(lead, rows.journey(lead), state=state, **{"message_id": f"<{number}@ours>", **given})


def test_each_sent_row_has_its_mail_and_the_others_stand_apart(rows: Rows) -> None:
    for number in (1, 2):
        send(rows, number)
    send(rows, 3, "unknown")
    send(rows, 4, "unknown")
    send(rows, 5, "bounced")
    send(rows, 6, "bounced", message_id=None)
    found = rows.store.read_sync(match, ["<1@ours>", "<2@ours>", "<3@ours>"])
    assert found.holds
    assert (found.sent, found.caught, found.both, found.bounced, found.unknown) == (2, 3, 2, 2, 2)


@pytest.mark.parametrize(
    ("caught", "broken"),
    [
        (["<1@ours>"], "not_caught"),
        (["<1@ours>", "<2@ours>", "<9@ours>"], "not_in_ledger"),
        (["<1@ours>", "<2@ours>", "<2@ours>"], "twice"),
    ],
)
def test_what_does_not_match_is_seen(rows: Rows, caught: list[str], broken: str) -> None:
    for number in (1, 2):
        send(rows, number)
    found = rows.store.read_sync(match, caught)
    assert not found.holds
    assert getattr(found, broken) == 1
