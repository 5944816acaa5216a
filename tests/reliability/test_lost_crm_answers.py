"""R4 for a CRM: calls that it has done, and whose answers are cut off. Each lead is there once, with one
task, and nothing waits in the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from nurture.demo.crms.server import HALF_CLOSED, Fault
from nurture.store.session import Store
from tests.amount import FULL, examples
from tests.contracts.crms import FAKES
from tests.services.crm_world import world

SEED = 20261122
LEADS = examples(6, 200)
LOST = 1 / examples(4, 20)
"""Share of the calls whose answer is lost."""
ROUNDS = 200
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
async def test_each_lead_has_one_task_there(sqlite_store: Store, name: str) -> None:
    bench: Any = FAKES[name]()
    cuts = bench.fake.moods.faults = Cuts(Random(f"{SEED} {name}"))
    rounds = 0
    async with world(sqlite_store, bench, name) as here:
        people = [here.lead(f"p{number}@x.example") for number in range(LEADS)]
        for lead in people:
            here.task(lead)
            here.tell(lead, "score", f"{lead}/score", score=70)
        while rounds < ROUNDS and (rounds == 0 or here.errors() or await here.push()):
            await here.push()
            here.later()
            rounds += 1
    print(f"seed {SEED}, {name}: {LEADS} leads, {len(bench.fake.calls)} calls, {cuts.lost} answers lost,"
          f" {rounds} rounds; {len(bench.people())} people and {bench.tasks()} tasks there")  # fmt: skip
    assert cuts.lost
    assert here.errors() == []
    assert sorted(bench.people()) == sorted(people)
    assert bench.tasks() == LEADS
