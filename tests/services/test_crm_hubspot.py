"""Both directions against a HubSpot that is really there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from nurture.crm.remote import Whom
from nurture.demo.crms.hubspot import FakeHubSpot
from nurture.demo.crms.server import Fault
from nurture.relay.crm_pull import CrmPullRound
from nurture.services.answer import Answer, answer
from nurture.services.changes import set_stage
from nurture.services.merge import merge
from nurture.store.tables import consents, outbox
from tests.services.crm_world import ADA, NOAH, World

MACHINE = ("AUTOMATION_PLATFORM", "")


@pytest.fixture
def fake() -> FakeHubSpot:
    return FakeHubSpot()


async def test_a_handoff_is_one_task_with_its_owner(here: World, fake: FakeHubSpot) -> None:
    ann = here.lead("ann@x.example", first_name="Ann", fields={"industry": "Retail"})
    task = here.task(ann)
    assert await here.push() == 1
    contact = fake.by_lead(ann)
    (made,) = fake.beside("tasks", contact.id)
    assert made.values["nurture_handoff_id"] == task
    assert (made.values["hubspot_owner_id"], contact.values["hubspot_owner_id"]) == ("71", "71")
    assert "Asked for prices" in made.values["hs_task_subject"]
    assert f"/inbox/{task}" in made.values["hs_task_body"]
    assert (contact.values["firstname"], contact.values["industry"]) == ("Ann", "Retail")
    given = Answer("rejected", here.users[ADA], "no-budget", "In May")
    here.store.write_sync(answer, here.desk, task, 0, given)
    await here.push()
    assert made.values["hs_task_status"] == "COMPLETED"
    (note,) = fake.beside("notes", contact.id)
    assert note.values["hs_note_body"] == "Nurture: rejected. no-budget. In May"


async def test_what_automation_changes_answers_nothing(here: World, fake: FakeHubSpot) -> None:
    ann = here.lead("ann@x.example")
    task = here.task(ann)
    await here.push()
    contact = fake.by_lead(ann).id
    fake.change("contacts", contact, {"hs_lead_status": "OPEN_DEAL"}, by=MACHINE)
    fake.log("emails", contact, by=MACHINE)
    await here.pull(contact)
    found = here.handoff(task)
    assert (found.state, found.touched_at) == ("open", None)


async def test_a_stage_nobody_mapped_is_shown_and_the_task_stays(here: World, fake: FakeHubSpot) -> None:
    ann = here.lead("ann@x.example")
    task = here.task(ann)
    await here.push()
    contact = fake.by_lead(ann).id
    fake.change("contacts", contact, {"hs_lead_status": "PONDERING"})
    await here.pull(contact)
    assert (here.handoff(task).state, here.parked()) == ("open", ["unmapped value"])
    fake.change("contacts", contact, {"hs_lead_status": "IN_PROGRESS"})
    await here.pull(contact)
    assert (here.handoff(task).state, here.parked()) == ("accepted", [])


async def test_nothing_that_a_person_changed_is_overwritten(here: World, fake: FakeHubSpot) -> None:
    ann = here.lead("ann@x.example", first_name="Ann", fields={"industry": "Retail"})
    here.tell(ann, "lead", "1")
    await here.push()
    contact = fake.by_lead(ann)
    fake.change("contacts", contact.id, {"industry": "Wholesale", "lifecyclestage": "opportunity"})
    here.store.write_sync(set_stage, here.desk, ann, "MQL", "k", here.rows.now)
    await here.push()
    assert contact.values["lifecyclestage"] == "opportunity"
    assert contact.values["industry"] == "Wholesale"
    assert here.row(ann).fields["industry"] == "Wholesale"
    assert here.link(ann).kept == {"lifecyclestage": "opportunity"}
    fake.change("contacts", contact.id, {"nurture_score": "3"})
    here.tell(ann, "score", "2")
    await here.push()
    assert contact.values["nurture_score"] == "0"


async def test_a_stage_goes_back_where_it_is_ours(here: World, fake: FakeHubSpot) -> None:
    ann = here.lead("ann@x.example", stage="SQL")
    here.tell(ann, "stage", "1")
    await here.push()
    assert fake.by_lead(ann).values["lifecyclestage"] == "salesqualifiedlead"
    here.store.write_sync(set_stage, here.desk, ann, "lead", "k", here.rows.now)
    await here.push()
    assert fake.by_lead(ann).values["lifecyclestage"] == "lead"


async def test_a_person_who_is_there_already_is_linked_and_not_made_again(
    here: World, fake: FakeHubSpot
) -> None:
    there = fake.make("contacts", {"email": "ann@x.example", "firstname": "Anna"})
    ann = here.lead("ann@x.example", first_name="Ann")
    here.tell(ann, "lead", "1")
    await here.push()
    assert list(fake.things["contacts"]) == [there.id]
    assert there.values["nurture_lead_id"] == ann
    assert (there.values["firstname"], here.row(ann).first_name) == ("Anna", "Anna")


async def test_one_bad_record_blocks_nobody(here: World, fake: FakeHubSpot) -> None:
    people = [here.lead(f"p{n}@x.example", first_name=f"P{n}") for n in range(3)]
    for lead in people:
        here.tell(lead, "lead", lead)
    bad = fake.make("contacts", {"email": "p1@x.example", "nurture_lead_id": "another"})
    fake.make("contacts", {"email": "p1@x.example"})
    await here.push()
    assert bad.id in fake.things["contacts"]
    known = {one.values.get("nurture_lead_id") for one in fake.things["contacts"].values()}
    assert {people[0], people[2]} <= known


async def test_a_field_that_does_not_exist_there_is_shown_for_that_lead(
    here: World, fake: FakeHubSpot
) -> None:
    ann = here.lead("ann@x.example", fields={"industry": "Retail"})
    here.tell(ann, "lead", "1")
    fake.moods.faults.append(
        Fault(400, '{"category": "VALIDATION_ERROR", "message": "industry does not exist"}', on="upsert")
    )
    await here.push()
    assert here.errors() == [("dead", "http 400")]


async def test_merges_and_deletions_are_followed(here: World, fake: FakeHubSpot) -> None:
    ann, twin = here.lead("ann@x.example"), here.lead("twin@x.example")
    for lead in (ann, twin):
        here.tell(lead, "lead", lead)
    await here.push()
    first, second = fake.by_lead(ann).id, fake.by_lead(twin).id
    fake.merge(second, first)
    await here.pull(first, second)
    assert here.row(twin).merged_into == ann
    task = here.task(ann)
    fake.remove(first)
    await here.pull(first)
    assert (here.link(ann).state, here.parked()) == ("gone", ["gone"])
    await here.push()
    assert fake.things["contacts"] == {}
    assert ("dead", "deleted in the CRM") in here.errors()
    assert here.handoff(task).state == "open"  # and stands in the inbox


async def test_owners_change_and_one_whom_nobody_knows_is_parked(here: World, fake: FakeHubSpot) -> None:
    fake.owners["99"] = "stranger@elsewhere.example"
    ann = here.lead("ann@x.example")
    task = here.task(ann)
    await here.push()
    contact = fake.by_lead(ann).id
    fake.change("contacts", contact, {"hubspot_owner_id": "72"})
    await here.pull(contact)
    assert here.handoff(task).owner == here.users[NOAH]
    fake.change("contacts", contact, {"hubspot_owner_id": "99"})
    await here.pull(contact)
    assert (here.handoff(task).owner, here.parked()) == (here.users[NOAH], ["unknown owner"])


async def test_a_task_of_somebody_whom_the_crm_does_not_know_has_no_owner_and_is_shown(
    here: World, fake: FakeHubSpot
) -> None:
    del fake.owners["71"]
    ann = here.lead("ann@x.example")
    here.task(ann)
    await here.push()
    (made,) = fake.beside("tasks", fake.by_lead(ann).id)
    assert "hubspot_owner_id" not in made.values
    assert here.parked() == ["unknown owner"]


async def test_deals_and_do_not_contact_come_home(here: World, fake: FakeHubSpot) -> None:
    ann = here.lead("ann@x.example", stage="MQL")
    task = here.task(ann)
    await here.push()
    contact = fake.by_lead(ann).id
    fake.log("deals", contact, dealstage="closedwon", amount="12000")
    fake.change("contacts", contact, {"hs_email_optout": "true"})
    await here.pull(contact)
    found = here.handoff(task)
    assert (found.state, found.deal, found.amount) == ("qualified", "won", 12000)
    assert here.row(ann).stage == "customer"
    said = here.store.read_sync(lambda conn: conn.execute(select(consents.c.state)).scalars().all())
    assert said == ["withdrawn"]


async def test_a_second_handoff_joins_the_one_task(here: World, fake: FakeHubSpot) -> None:
    ann = here.lead("ann@x.example")
    task = here.task(ann)
    other = here.rows.handoff(ann, here.rows.journey(ann, entry=2, key="2"), joined_to=task, key="k2")
    here.tell(ann, "handoff", "k2", handoff=other, why="Downloaded the guide")
    await here.push()
    contact = fake.by_lead(ann).id
    assert len(fake.beside("tasks", contact)) == 1
    (note,) = fake.beside("notes", contact)
    assert note.values["hs_note_body"] == "Nurture: one more reason to talk to them: Downloaded the guide"


async def test_a_stranger_is_parked_only_where_the_crm_tells_of_them(here: World, fake: FakeHubSpot) -> None:
    stranger = fake.make("contacts", {"email": "who@else.example"})
    await here.pull(stranger.id)
    assert here.parked() == []
    assert isinstance(here.pulling, CrmPullRound)
    await here.pulling.look([Whom(remote_id=stranger.id)], hinted=True)
    assert here.parked() == ["stranger"]


async def test_a_merge_of_ours_is_pushed_to_the_one_that_is_left(here: World, fake: FakeHubSpot) -> None:
    ann, twin = here.lead("ann@x.example"), here.lead("twin@x.example", first_name="Twin")
    here.tell(twin, "lead", "1")
    here.store.write_sync(merge, here.desk.clock, twin, ann)
    await here.push()
    assert [one.values["nurture_lead_id"] for one in fake.things["contacts"].values()] == [ann]


async def test_changes_are_found_by_asking_too(here: World, fake: FakeHubSpot) -> None:
    ann = here.lead("ann@x.example")
    task = here.task(ann)
    await here.pulling.round()
    await here.push()
    fake.change("contacts", fake.by_lead(ann).id, {"hs_lead_status": "IN_PROGRESS"})
    here.pulling._next = 0.0  # the time between two questions is over
    await here.pulling.round()
    assert here.handoff(task).state == "accepted"


async def test_handoffs_go_first_with_what_stands_before_them(here: World, fake: FakeHubSpot) -> None:
    people = [here.lead(f"p{n}@x.example") for n in range(3)]
    for lead in people:
        here.tell(lead, "lead", lead)
    here.task(people[2])
    query = select(outbox.c.record).where(outbox.c.lane == 0)
    urgent = here.store.read_sync(lambda conn: set(conn.scalars(query)))
    assert urgent == {people[2]}
    await here.push()
    first = next(iter(fake.things["contacts"].values()))
    assert first.values["nurture_lead_id"] == people[2]


async def test_what_the_search_shows_late_is_found_all_the_same(here: World, fake: FakeHubSpot) -> None:
    """No webhook tells of a task: only the question does, and its cursor must not run ahead of the index."""
    ann = here.lead("ann@x.example")
    task = here.task(ann)
    await here.push()
    (made,) = fake.beside("tasks", fake.by_lead(ann).id)
    fake.moods.search_lag = 40.0
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        for seconds, state in ((300, "open"), (1, "open"), (60, "accepted")):
            clock.shift(seconds)
            here.pulling._next = 0.0
            await here.pulling.round()
            assert here.handoff(task).state == state
            if made.values["hs_task_status"] != "COMPLETED":
                fake.change("tasks", made.id, {"hs_task_status": "COMPLETED"})
