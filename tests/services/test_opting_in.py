"""Mail for who has unsubscribed and wants it again, on both databases: the latest word of a person counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.clock import step
from nurture.delivery.compose import Composed
from nurture.delivery.provider import Outcome, Verdict
from nurture.domain.campaign import load_campaign
from nurture.domain.opt_in import asks_again
from nurture.services import ledger, retries, sending, tracking
from nurture.services.consents import stay_out
from nurture.services.enrol import enrol
from nurture.services.event_leads import LeadRef
from nurture.services.ingest import NewEvent, ingest
from nurture.services.look import look
from nurture.services.suppress import suppress, suppressed
from nurture.services.to_send import ToSend
from nurture.services.unsubscribe import unsubscribe
from nurture.store.columns import db_now, new_id
from nurture.store.tables import consents, journeys, leads, sends, suppressions
from tests.fixtures.content import MONDAY, SECRET, House
from tests.services.test_turns import turn_of

LETTER = {
    "campaign": "letter",
    "enrol": {"on": "guide-form", "again": "after exit"},
    "steps": [
        {"send": "sure", "kind": "operational", "answers": {"yes": "Yes"}, "opt_in": "yes"},
        {"wait": "up to 3d", "until": 'answered("sure")'},
        {"send": "news"},
        {"end": "reading"},
    ],
}
SENT = Outcome(Verdict.SENT, 250, "2.0.0", "250 ok", "")
LATER = Outcome(Verdict.RETRY, 450, "4.2.1", "450 later", "mailbox-busy")
COMPOSED = Composed(b"Subject: sure\r\n\r\nSure?", [], "0" * 64)
DAY = timedelta(days=1)


def away(house: House, reason: str = "unsubscribed") -> str:
    """A lead who has left us a day ago."""
    house.publish(LETTER)
    lead = house.lead()
    if reason == "unsubscribed":
        house.do(unsubscribe, house.desk, lead, "guide", "page")
    else:
        house.do(suppress, house.desk.clock, SECRET, email_of(house, lead), reason)
    house.do(look, house.desk, lead)
    house.do(step, MONDAY + DAY)
    return lead


def email_of(house: House, lead: str) -> str:
    return str(house.do(lambda conn: conn.scalar(select(leads.c.email).where(leads.c.id == lead))))


def signs_up(house: House, lead: str, kind: str = "form.submitted") -> Any:
    """The journey that it opens, if any."""
    event = NewEvent("site", new_id(), kind, LeadRef(id=lead), data={"form": "guide"})
    house.do(ingest, house.desk.clock, [event])
    house.do(look, house.desk, lead)
    query = select(journeys.c.id).where(journeys.c.lead_id == lead, journeys.c.state == "open")
    return house.do(lambda conn: conn.scalar(query))


def claimed(house: House, journey: str) -> ToSend:
    mail = house.do(sending.begin, house.desk, turn_of(house, journey), new_id())
    assert isinstance(mail, ToSend)
    return mail


def asked(house: House, lead: str) -> str:
    """The id of the mail that asks whether she is sure."""
    journey = signs_up(house, lead)
    assert journey
    mail = claimed(house, journey)
    assert house.do(sending.mark, house.desk, mail, COMPOSED)
    house.do(sending.finish, house.desk, mail, SENT, COMPOSED, None)
    return mail.send_id


def standing(house: House, lead: str) -> str | None:
    return house.do(suppressed, [SECRET], email_of(house, lead))


def test_who_signs_up_again_and_confirms_is_written_to_again(house: House) -> None:
    lead = away(house)
    send = asked(house, lead)
    assert standing(house, lead) == "unsubscribed", "until she confirms"
    house.do(step, MONDAY + DAY + timedelta(hours=1))
    assert house.do(tracking.answer, house.desk.clock, send, "yes")
    house.do(look, house.desk, lead)
    assert standing(house, lead) is None
    assert house.do(stay_out, [SECRET], {lead: email_of(house, lead)}) == frozenset()
    rows = house.do(lambda conn: conn.execute(select(consents).order_by(consents.c.at)).all())
    assert [(row.state, row.source) for row in rows] == [
        ("withdrawn", "unsubscribe link, page"),
        ("given", "double opt-in, letter"),
    ]
    assert rows[1].proof["send"] == send
    (history,) = house.do(lambda conn: conn.execute(select(suppressions)).all())
    assert (history.lifted, history.reason) == (True, "unsubscribed")
    assert house.do(unsubscribe, house.desk, lead, "letter", "page"), "and may unsubscribe again"
    assert standing(house, lead) == "unsubscribed"


@pytest.mark.parametrize("reason", ["complained", "bounced"])
def test_complaints_and_bounces_are_for_good(house: House, reason: str) -> None:
    lead = away(house, reason)
    assert signs_up(house, lead) is None
    assert standing(house, lead) == reason


def test_only_she_herself_can_ask(house: House) -> None:
    lead = away(house)
    assert signs_up(house, lead, "page.viewed") is None
    assert house.do(enrol, house.desk, "letter", lead, "import/1").refused == "unsubscribed"
    house.publish({**LETTER, "steps": [{"send": "news"}, {"end": "reading"}]})
    assert signs_up(house, lead) is None, "of a campaign that does not ask whether she is sure"


def test_nothing_but_the_question_goes_out_before_she_confirms(house: House) -> None:
    lead = away(house)
    asked(house, lead)
    house.do(step, MONDAY + 6 * DAY)
    journey = house.do(lambda conn: conn.scalar(select(journeys.c.id)))
    turn = turn_of(house, journey)
    for _ in range(3):
        turn = house.do(sending.begin, house.desk, turn, new_id())
    assert turn.effect == "ended"
    assert [row.step for row in house.do(lambda conn: conn.execute(select(sends)).all())] == ["sure"]


@pytest.mark.parametrize("word", ["complained", "unsubscribed"])
def test_what_she_says_after_she_asked_wins_at_the_last_gate(house: House, word: str) -> None:
    lead = away(house)
    mail = claimed(house, signs_up(house, lead))
    house.do(step, MONDAY + DAY + timedelta(minutes=5))
    if word == "complained":
        house.do(suppress, house.desk.clock, SECRET, email_of(house, lead), word)
    else:
        assert house.do(unsubscribe, house.desk, lead, "letter", "page")
    assert not house.do(sending.mark, house.desk, mail, COMPOSED)


def test_an_answer_from_before_she_unsubscribed_lifts_nothing(house: House) -> None:
    lead = away(house)
    send = asked(house, lead)
    house.do(tracking.answer, house.desk.clock, send, "yes")
    house.do(step, MONDAY + 2 * DAY)
    house.do(unsubscribe, house.desk, lead, "letter", "page")
    house.do(look, house.desk, lead)
    assert standing(house, lead) == "unsubscribed"


def test_the_question_may_be_put_off_like_any_mail(house: House) -> None:
    lead = away(house)
    mail = claimed(house, signs_up(house, lead))
    house.do(sending.finish, house.desk, mail, LATER, COMPOSED, None)
    house.do(lambda conn: conn.execute(update(sends).values(not_before=db_now(-1))))
    again = house.do(ledger.due_again, new_id())
    assert house.do(retries.mark, house.desk, again)


@pytest.mark.parametrize(("event", "asks"), [("form.submitted", True), ("contract.cancelled", False)])
def test_what_a_program_tells_of_her_asks_for_nothing(event: str, asks: bool) -> None:
    campaign = load_campaign(LETTER)
    assert asks_again(campaign, "unsubscribed", event) is asks
