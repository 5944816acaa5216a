"""Pausing stops, resuming wakes those whom the pause met, one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Row, select

from nurture.clock import RealClock
from nurture.services import pause, wakes
from nurture.services.event_leads import LeadRef, whom
from nurture.services.leads import find_or_create
from nurture.services.pause import (
    UnknownCampaign,
    UnknownLead,
    lead_of,
    pause_campaign,
    pause_lead,
    resume_campaign,
    resume_lead,
    wake_paused,
)
from nurture.services.wakes import Spread
from nurture.store.tables import identities, journeys, outbox
from tests.rows import CAMPAIGN, Rows

CLOCK = RealClock()


def queued(rows: Rows) -> list[Row[Any]]:
    return list(rows.store.read_sync(lambda conn: conn.execute(select(outbox).order_by(outbox.c.id)).all()))


def test_a_campaign_stands_still_and_goes_on(rows: Rows) -> None:
    assert rows.store.write_sync(pause_campaign, CLOCK, CAMPAIGN)
    assert not rows.store.write_sync(pause_campaign, CLOCK, CAMPAIGN)
    assert rows.store.write_sync(resume_campaign, CAMPAIGN)
    assert not rows.store.write_sync(resume_campaign, CAMPAIGN)


@pytest.mark.parametrize("act", [resume_campaign, lambda conn, name: pause_campaign(conn, CLOCK, name)])
def test_an_unknown_campaign_is_an_error(rows: Rows, act: Any) -> None:
    with pytest.raises(UnknownCampaign):
        rows.store.write_sync(act, "byers-guide")


def test_those_who_met_the_pause_are_woken_in_pages_at_a_rate(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pause, "PAGE", 2)
    met = sorted(rows.journey(hold="paused") for _ in range(5))
    rows.journey()
    rows.journey(hold="window")
    rows.journey(hold="paused", paused_at=rows.now)
    rows.ended(hold="paused")
    after, done = None, 0
    for expected in (2, 2, 1):
        after, count = rows.store.write_sync(wake_paused, CAMPAIGN, after, Spread(0.5, done))
        assert count == expected
        done += count
    assert after is None
    found = queued(rows)
    assert [row.payload for row in found] == [{"journey": journey, "due": True} for journey in met]
    assert [row.record for row in found] == met
    assert found[0].not_before is None
    apart = [(row.not_before - row.created_at).total_seconds() for row in found[1:]]
    assert [round(seconds) for seconds in apart] == [2, 4, 6, 8]


def test_one_lead_stands_still_and_goes_on(rows: Rows) -> None:
    lead = rows.lead()
    waiting, met = rows.journey(lead), rows.journey(lead, key="2", entry=2, hold="paused")
    rows.ended(lead=lead, key="3", entry=3)
    other = rows.journey()
    assert rows.store.write_sync(pause_lead, CLOCK, lead) == 2
    paused = journeys.c.paused_at.is_not(None)
    stand = rows.store.read_sync(lambda conn: set(conn.scalars(select(journeys.c.id).where(paused))))
    assert stand == {waiting, met}
    assert other not in stand
    assert rows.store.write_sync(resume_lead, lead) == 2
    assert [row.payload for row in queued(rows)] == [{"journey": met, "due": True}]


def test_a_lead_is_found_by_address_and_id_and_through_a_merge(rows: Rows) -> None:
    lead = rows.lead(email="anna@ours.example")
    gone = rows.lead(email=None, merged_into=lead)
    for word in ("anna@ours.example", " Anna@Ours.example", lead, lead.upper(), gone):
        assert rows.store.read_sync(lead_of, word) == lead
    for word in ("nobody@ours.example", "anna", "01900000-0000-7000-8000-000000000000"):
        with pytest.raises(UnknownLead):
            rows.store.read_sync(lead_of, word)


SPELT = [
    "ned@ünï.example",
    "NED@ÜNÏ.example",
    " Ned <ned@xn--n-nga1b.example> ",
    "ned@XN--N-NGA1B.example",
    "ned@u\u0308ni\u0308.example",
    "ned@ünï。example",
]


@pytest.mark.parametrize("word", SPELT)
def test_any_spelling_that_an_import_takes_names_the_lead(rows: Rows, word: str) -> None:
    lead = rows.store.write_sync(find_or_create, CLOCK, SPELT[0])
    assert rows.store.read_sync(lead_of, word) == lead
    whoever = rows.store.write_sync(whom, CLOCK, [LeadRef(email=word)], create=False)
    assert list(whoever.known.values()) == [lead]
    other = rows.lead(email=None, merged_into=lead)
    rows.put(identities, lead_id=lead, kind="email", value="ned@xn--n-nga1b.old.example")
    earlier = word.replace(".example", ".old.example").replace("。example", ".old.example")
    assert rows.store.read_sync(lead_of, earlier) == lead != other
    whoever = rows.store.write_sync(whom, CLOCK, [LeadRef(email=earlier)], create=False)
    assert list(whoever.known.values()) == [lead]


def test_a_spread_goes_on_where_the_page_before_ended() -> None:
    seconds = Spread(rate=4, done=2).seconds()
    assert [next(seconds), next(seconds)] == [0.5, 0.75]
    assert wakes.PAGE == 500
