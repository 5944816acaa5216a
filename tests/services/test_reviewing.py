"""What sales said of the leads that the score handed over."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from nurture.cli.score_review import _line, _told
from nurture.services.changes import announce
from nurture.services.look import look
from nurture.services.reviewing import Share, review
from nurture.store.tables import handoffs, journeys
from tests.fixtures.content import MONDAY, House
from tests.services.test_scoring import publish
from tests.services.test_turns import begin, row

POLICY: dict[str, Any] = {
    "rules": {"form": {"on": "form.submitted", "points": 40}, "visit": {"on": "page.viewed", "points": 30}},
    "fit": {"big": {"field": "lead.employees", "at_least": 100, "points": 20}},
    "grades": {"A": 20, "B": 10, "C": 5},
    "matrix": {
        "bands": [40, 20, 10],
        "cells": {
            "hand off": ["A1", "A2", "B1", "B2"],
            "nurture on": ["A3", "A4", "B3", "B4"],
            "educate": ["C1", "C2", "C3", "C4"],
            "disqualify": ["D1", "D2", "D3", "D4"],
        },
    },
}


def handed(house: House, kind: str, state: str, reason: str | None = None) -> str:
    turn = begin(house, {"campaign": "talk", "steps": [{"wait": "30d"}, {"end": "over"}]})
    lead: str = row(house, turn.journey).lead_id
    house.do(announce, lead, kind, {}, f"{kind}/{lead}", MONDAY - timedelta(hours=1))
    house.do(look, house.desk, lead)
    values: dict[str, Any] = {
        "id": turn.journey,
        "key": turn.journey,
        "lead_id": lead,
        "journey_id": turn.journey,
    }
    values |= {"step": "talk", "team": "a", "state": state, "reason": reason, "context": {}, "visit": 1}
    values |= {"due": MONDAY, "created_at": MONDAY}
    house.do(lambda conn: conn.execute(insert(handoffs).values(values)))
    house.do(lambda conn: conn.execute(update(journeys).values(state="ended")))
    return lead


def test_the_rules_that_handed_over_what_was_rejected_are_told(house: House) -> None:
    publish(house, POLICY)
    for state in ("accepted", "qualified", "open"):
        handed(house, "form.submitted", state)
    won = handed(house, "form.submitted", "accepted")
    stage = {"stage": "customer", "from": "SQL"}
    house.do(announce, won, "stage.changed", stage, "won", MONDAY + timedelta(days=3))
    for reason in ("no-budget", "no-budget"):
        handed(house, "page.viewed", "rejected", reason)
    rules = house.do(house.desk.library.rules)
    found = house.do(review, rules, MONDAY - timedelta(days=1), MONDAY + timedelta(days=1))
    assert (found.handed, found.everybody.accepted, found.everybody.rejected) == (6, 3, 2)
    assert (found.rules["visit"].rate, found.rules["form"].rate) == (1.0, 0.0)
    assert found.rules["visit"].reasons == {"no-budget": 2}
    assert {name: one.answered for name, one in found.cells.items()} == {"D1": 3, "D2": 2}
    assert found.score is not None
    assert found.score.value == 1.0
    assert found.won is not None
    assert found.won.won == 1
    told = "\n".join(_told(found, MONDAY))
    assert "visit: 2 answered, 2 rejected: 2 no-budget; too few to say" in told
    assert "%" not in told.partition("Rules that had a part")[2], "a rate of few is no rate"
    assert "3 accepted and 2 not: too few to say" in told
    many = Share(accepted=9, rejected=3, reasons=Counter({"no-budget": 3}))
    line = _line("visit", many, Share(accepted=20, rejected=4))
    assert line == ("  visit: 12 answered, 25% rejected (95 %: 9% to 53%): 3 no-budget; without it 8%")
    nothing = house.do(review, rules, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert (nothing.handed, nothing.score) == (0, None)
