"""Both directions against a Pipedrive that is really there."""

from __future__ import annotations

import pytest

from nurture.demo.crms.pipedrive import KEYS, OURS, FakePipedrive
from nurture.demo.crms.server import HALF_CLOSED, Fault
from nurture.services.answer import Answer, answer
from nurture.services.crm_rest import gate_state
from tests.services.crm_world import ADA, World

ROBOT = ("api", 99)


@pytest.fixture
def fake() -> FakePipedrive:
    return FakePipedrive()


async def test_what_can_only_be_made_is_made_once(here: World, fake: FakePipedrive) -> None:
    """Answers are lost after each thing was made, one after the other."""
    ann = here.lead("ann@x.example", first_name="Ann")
    task = here.task(ann)
    for _ in range(6):
        fake.moods.faults.append(Fault(HALF_CLOSED, after=True, on="/api/v2/activities"))
        here.later()
        await here.push()
    fake.moods.faults.clear()
    here.later()
    await here.push()
    given = Answer("rejected", here.users[ADA], "no-budget", "In May")
    here.store.write_sync(answer, here.desk, task, 0, given)
    fake.moods.faults.append(Fault(HALF_CLOSED, after=True, on="/v1/notes"))
    while await here.push():
        here.later()
    person = fake.by_lead(ann)
    assert (len(fake.things["persons"]), person["name"]) == (1, "Ann")
    (activity,) = fake.beside("activities", person["id"])
    assert activity["done"]
    (note,) = fake.beside("notes", person["id"])
    assert note["content"].startswith("Nurture: rejected. no-budget. In May")


async def test_persons_who_are_there_are_linked_merged_and_let_go(here: World, fake: FakePipedrive) -> None:
    there = fake.make("persons", {"name": "Anna", "emails": [{"value": "ann@x.example", "primary": True}]})
    ann, twin = here.lead("ann@x.example"), here.lead("twin@x.example")
    for lead in (ann, twin):
        here.tell(lead, "lead", lead)
    await here.push()
    assert there["custom_fields"][KEYS[OURS]] == ann
    other = fake.by_lead(twin)["id"]
    fake.merge(other, there["id"])
    await here.pull(str(other), str(there["id"]))
    assert here.row(twin).merged_into == ann
    fake.remove(there["id"])
    await here.pull(str(there["id"]))
    assert (here.link(ann).state, here.parked()) == ("gone", ["gone"])


async def test_bursts_tell_their_end_and_who_goes_on_is_shut_out(here: World, fake: FakePipedrive) -> None:
    ann = here.lead("ann@x.example")
    here.task(ann)
    fake.moods.faults.append(Fault(429, '{"error": "rate limit"}', {"x-ratelimit-reset": "1"}))
    await here.push()
    fake.moods.faults.append(Fault(403, "<html>blocked</html>"))
    assert here.errors() == [("open", "http 429")]
    here.later()
    await here.push()
    assert here.errors() == [("open", "shut out for calling too much")]
    assert here.store.read_sync(gate_state, "pipedrive") == "resting"
    here.later()
    await here.push()
    assert here.errors() == []
