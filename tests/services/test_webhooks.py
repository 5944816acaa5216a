"""What a webhook's answer is to the journey, in the database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from nurture.contract import Turn
from nurture.services import engagement, webhooks
from nurture.services.hold import hold
from nurture.services.publish import publish_policy
from nurture.services.webhooks import ToCall
from nurture.store.tables import leads
from tests.fixtures.content import DICTIONARY, House
from tests.services.test_turns import begin, lines, row, turn_of

FIELDS = {"lead.credit": "number", "lead.rated": "yes/no", "lead.industry": "text", "lead.renewal": "date"}
KEEP = {"lead.credit": "rating.0.value", "lead.rated": "rated"}
ASK: dict[str, Any] = {
    "campaign": "asks",
    "steps": [
        {"do": "ask", "webhook": {"url": "https://credit.ours.example/rating", "keep": KEEP}, "tag": "asked"},
        {"go": "good", "if": "lead.credit >= 70"},
        {"end": "poor"},
    ],
    "sections": {"good": [{"end": "rich"}]},
}
HOSTS = ("credit.ours.example",)


def asked(house: House) -> tuple[Turn, ToCall]:
    house.do(publish_policy, house.desk.clock, "dictionary", {**DICTIONARY, "fields": FIELDS})
    turn = house.do(engagement.check, house.desk, begin(house, ASK))
    assert turn.effect == "call_webhook"
    call = house.do(webhooks.begin, house.desk, turn, HOSTS)
    assert isinstance(call, ToCall)
    return turn, call


NAMED = {"credit": {"url": "https://credit.ours.example/v2", "keep": KEEP, "secret": "bureau"}}


def test_a_webhook_of_the_dictionary_is_the_one_that_is_live(house: House) -> None:
    words = {**DICTIONARY, "fields": FIELDS, "webhooks": NAMED}
    house.do(publish_policy, house.desk.clock, "dictionary", words)
    steps = [{"do": "ask", "webhook": "credit"}, *ASK["steps"][1:]]
    turn = house.do(engagement.check, house.desk, begin(house, {**ASK, "steps": steps}))
    call = house.do(webhooks.begin, house.desk, turn, HOSTS)
    assert (call.url, call.secret, call.keep) == ("https://credit.ours.example/v2", "bureau", KEEP)
    assert call.kinds["lead.credit"] == "number"

    house.do(publish_policy, house.desk.clock, "dictionary", {**words, "webhooks": {}})
    house.do(webhooks.begin, house.desk, turn, HOSTS)
    assert row(house, turn.journey).attention == "webhook"


def test_what_is_sent_names_the_step_and_the_lead(house: House) -> None:
    turn, call = asked(house)
    body = json.loads(call.body)
    assert (body["type"], body["data"]["campaign"], body["data"]["step"]) == ("campaign.step", "asks", "ask")
    assert body["data"]["lead"]["fields"]["lead.email"] == "lead1@people.example"
    again = house.do(webhooks.begin, house.desk, turn, HOSTS)
    assert again.number == call.number


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"rating": [{"value": 82}], "rated": True}, "rich"),
        ({"rating": [{"value": 12}]}, "poor"),
        ({"nothing": "of it"}, "poor"),
    ],
)
def test_the_answer_fills_fields_that_the_next_line_sees(
    house: House, answer: dict[str, Any], outcome: str
) -> None:
    turn, call = asked(house)
    done = house.do(webhooks.answered, house.desk, call, json.dumps(answer))
    assert (done.effect, row(house, turn.journey).outcome) == ("ended", outcome)
    assert ("called", "ask") in lines(house, turn.journey)


@pytest.mark.parametrize("answer", ["<html>", '{"rating": [{"value": "high"}]}', '{"rated": "yes"}'])
def test_an_answer_that_cannot_be_used_needs_attention(house: House, answer: str) -> None:
    turn, call = asked(house)
    house.do(webhooks.answered, house.desk, call, answer)
    assert row(house, turn.journey).attention == "webhook"


def test_trouble_is_tried_again_and_a_refusal_parks(house: House) -> None:
    turn, call = asked(house)
    house.do(webhooks.unanswered, house.desk, call, "webhook: timeout", None)
    found = row(house, turn.journey)
    assert (found.hold, found.troubles, found.effect) == ("webhook: timeout", 1, "call_webhook")
    call = house.do(webhooks.begin, house.desk, turn_of(house, turn.journey), HOSTS)
    house.do(webhooks.refused, house.desk, call, "webhook: http 404", None)
    assert row(house, turn.journey).attention == "webhook"


def test_nothing_is_called_while_everything_is_on_hold(house: House) -> None:
    turn, _ = asked(house)
    house.do(hold, house.desk.clock, "wrong prices")
    assert isinstance(house.do(webhooks.begin, house.desk, turn, HOSTS), Turn)
    assert row(house, turn.journey).hold == "held"


def test_a_stepped_clock_calls_nobody_outside(house: House) -> None:
    turn, _ = asked(house)
    done = house.do(webhooks.begin, house.desk, turn, ())
    assert (done.effect, row(house, turn.journey).outcome) == ("ended", "poor")


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("2026-05-01", "2026-05-01"),
        ("2026-05-01T10:00:00+02:00", "2026-05-01T08:00:00+00:00"),
        ("2026-05-01T10:00:00", None),
        ("soon", None),
    ],
)
def test_an_answer_fills_a_date(house: House, answer: str, kept: str | None) -> None:
    house.do(publish_policy, house.desk.clock, "dictionary", {**DICTIONARY, "fields": FIELDS})
    step = {
        "do": "ask",
        "webhook": {"url": "https://credit.ours.example/rating", "keep": {"lead.renewal": "at"}},
    }
    until = [step, {"end": "known", "if": "known(lead.renewal)"}, {"end": "unknown"}]
    turn = house.do(engagement.check, house.desk, begin(house, {"campaign": "asks", "steps": until}))
    call = house.do(webhooks.begin, house.desk, turn, HOSTS)
    house.do(webhooks.answered, house.desk, call, json.dumps({"at": answer}))
    journey = row(house, turn.journey)
    assert (journey.outcome, journey.attention) == (("known", None) if kept else (None, "webhook"))
    if kept:
        fields = house.do(lambda conn: conn.scalar(select(leads.c.fields)))
        assert fields["renewal"] == kept
