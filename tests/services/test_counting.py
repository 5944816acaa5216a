"""What a decision sees of clicks and answers: the names of links, and only the answers that count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from nurture.services import sending
from nurture.services.to_send import ToSend
from nurture.store.columns import new_id
from nurture.store.tables import events, sends
from tests.fixtures.content import MONDAY, House
from tests.services.test_do_outward import facts
from tests.services.test_turns import begin

ASKS = {
    "campaign": "asks",
    "leave": {"late": 'answered("question")', "pressed": 'clicked("question", "prices")'},
    "steps": [
        {
            "send": "question",
            "answers": {"now": "Now", "soon": "Soon"},
            "open_for": "5d",
            "counts": "first",
        },
        {"wait": "30d"},
        {"end": "over"},
    ],
}


def event(house: House, lead: str, send: str, kind: str, days: int, data: dict[str, Any]) -> None:
    at = MONDAY + timedelta(days=days)
    row: dict[str, Any] = {
        "source": "link",
        "key": new_id(),
        "type": kind,
        "lead_id": lead,
        "send_id": send,
        "data": data,
    }
    row |= {"occurred_at": at, "received_at": at, "judge_at": at, "looked_at": at, "verdict": "human"}
    house.do(lambda conn: conn.execute(insert(events).values(row)))


def test_the_database_and_the_rules_agree(house: House) -> None:
    turn = begin(house, ASKS)
    claimed = house.do(sending.begin, house.desk, turn, turn.journey)
    assert isinstance(claimed, ToSend)
    found = house.do(lambda conn: conn.execute(select(sends)).one())
    assert found.closes_at == MONDAY + timedelta(days=5)
    named = {
        "state": "sent",
        "sent_at": MONDAY,
        "links": ["https://a/", "https://b/"],
        "link_names": {"1": "prices"},
    }
    house.do(lambda conn: conn.execute(update(sends).values(named)))
    for days, answer in ((1, "soon"), (2, "now"), (9, "now")):
        event(house, found.lead_id, found.id, "survey.answered", days, {"answer": answer})
    event(house, found.lead_id, found.id, "email.clicked", 1, {"link": 1})
    seen = facts(house, turn.journey).sends["question"]
    assert [answer for _, answer in seen.answers] == ["soon"]
    assert [(click.link, click.name) for click in seen.clicks] == [("https://b/", "prices")]
