"""The audit is green on what is right, and red on each way to be wrong, shown one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from nurture.clock import RealClock
from nurture.services.audit import Audit, audit
from nurture.store.columns import db_now
from nurture.store.queries import survey
from nurture.store.tables import campaigns
from tests.rows import Rows


async def of_rows(rows: Rows) -> Audit:
    return await audit(rows.store, RealClock(), None)


def broken(found: Audit) -> list[str]:
    return [finding.name for finding in found.findings if not finding.holds]


def a_good_life(rows: Rows) -> None:
    """One of everything that is as it should be."""
    lead = rows.lead()
    journey = rows.journey(lead)
    rows.send(lead, journey)
    rows.line(lead, journey)
    rows.event(lead)
    rows.ended("accepted")
    rows.journey(attention="template", due=rows.ago(days=2))
    rows.journey(paused_at=rows.ago(days=3), hold="paused", due=rows.ago(days=2))
    rows.journey(entered_at=rows.ago(minutes=1), due=rows.ago(minutes=1), turn=0)
    rows.queued(journey, created_at=db_now(-5))
    waiting = rows.journey(lead_id := rows.lead(), step="talk")
    rows.handoff(lead_id, waiting)


async def test_all_is_well(rows: Rows) -> None:
    a_good_life(rows)
    found = await of_rows(rows)
    assert broken(found) == []
    assert found.holds
    assert found.balance == {"enrolled": 6, "in_flight": 4, "ended": 1, "attention": 1, "lost": 0}
    assert found.flight == {"running": 3, "starting": 0, "paused": 1}
    assert found.sends == {"sent": 1}


async def test_an_empty_database_adds_up(rows: Rows) -> None:
    found = await of_rows(rows)
    assert found.holds
    assert set(found.balance.values()) == {0}


def late(rows: Rows) -> None:
    rows.journey(due=rows.ago(minutes=6))


def without_outcome(rows: Rows) -> None:
    rows.ended(outcome=None)


def of_no_state(rows: Rows) -> None:
    rows.journey(state="lost")


def held_by_no_pause(rows: Rows) -> None:
    rows.journey(hold="paused", due=rows.now + timedelta(days=30))


def event_not_looked_at(rows: Rows) -> None:
    rows.event(rows.lead(), looked_at=None)


def wake_not_delivered(rows: Rows) -> None:
    rows.queued(rows.journey())


def wake_given_up(rows: Rows) -> None:
    rows.queued(rows.journey(), state="dead", created_at=db_now())


def crm_change_not_delivered(rows: Rows) -> None:
    rows.queued(rows.journey(), kind="crm")


def claimed_past_its_lease(rows: Rows) -> None:
    rows.send(
        lead := rows.lead(), rows.journey(lead, step="guide"), state="claimed", lease_until=db_now(-400)
    )


def in_flight_past_its_lease(rows: Rows) -> None:
    rows.send(
        lead := rows.lead(), rows.journey(lead, step="guide"), state="inflight", lease_until=db_now(-400)
    )


def left_pending(rows: Rows) -> None:
    lead = rows.lead()
    journey = rows.ended(lead=lead, step="guide")
    rows.line(lead, journey)
    rows.send(lead, journey, state="pending")


def without_a_turn(rows: Rows) -> None:
    rows.send(lead := rows.lead(), rows.journey(lead))


def sent_twice(rows: Rows) -> None:
    lead = rows.lead()
    journey = rows.journey(lead, step="guide")
    rows.send(lead, journey)
    rows.send(lead, journey, key=f"{journey}/guide/1/again/send")


def of_no_known_state(rows: Rows) -> None:
    rows.send(lead := rows.lead(), rows.journey(lead, step="guide"), state="perhaps")


def unknown_for_long(rows: Rows) -> None:
    lead, old = rows.lead(), rows.ago(days=2)
    journey = rows.journey(lead, step="guide")
    rows.send(lead, journey, state="unknown", created_at=old, claimed_at=old, settled_at=old)


def retry_forgotten(rows: Rows) -> None:
    rows.send(lead := rows.lead(), rows.journey(lead, step="guide"), state="retry", not_before=db_now(-1000))


def task_of_an_ended_journey(rows: Rows) -> None:
    rows.handoff(lead := rows.lead(), rows.ended(lead=lead, step="talk"))


def task_of_a_journey_that_went_on(rows: Rows) -> None:
    rows.handoff(lead := rows.lead(), rows.journey(lead, step="digest"))


def two_tasks(rows: Rows) -> None:
    rows.store.write_sync(lambda conn: conn.execute(text("DROP INDEX uq_handoffs_open_lead")))
    lead = rows.lead()
    journey = rows.journey(lead, step="talk")
    rows.handoff(lead, journey)
    rows.handoff(lead, journey)


def erased_but_in_flight(rows: Rows) -> None:
    rows.journey(rows.lead(erased_at=rows.ago(days=1)))


def of_no_campaign(rows: Rows) -> None:
    rows.journey(campaign="forgotten")


RED: dict[Callable[[Rows], None], str] = {
    late: "journeys past their due",
    held_by_no_pause: "journeys past their due",
    without_outcome: "journeys ended under no name",
    of_no_state: "journeys ended under no name",
    event_not_looked_at: "events not looked at",
    wake_not_delivered: "wakes not delivered",
    wake_given_up: "wakes not delivered",
    claimed_past_its_lease: "sends claimed past their lease",
    in_flight_past_its_lease: "sends claimed past their lease",
    left_pending: "sends left by ended journeys",
    without_a_turn: "sends without a journey's turn",
    sent_twice: "messages sent twice",
    of_no_known_state: "sends in no known state",
    task_of_an_ended_journey: "tasks that no journey waits for",
    task_of_a_journey_that_went_on: "tasks that no journey waits for",
    two_tasks: "leads with two open handoffs",
    erased_but_in_flight: "erased leads in flight",
    of_no_campaign: "open journeys of no campaign",
}
WORTH_A_LOOK: dict[Callable[[Rows], None], str] = {
    crm_change_not_delivered: "CRM changes not delivered",
    unknown_for_long: "sends unknown for a day",
    retry_forgotten: "retries not tried again",
}


@pytest.mark.parametrize("wrong", RED, ids=lambda wrong: wrong.__name__)
async def test_it_is_red_on(wrong: Callable[[Rows], None], rows: Rows) -> None:
    a_good_life(rows)
    wrong(rows)
    found = await of_rows(rows)
    assert broken(found) == [RED[wrong]]
    assert not found.holds
    [finding] = [finding for finding in found.findings if not finding.holds]
    assert finding.bad == 1
    assert len(finding.rows) == (0 if "no name" in finding.name else 1)


@pytest.mark.parametrize("wrong", WORTH_A_LOOK, ids=lambda wrong: wrong.__name__)
async def test_it_is_worth_a_look(wrong: Callable[[Rows], None], rows: Rows) -> None:
    a_good_life(rows)
    wrong(rows)
    found = await of_rows(rows)
    assert broken(found) == [WORTH_A_LOOK[wrong]]
    assert found.holds


async def test_who_is_lost_is_in_the_sum(rows: Rows) -> None:
    late(rows)
    without_outcome(rows)
    found = await of_rows(rows)
    assert found.balance == {"enrolled": 2, "in_flight": 0, "ended": 0, "attention": 0, "lost": 2}


async def test_a_wake_on_its_way_explains_a_past_due(rows: Rows) -> None:
    rows.queued(rows.journey(due=rows.ago(hours=2)), created_at=db_now(-3600), not_before=db_now(600))
    assert (await of_rows(rows)).flight == {"running": 0, "starting": 1, "paused": 0}


async def test_a_paused_campaign_explains_it_too(rows: Rows) -> None:
    rows.journey(due=rows.ago(hours=2), hold="paused")
    rows.store.write_sync(lambda conn: conn.execute(update(campaigns).values(state="paused")))
    assert (await of_rows(rows)).flight == {"running": 0, "starting": 0, "paused": 1}


async def test_many_rows_are_read_in_pages(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "PAGE", 3)
    for number in range(11):
        rows.journey(due=rows.ago(hours=1) if number % 5 == 0 else rows.now + timedelta(hours=1))
    found = await of_rows(rows)
    assert found.balance["in_flight"] == 8
    assert found.balance["lost"] == 3
