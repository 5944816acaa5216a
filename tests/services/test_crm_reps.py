"""What a rep does in a CRM without opening Nurture, and what must hold in every one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from nurture.demo.crms.server import HALF_CLOSED, Fault
from nurture.relay.crm_pull import SETTLES
from nurture.services.changes import WRITERS
from nurture.store.session import Store
from tests.services.crm_side import Side
from tests.services.crm_sides import SIDES
from tests.services.crm_world import ADA, NOAH, World, world

ANSWERS = {0: "accepted", 1: "qualified", 2: "rejected", 3: "accepted"}
LOGS = {5: "call", 6: "meeting", 7: "mail"}
BY_TASK, BY_DEAL = 4, 8
STATES = [*ANSWERS.values(), "accepted", "open", "open", "open", "qualified", "accepted"]


@pytest.fixture(params=SIDES)
def side(request: pytest.FixtureRequest) -> Side:
    return SIDES[str(request.param)]()


@pytest.fixture
async def here(sqlite_store: Store, side: Side) -> AsyncIterator[World]:
    async with world(sqlite_store, side.bench, side.name, settles=SETTLES) as found:
        yield found


async def test_a_rep_who_never_opens_nurture_answers_ten_tasks(here: World, side: Side) -> None:
    people = [here.lead(f"p{n}@x.example") for n in range(10)]
    tasks = [here.task(lead) for lead in people]
    await here.push()
    for n, word in ANSWERS.items():
        side.set(people[n], side.says[word])
    side.complete(people[BY_TASK])
    for n, kind in LOGS.items():
        side.log(people[n], kind)
    if side.name != "salesforce":  # an opportunity is a contact's there
        side.win(people[BY_DEAL], 12_000)
    side.set(people[BY_DEAL], side.says["qualified"])
    side.set(people[9], side.says["accepted"])
    here.passes(60)
    await here.pull(*here.remote_ids())
    found = [here.handoff(task) for task in tasks]
    assert [row.state for row in found] == STATES
    assert {(row.touched_by, row.sla) for row in found} == {(here.users[ADA], "met")}
    assert found[2].reason == "no-budget"
    assert here.wakes() == STATES.count("accepted") + STATES.count("qualified") + STATES.count("rejected")
    for n in LOGS:
        side.set(people[n], side.says["accepted"])
    for _ in range(2):  # twice does no harm
        await here.pull(*here.remote_ids())
    assert "open" not in {here.handoff(task).state for task in tasks}
    assert (here.wakes(), here.parked()) == (10, [])


async def test_a_program_answers_nothing_and_another_owner_takes_the_task(here: World, side: Side) -> None:
    ann, ben = here.lead("ann@x.example"), here.lead("ben@x.example")
    tasks = [here.task(lead) for lead in (ann, ben)]
    await here.push()
    side.set(ann, side.says["qualified"], machine=True)
    side.give(ben, NOAH)
    here.passes(60)
    await here.pull(*here.remote_ids())
    first, second = (here.handoff(task) for task in tasks)
    assert (first.state, first.touched_at, first.owner) == ("open", None, here.users[ADA])
    assert second.owner == here.users[NOAH]


async def test_what_we_wrote_ourselves_is_nobody_s_change(here: World, side: Side) -> None:
    """An answer was lost, and what was written shows only later."""
    ann = here.lead("ann@x.example", first_name="A")
    here.tell(ann, "lead", "1")
    await here.push()
    for value in "BC":
        values, at = {"lead.first_name": value}, here.rows.now
        here.store.write_sync(WRITERS["set"], here.desk, ann, values, value, at)
        await here.push()  # too soon after the one before
    assert side.value(ann, side.fields["first_name"]) == "A"
    here.passes(60)
    side.fake.moods.faults.append(Fault(HALF_CLOSED, after=True, on=side.updates))
    side.fake.moods.faults.append(Fault(503, on=side.updates))
    await here.push()
    assert side.value(ann, side.fields["first_name"]) == "C"
    values = {"lead.first_name": "D"}
    here.store.write_sync(WRITERS["set"], here.desk, ann, values, "D", here.rows.now)
    await here.pull(*here.remote_ids())
    for _ in range(2):  # one of them tries no call twice
        here.passes(4000)
        await here.push()
    assert (here.row(ann).first_name, side.value(ann, side.fields["first_name"])) == ("D", "D")


async def test_a_value_that_is_refused_keeps_no_task_from_the_crm(here: World, side: Side) -> None:
    side.fake.moods.refuses = "Refused"
    ann = here.lead("ann@x.example", first_name="Refused")
    task = here.task(ann)
    await here.push()
    assert dict(side.tasks()) == {task: False}
    assert here.parked() == ["refused value"]
    side.fake.moods.refuses = ""
    here.passes(60)
    here.tell(ann, "lead", "again")
    await here.push()
    assert side.value(ann, side.fields["first_name"]) == "Refused"
    assert (len(side.bench.people()), here.parked()) == (1, [])
