"""A CRM that cannot be looked at: what it tells, twice, late, out of order, of strangers, and in nonsense."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from nurture.crm.webhook import WebhookCrm
from nurture.demo.crms.server import HALF_CLOSED, Fault
from nurture.demo.crms.webhook import ADA as BY_ADA
from nurture.demo.crms.webhook import HOOK_SECRET, PATH, FakeWebhookCrm
from nurture.services.changes import WRITERS
from nurture.services.crm_preview import previews
from nurture.services.erasing import erase
from nurture.settings import load_settings
from nurture.store.session import Store
from nurture.store.tables import crm_parked, handoffs, inbox, suppressions
from nurture.web.app import create_app
from tests.rows import HOME
from tests.services.crm_sides import settings_of
from tests.services.crm_webhook_side import OfWebhook
from tests.services.crm_world import ADA, NOAH, World, world


@pytest.fixture
def side() -> OfWebhook:
    return OfWebhook()


@pytest.fixture
async def here(sqlite_store: Store, side: OfWebhook) -> AsyncIterator[World]:
    async with world(sqlite_store, side.bench, "webhook") as found:
        yield found


@pytest.fixture
async def web(here: World, side: OfWebhook) -> AsyncIterator[httpx.AsyncClient]:
    given = {name: SecretStr(value).get_secret_value() for name, value in side.secrets.items()}
    settings = load_settings(
        base_url=HOME, secret="s" * 20, **settings_of(side, "http://127.0.0.1:9"), **given
    )
    transport = httpx.ASGITransport(create_app(settings, here.store))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        yield client


class Calls:
    """What the other side tells, in the order that a test likes."""

    def __init__(self, here: World, web: httpx.AsyncClient) -> None:
        self.here, self.web, self.count = here, web, 0

    async def tell(self, kind: str, person: Mapping[str, Any], ago: float = 0.0, **data: Any) -> int:
        self.count += 1
        at = datetime.now(UTC) - timedelta(seconds=ago)
        body = {"type": kind, "timestamp": at.isoformat(), "data": {"person": person, "by": BY_ADA, **data}}
        return await self.send({"number": f"m{self.count}", **body})

    async def send(self, message: Mapping[str, Any], secret: str = HOOK_SECRET) -> int:
        body, headers = FakeWebhookCrm.webhook(message, secret)
        reply = await self.web.post(PATH, content=body, headers=dict(headers))
        self.here.pulling._next = float("inf")  # it is not asked
        while await self.here.pulling.round():
            pass
        return reply.status_code


@pytest.fixture
def calls(here: World, web: httpx.AsyncClient) -> Calls:
    return Calls(here, web)


@pytest.fixture
async def ann(here: World) -> str:
    """With sales, who know of it."""
    lead = here.lead("ann@x.example", first_name="Ann")
    here.task(lead)
    await here.push()
    return lead


def task(here: World, lead: str) -> Any:
    query = select(handoffs).where(handoffs.c.lead_id == lead)
    return here.store.read_sync(lambda conn: conn.execute(query).one())


def raw(here: World) -> list[tuple[str, bytes]]:
    query = select(inbox.c.state, inbox.c.body)
    return here.store.read_sync(lambda conn: [(row.state, bytes(row.body)) for row in conn.execute(query)])


async def test_the_task_and_its_reasons_are_told_with_the_fields(
    side: OfWebhook, here: World, ann: str
) -> None:
    row = side.fake.by_lead(ann)
    assert (row["values"]["first"], row["owner"]) == ("Ann", ADA)
    assert dict(side.tasks()) == {task(here, ann).id: False}
    assert here.link(ann).base["first"] == "Ann"


async def test_an_answer_to_the_task_itself(calls: Calls, here: World, ann: str) -> None:
    handoff = task(here, ann)
    answered = {"id": handoff.id, "answer": "rejected", "reason": "budget", "note": "Not before May"}
    for _ in range(2):
        assert await calls.tell("task.answered", {"nurture_id": ann}, task=answered) == 200
    found = task(here, ann)
    assert (found.state, found.reason, found.note) == ("rejected", "no-budget", "Not before May")
    assert (found.touched_by, here.wakes(), here.parked()) == (here.users[ADA], 1, [])
    assert {state for state, _ in raw(here)} == {"done"}
    assert {body for _, body in raw(here)} == {b""}


async def test_accepted_then_qualified_then_won_with_its_amount(calls: Calls, here: World, ann: str) -> None:
    whom, number = {"email": "ANN@x.example"}, task(here, ann).id
    await calls.tell("call.logged", whom, call={"id": "c0"}, ago=86_400)
    assert task(here, ann).touched_at is None  # before there was a task
    await calls.tell("call.logged", whom, call={"id": "c1"})
    assert (task(here, ann).state, task(here, ann).sla) == ("open", "met")
    await calls.tell("task.completed", whom, task={"id": number})
    await calls.tell("task.answered", whom, task={"id": number, "answer": "qualified"})
    assert task(here, ann).state == "qualified"
    await calls.tell("deal.won", whom, deal={"id": "d0", "amount": 5}, ago=86_400)
    assert task(here, ann).deal is None
    await calls.tell("deal.won", whom, deal={"id": "d1", "amount": 950.5, "currency": "eur"})
    await calls.tell("deal.lost", whom, deal={"id": "d1"}, ago=30)
    found = task(here, ann)
    assert (found.deal, found.amount, found.currency) == ("won", 950.5, "EUR")
    assert here.parked() == []


async def test_what_is_older_than_what_is_known_changes_nothing(calls: Calls, here: World, ann: str) -> None:
    whom = {"id": here.link(ann).remote_id}
    await calls.tell("person.changed", whom, values={"first": "Anna", "branch": "Retail"})
    await calls.tell("person.changed", whom, values={"first": "Old"}, ago=60)
    await calls.tell("owner.changed", whom, owner=NOAH)
    await calls.tell("owner.changed", whom, owner=ADA, ago=60)
    row = here.row(ann)
    assert (row.first_name, row.fields["industry"]) == ("Anna", "Retail")
    assert task(here, ann).owner == here.users[NOAH]
    await calls.tell("person.deleted", whom)
    await calls.tell("stage.changed", whom, stage="Working", ago=60)
    assert (here.link(ann).state, task(here, ann).state, here.parked()) == ("gone", "open", ["gone"])
    await calls.tell("stage.changed", whom, stage="Working")
    assert (here.link(ann).state, task(here, ann).state, here.parked()) == ("synced", "accepted", [])


async def test_a_time_to_come_keeps_nothing_out(calls: Calls, here: World, ann: str) -> None:
    await calls.tell("person.changed", {"nurture_id": ann}, values={"first": "B"}, ago=-86_400 * 365)
    await calls.tell("person.changed", {"nurture_id": ann}, values={"first": "C"})
    assert here.row(ann).first_name == "C"


async def test_what_waits_for_a_person(calls: Calls, here: World, ann: str) -> None:
    await calls.tell("stage.changed", {"id": "4711"}, stage="Working")
    await calls.tell("stage.changed", {"nurture_id": ann}, stage="Limbo")
    await calls.tell("task.answered", {"nurture_id": ann}, task={"id": task(here, ann).id, "answer": "Hm"})
    await calls.tell("owner.changed", {"nurture_id": ann}, owner="stranger@x.example")
    assert await calls.tell("person.born", {"nurture_id": ann}) == 200
    expected = ["stranger", "unknown owner", "unmapped value", "unmapped value", "unreadable"]
    assert here.parked() == expected
    assert task(here, ann).state == "open"
    assert [state for state, body in raw(here) if body] == ["odd"]
    query = select(crm_parked.c.reason).where(crm_parked.c.what == "unreadable")
    assert "`type` must be one of" in here.store.read_sync(lambda conn: str(conn.scalar(query)))


async def test_no_mail_please_and_a_program_answers_nothing(calls: Calls, here: World, ann: str) -> None:
    robot = {"user": "robot"}
    await calls.tell("stage.changed", {"nurture_id": ann}, stage="Working", by=robot)
    await calls.tell("owner.changed", {"nurture_id": ann}, owner=NOAH, by={"machine": True})
    assert (task(here, ann).state, task(here, ann).owner) == ("open", here.users[ADA])
    await calls.tell("person.do_not_contact", {"nurture_id": ann})
    assert here.store.read_sync(_suppressed) == 1


def _suppressed(conn: Any) -> int:
    return len(conn.execute(select(suppressions.c.id)).all())


async def test_two_persons_become_one_lead(calls: Calls, here: World, ann: str) -> None:
    ben = here.lead("ben@x.example")
    here.tell(ben, "lead", "ben")
    await here.push()
    loser, winner = here.link(ben).remote_id, here.link(ann).remote_id
    await calls.tell("person.merged", {"id": winner, "nurture_id": ann}, was=[loser])
    await calls.tell("person.deleted", {"id": loser, "nurture_id": ben})
    assert here.row(ben).merged_into == ann
    assert here.link(ann).state == "synced"


async def test_who_was_erased_stays_erased(calls: Calls, here: World, ann: str) -> None:
    here.store.write_sync(erase, here.desk, ann)
    await calls.tell("person.changed", {"nurture_id": ann}, values={"first": "Anna"})
    assert (here.row(ann).first_name, here.link(ann).told) == (None, None)


async def test_a_repeated_number_is_kept_once_and_a_forged_one_never(
    calls: Calls, here: World, ann: str
) -> None:
    told = {"number": "m1", "type": "person.deleted", "data": {"person": {"id": "5"}}}
    assert [await calls.send(told), await calls.send(told)] == [200, 200]
    assert len(raw(here)) == 1
    other = {"number": "m2", "type": "stage.changed", "data": {"person": {"id": "5"}, "stage": "\u00fc"}}
    assert await calls.send(other, "whsec_MDAwMTExMjIyMzMzNDQ0NTU1NjY2Nzc3ODg4OTk5") == 401
    assert len(raw(here)) == 1


async def test_a_value_that_a_person_changed_meanwhile_is_not_overwritten(
    side: OfWebhook, here: World, ann: str
) -> None:
    """Told before we hear of it: the other side compares, and the answer of the next question settles it."""
    side.fake.people[side.id_of(ann)]["values"]["first"] = "Theirs"
    _ours(here, ann, "Ours")
    await here.push()
    assert side.value(ann, "first") == "Theirs"
    side.set(ann, {"first": "Theirs"})
    await here.pull()
    await here.push()
    assert (here.row(ann).first_name, side.value(ann, "first")) == ("Theirs", "Theirs")


async def test_a_change_between_two_tries_is_not_taken_for_the_first(
    side: OfWebhook, here: World, ann: str
) -> None:
    _ours(here, ann, "B")
    side.fake.moods.faults.append(Fault(HALF_CLOSED, after=True, on="/hooks"))
    await here.push()
    assert side.value(ann, "first") == "B"
    _ours(here, ann, "C")
    here.passes(4000)
    await here.push()
    assert side.value(ann, "first") == "C"


def _ours(here: World, lead: str, value: str) -> None:
    values = {"lead.first_name": value}
    here.store.write_sync(WRITERS["set"], here.desk, lead, values, value, here.rows.now)


async def test_it_is_asked_page_by_page_and_what_would_be_written_is_shown(
    side: OfWebhook, here: World, ann: str
) -> None:
    for n in range(60):
        side.set(ann, {"branch": f"B{n}"})
    await here.pull()
    assert here.row(ann).fields["industry"] == "B59"
    assert len(raw(here)) == 2
    await here.pull()
    assert len(raw(here)) == 2
    assert isinstance(here.crm, WebhookCrm)
    _ours(here, ann, "D")
    (would,) = await here.crm.would(here.store.read_sync(previews, here.desk, "webhook", ann, 1))
    assert dict(would.push) == {"first": "D"}
    side.fake.moods.faults.append(Fault(200, json.dumps({"changes": 5})))
    await here.pull()


def test_the_two_secrets_differ() -> None:
    both = {
        "crm_webhook_url": "http://x.example",
        "crm_webhook_secret": HOOK_SECRET,
        "crm_hook_key": HOOK_SECRET,
    }
    with pytest.raises(Exception, match="another secret"):
        load_settings(**both)
