"""Leads of the database on their way into a forecast."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from nurture.authoring.simulation.behaviour import Behaviour, Temperament
from nurture.authoring.simulation.forecast import simulate
from nurture.authoring.simulation.people import Arrivals
from nurture.authoring.simulation.summary import reasons, summary
from nurture.authoring.stories.playing import Rules
from nurture.authoring.stories.story import Lead
from nurture.domain.campaign import load_campaign
from nurture.domain.enrolment import Past
from nurture.services.enrol import enrol
from nurture.services.known_leads import known_leads
from nurture.services.library import Library
from nurture.services.suppress import suppress
from nurture.store.columns import new_id
from nurture.store.tables import list_members, points
from tests.fixtures.content import MONDAY, SECRET, House
from tests.rows import Rows

STEPS: list[dict[str, Any]] = [{"send": "hello"}, {"wait": "3d"}, {"end": "done"}]
TALK = {"campaign": "talk", "audience": 'lead.industry == "food"', "steps": STEPS}
APART = {"campaign": "apart", "never_with": ["talk"], "steps": STEPS}
QUIET = Behaviour((Temperament("quiet", 1.0, timedelta(hours=1)),))


def known(house: House, most: int | None = None) -> list[Lead]:
    campaign = load_campaign(TALK)
    found: list[Lead] = house.do(
        lambda conn: list(known_leads(conn, Library().rules(conn), campaign, MONDAY, (SECRET,), most))
    )
    return found


def score(house: House, lead: str, given: int) -> None:
    row = {
        "id": new_id(),
        "lead_id": lead,
        "rule": "r",
        "points": given,
        "at": MONDAY,
        "policy": "",
        "key": "r",
    }
    house.do(lambda conn: conn.execute(insert(points).values(**row)))


def test_everybody_is_as_she_is_now_and_who_may_not_come_in_is_counted_by_reason(house: House) -> None:
    for document in (TALK, APART):
        house.publish(document)
    fit = {"fields": {"industry": "food"}}
    plain = house.lead(**fit, stage="MQL", tags=["a"], zone="America/New_York")
    been, apart, _ = house.lead(**fit), house.lead(**fit), house.lead(**fit, email="gone@people.example")
    house.lead(erased_at=MONDAY)
    house.lead(fields={"industry": "steel"})
    house.do(enrol, house.desk, "talk", been, "by hand")
    house.do(enrol, house.desk, "apart", apart, "by hand")
    house.do(suppress, house.desk.clock, SECRET, "gone@people.example", "unsubscribed")
    score(house, plain, 30)
    row = {"id": new_id(), "list": "vip", "lead_id": plain, "at": MONDAY}
    house.do(lambda conn: conn.execute(insert(list_members).values(**row)))

    found = known(house)
    assert len(found) == 5
    assert len(known(house, 2)) == 2
    (one,) = [lead for lead in found if lead.stage == "MQL"]
    assert (one.zone, one.tags, one.score) == (ZoneInfo("America/New_York"), frozenset({"a"}), 30)
    assert (one.lists, one.fields["lead.industry"]) == (frozenset({"vip"}), "food")
    assert [lead.before for lead in found if lead.before] == [(Past("", None),)]

    live = house.do(Library().rules)
    rules = Rules(live.dictionary, live.conditions, live.sales, live.scoring, live.calendars)
    forecast = simulate(load_campaign(TALK), rules, QUIET, Arrivals(MONDAY, 0, 1, 1, found), 20)
    shown = summary(forecast)
    assert shown.outcomes == {"done": 1, "not let in": 4}
    assert sorted(reasons(shown).split(", ")) == [
        "already in 1",
        "in apart 1",
        "not in the audience 1",
        "unsubscribed 1",
    ]


def test_what_happened_before_counts(house: House) -> None:
    rows, back = Rows(house.store), house.lead(fields={"industry": "food"})
    seen = {"data": {"path": "/prices"}, "looked_at": MONDAY, "verdict": "human"}
    for number in range(3):
        rows.event(back, **seen, occurred_at=MONDAY - timedelta(days=number + 1))
    rows.event(back, **{**seen, "verdict": "machine"})
    rows.event(back, type="demo.booked", looked_at=MONDAY, verdict="human")
    house.lead(fields={"industry": "food"})
    steps = [{"end": "hot", "if": 'count("prices-page", "7d") >= 3'}, {"end": "cold"}]
    campaign = load_campaign({"campaign": "talk", "steps": steps})
    live = house.do(Library().rules)
    found = house.do(lambda conn: list(known_leads(conn, live, campaign, MONDAY, (SECRET,), None)))
    assert sorted(len(one.history) for one in found) == [0, 3]
    rules = Rules(live.dictionary, live.conditions, live.sales, live.scoring, live.calendars)
    forecast = simulate(campaign, rules, QUIET, Arrivals(MONDAY, 0, 1, 1, found), 20)
    assert summary(forecast).outcomes == {"hot": 1, "cold": 1}
