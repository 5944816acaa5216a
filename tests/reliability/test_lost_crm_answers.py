"""R4 for a CRM: calls that it has done, and whose answers are cut off; commits of ours that are done, and
reported as broken. Each lead is there once, with one task, and nothing waits in the end."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import OperationalError

from nurture.demo.crms.server import HALF_CLOSED, Fault
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import outbox, rates
from tests.amount import FULL, examples
from tests.contracts.crms import FAKES
from tests.reliability.cutting import cutting
from tests.services.crm_world import world

SEED = 20261122
LEADS = examples(6, 500)
LOST = 1 / examples(4, 20)
"""Share of the calls whose answer is lost, and of the commits whose success is not told."""
ROUNDS = 400
WRONG = outbox.c.error.is_not(None)
CRMS = ["hubspot", "pipedrive", "salesforce"] if FULL else ["pipedrive"]  # the one that cannot upsert


class Cuts(deque[Fault]):
    """In place of a fake's list of faults: one for some of the calls."""

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self.lost = 0
        self._dice = dice

    def __iter__(self) -> Iterator[Fault]:
        if self._dice.random() < LOST:
            self.lost += 1
            yield Fault(HALF_CLOSED, after=True)

    def remove(self, value: Fault) -> None:
        """It was used."""


@pytest.mark.parametrize("name", CRMS)
async def test_each_lead_has_one_task_there(postgres_url: str, name: str) -> None:
    bench: Any = FAKES[name]()
    cuts = bench.fake.moods.faults = Cuts(Random(f"{SEED} {name}"))
    rounds = broken = 0
    store = Store(postgres_url)
    with cutting(postgres_url, Random(SEED)) as line:
        async with world(store, bench, name) as here:
            people = [here.lead(f"p{number}@x.example") for number in range(LEADS)]
            for lead in people:
                here.task(lead)
                here.tell(lead, "score", f"{lead}/score", score=70)
            here.store, line.share = Store(line.url), LOST
            while rounds < ROUNDS and store.read_sync(waiting):
                with contextlib.suppress(OperationalError):
                    await here.push()
                    broken -= 1
                broken += 1
                store.write_sync(later)
                rounds += 1
            here.store.close()
    errors = store.read_sync(lambda conn: conn.scalars(select(outbox.c.error).where(WRONG)).all())
    left = store.read_sync(waiting)
    store.close()
    print(f"seed {SEED}, {name}: {LEADS} leads, {len(bench.fake.calls)} calls, {cuts.lost} answers and"
          f" {line.cut} of {line.commits} commits lost, {rounds} rounds, {broken} broken off;"
          f" {len(bench.people())} people and {bench.tasks()} tasks there")  # fmt: skip
    assert cuts.lost
    assert line.cut
    assert (errors, left) == ([], 0)
    assert sorted(bench.people()) == sorted(people)
    assert bench.tasks() == LEADS


def waiting(conn: Connection) -> int:
    there = outbox.c.kind == "crm", outbox.c.state == "open"
    return int(conn.scalar(select(func.count()).where(*there)) or 0)


def later(conn: Connection) -> None:
    """As if the waits, the leases and the CRM's rest were over."""
    conn.execute(update(outbox).values(not_before=None, lease_until=None))
    conn.execute(update(rates).values(at=db_now(-1)))
