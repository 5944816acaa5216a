"""Both directions against a Salesforce that is really there."""

from __future__ import annotations

import pytest

from nurture.demo.crms.salesforce import FakeSalesforce
from nurture.demo.crms.server import Fault
from nurture.store.tables import points
from tests.services.crm_world import ADA, World


@pytest.fixture
def fake() -> FakeSalesforce:
    return FakeSalesforce()


async def test_a_converted_lead_goes_on_as_its_contact(here: World, fake: FakeSalesforce) -> None:
    ann = here.lead("ann@x.example")
    task = here.task(ann)
    await here.push()
    lead = fake.by_lead(ann)["Id"]
    contact = fake.convert(lead)
    fake.make("Opportunity", {"ContactId": contact, "StageName": "Closed Won", "Amount": 12_000})
    await here.pull(lead)
    found = here.handoff(task)
    assert (found.state, found.touched_by, found.deal) == ("qualified", here.users[ADA], "won")
    assert here.link(ann).remote_id == contact
    here.tell(ann, "lead", "after")
    await here.push()
    assert fake.things["Contact"][contact]["Nurture_Id__c"] == ann
    assert not [error for error in here.errors() if error[0] == "dead"]


async def test_bad_records_of_a_batch(here: World, fake: FakeSalesforce) -> None:
    """A converted lead, a locked row, two persons under one id, a rule against duplicates, a wrong type."""
    fake.refuses_duplicates = True
    same = fake.make("Lead", {"Email": "dup@x.example", "FirstName": "Dora"})
    twice = here.lead("twice@x.example")
    for _ in range(2):
        fake.make("Lead", {"Nurture_Id__c": twice})
    names = ("good", "dup", "locked", "other")
    there = [here.lead(f"{name}@x.example", first_name=name) for name in names]
    for lead in (*there[2:],):
        here.tell(lead, "lead", f"{lead}/1")
    await here.push()
    fake.locked.add(fake.by_lead(there[2])["Id"])
    for lead in (twice, *there):
        here.tell(lead, "score", f"{lead}/2")
    for lead in there:
        here.rows.put(points, lead_id=lead, rule="r", points=5, at=here.rows.now, policy="", key=lead)
    await here.push()
    assert same["Nurture_Id__c"] == there[1]
    assert (same["FirstName"], here.row(there[1]).first_name) == ("Dora", "Dora")
    assert fake.by_lead(there[0])["Nurture_Score__c"] == "5"
    assert ("open", "unable_to_lock_row") in here.errors()


async def test_the_end_of_the_calls_has_no_time_and_a_session_ends(here: World, fake: FakeSalesforce) -> None:
    ann = here.lead("ann@x.example")
    task = here.task(ann)
    fake.moods.faults.append(Fault(403, '[{"errorCode": "REQUEST_LIMIT_EXCEEDED"}]'))
    await here.push()
    assert here.errors() == [("open", "calls of the day used up")]
    here.later()
    await here.push()
    assert [row["Nurture_Id__c"] for row in fake.things["Task"].values()] == [task]


async def test_merges_and_deletions_are_followed(here: World, fake: FakeSalesforce) -> None:
    ann, twin, gone = (here.lead(f"{name}@x.example") for name in ("ann", "twin", "gone"))
    for lead in (ann, twin, gone):
        here.tell(lead, "lead", lead)
    await here.push()
    ids = [fake.by_lead(lead)["Id"] for lead in (ann, twin, gone)]
    fake.merge(ids[1], ids[0])
    fake.remove(ids[2])
    await here.pull(*ids)
    assert here.row(twin).merged_into == ann
    assert (here.link(gone).state, here.parked()) == ("gone", ["gone"])
    fake.change(ids[0], {"HasOptedOutOfEmail": True, "Industry": "Retail"})
    here.pulling._next = 0.0
    await here.pulling.round()
    await here.pull(ids[0])
    assert here.row(ann).fields["industry"] == "Retail"


async def test_what_salesforce_wants_of_everybody_is_nobody_s_name(here: World, fake: FakeSalesforce) -> None:
    people = [here.lead("ann@x.example"), here.lead("bo@x.example")]
    for lead in people:
        here.task(lead)
    await here.push()
    assert [(row["LastName"], row["Company"]) for row in fake.things["Lead"].values()] == [
        ("ann", "x.example"),
        ("bo", "x.example"),
    ]
    fake.change(fake.by_lead(people[1])["Id"], {"LastName": "Brandt"})
    await here.settled()
    assert [here.row(lead).last_name for lead in people] == [None, "Brandt"]
