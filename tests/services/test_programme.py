"""Campaigns of one programme: letting in, taking out, waiting for another's end, excluding each other."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.services import engagement
from nurture.services.attention import retry
from nurture.services.enrol import enrol
from nurture.services.look import look, waiting_leads
from nurture.services.publish import publish_policy
from nurture.services.turns import as_turn, find
from nurture.services.wakes import Spread
from nurture.store.tables import events, journeys, outbox
from tests.fixtures.content import DICTIONARY, House

HAPPENINGS = {
    **DICTIONARY["happenings"],  # type: ignore[dict-item]
    "guided": {"event": "journey.ended", "campaign": "guide", "outcome": "done"},
}
WAITS: list[dict[str, Any]] = [{"wait": "30d"}, {"end": "done"}]


def begin(house: House, *campaigns: dict[str, Any]) -> str:
    house.do(publish_policy, house.desk.clock, "dictionary", {**DICTIONARY, "happenings": HAPPENINGS})
    for document in campaigns:
        house.publish(document)
    return house.lead()


def enter(house: House, campaign: str, lead: str, cause: str = "1") -> str:
    found = house.do(enrol, house.desk, campaign, lead, cause)
    assert found.refused is None, found.refused
    return str(found.journey)


def turn(house: House, journey: str) -> None:
    row = house.do(find, journey)
    house.do(engagement.check, house.desk, house.do(lambda conn: as_turn(conn, house.desk, row)))


def settle(house: House) -> None:
    while waiting := house.do(waiting_leads, house.desk):
        for lead in waiting:
            house.do(look, house.desk, lead)


def states(house: House) -> dict[str, tuple[str, str | None]]:
    rows = house.do(lambda conn: conn.execute(select(journeys)).all())
    return {row.campaign: (row.state, row.outcome) for row in rows}


def test_one_campaign_lets_into_another(house: House) -> None:
    guide = {"campaign": "guide", "steps": [{"do": "on", "enrol": "trial"}, {"end": "done"}]}
    lead = begin(house, guide, {"campaign": "trial", "steps": WAITS})
    turn(house, enter(house, "guide", lead))
    settle(house)
    assert states(house) == {"guide": ("ended", "done"), "trial": ("open", None)}


def test_a_campaign_that_is_not_live_takes_nobody_in(house: House) -> None:
    guide = {"campaign": "guide", "steps": [{"do": "on", "enrol": "gone"}, {"end": "done"}]}
    turn(house, enter(house, "guide", begin(house, guide)))
    settle(house)
    assert states(house) == {"guide": ("ended", "done")}


def test_one_campaign_takes_out_of_another(house: House) -> None:
    guide = {"campaign": "guide", "steps": [{"do": "off", "leave": "trial"}, {"end": "done"}]}
    lead = begin(house, guide, {"campaign": "trial", "steps": WAITS})
    trial = enter(house, "trial", lead)
    turn(house, trial)
    turn(house, enter(house, "guide", lead))
    settle(house)
    assert states(house)["trial"] == ("open", None)
    assert trial in house.do(lambda conn: conn.scalars(select(outbox.c.record)).all())
    turn(house, trial)
    assert states(house)["trial"] == ("ended", "left")


def test_a_journey_that_needs_attention_can_be_taken_out(house: House) -> None:
    guide = {"campaign": "guide", "steps": [{"do": "off", "leave": "trial"}, {"end": "done"}]}
    lead = begin(house, guide, {"campaign": "trial", "steps": WAITS})
    trial = enter(house, "trial", lead)
    house.do(lambda conn: conn.execute(update(journeys).values(attention="condition")))
    turn(house, enter(house, "guide", lead))
    settle(house)
    turn(house, trial)
    assert states(house)["trial"] == ("ended", "left")
    assert house.do(retry, None, None, Spread(1))[1] == 0


def test_the_end_of_one_campaign_opens_another(house: House) -> None:
    guide = {"campaign": "guide", "steps": [{"wait": "1d", "if": "lead.customer"}, {"end": "done"}]}
    lead = begin(house, guide, {"campaign": "next", "enrol": {"on": "guided"}, "steps": WAITS})
    turn(house, enter(house, "guide", lead))
    settle(house)
    assert states(house)["next"] == ("open", None)


def test_nobody_hears_of_ends_where_nobody_asks(house: House) -> None:
    house.publish({"campaign": "guide", "steps": [{"end": "done"}]})
    turn(house, enter(house, "guide", house.lead()))
    assert house.do(lambda conn: conn.execute(select(events)).all()) == []


@pytest.mark.parametrize("says", ["guide", "trial"])
def test_campaigns_that_exclude_each_other(house: House, says: str) -> None:
    other = {"guide": "trial", "trial": "guide"}[says]
    documents: dict[str, dict[str, Any]] = {
        name: {"campaign": name, "steps": WAITS} for name in ("guide", "trial")
    }
    documents[says]["never_with"] = [other]
    lead = begin(house, *documents.values())
    first = enter(house, "guide", lead)
    assert house.do(enrol, house.desk, "trial", lead, "2").refused == "in guide"
    house.do(lambda conn: conn.execute(update(journeys).values(state="ended")))
    assert first
    assert house.do(enrol, house.desk, "trial", lead, "2").refused is None


def test_the_higher_priority_takes_the_place(house: House) -> None:
    guide = {"campaign": "guide", "steps": WAITS, "never_with": "trial"}
    lead = begin(house, guide, {"campaign": "trial", "steps": WAITS, "priority": 5})
    first = enter(house, "guide", lead)
    enter(house, "trial", lead)
    turn(house, first)
    assert states(house) == {"guide": ("ended", "replaced"), "trial": ("open", None)}
    assert house.do(enrol, house.desk, "guide", house.lead(), "1").refused is None


def test_who_may_not_come_in_takes_nobodys_place(house: House) -> None:
    trial = {"campaign": "trial", "steps": WAITS, "priority": 5, "audience": "lead.customer"}
    lead = begin(house, {"campaign": "guide", "steps": WAITS, "never_with": "trial"}, trial)
    first = enter(house, "guide", lead)
    assert house.do(enrol, house.desk, "trial", lead, "1").refused == "not in the audience"
    assert house.do(find, first).leaving is None
