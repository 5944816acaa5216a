"""The record of what was allowed: added to, never changed, and obeyed where the policy says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.clock import step
from nurture.contract import Turn
from nurture.services.changes import announce
from nurture.services.consents import Consent, hash_of, record_consents
from nurture.services.event_leads import LeadRef
from nurture.services.facts import lead_row
from nurture.services.ingest import NewEvent, ingest
from nurture.services.look import look
from nurture.services.publish import publish_policy
from nurture.services.suppress import suppress
from nurture.services.to_send import ToSend
from nurture.services.unsubscribe import unsubscribe
from nurture.services.wishes import Getting, getting
from nurture.store.tables import consents, leads, wordings
from tests.fixtures.content import DICTIONARY, MONDAY, House
from tests.services.test_gates import reasons, try_to_send
from tests.services.test_turns import begin, row

TICKED = "Yes, send me the guide and news."
POLICY = {
    "needed": ["CA"],
    "lasts": {"purchase": "24 months"},
    "given_by": {"guide-form": "express", "prices-page": "enquiry"},
    "wording": {"guide-form": TICKED},
}


@pytest.fixture
def home(house: House) -> House:
    house.do(publish_policy, house.desk.clock, "dictionary", {**DICTIONARY, "consent": POLICY})
    return house


def record(home: House) -> list[Any]:
    found: list[Any] = home.do(lambda conn: conn.execute(select(consents).order_by(consents.c.at)).all())
    return found


def happens(home: House, lead: str, kind: str, data: dict[str, Any]) -> None:
    now = home.do(home.desk.clock.now)
    home.do(announce, lead, kind, data, f"{kind}/{now}", now)
    home.do(look, home.desk, lead)


def test_where_it_is_needed_nothing_goes_out_without_one(home: House) -> None:
    turn = begin(home, country="CA")
    assert isinstance(try_to_send(home, turn), Turn)
    assert "skipped: no consent to marketing" in reasons(home)


@pytest.mark.parametrize(("country", "goes"), [("DE", True), (None, False)])
def test_a_country_that_nobody_knows_may_be_one_of_them(country: str | None, goes: bool, home: House) -> None:
    assert isinstance(try_to_send(home, begin(home, country=country)), ToSend) == goes


def test_a_form_is_noted_with_wording_and_proof(home: House) -> None:
    turn = begin(home, country="CA")
    lead = row(home, turn.journey).lead_id
    happens(home, lead, "form.submitted", {"form": "guide", "url": "https://ours.example/guide", "more": "x"})
    (said,) = record(home)
    assert (said.state, said.basis, said.source, said.expires_at) == ("given", "express", "guide-form", None)
    assert said.proof["url"] == "https://ours.example/guide"
    assert "more" not in said.proof
    assert said.wording == hash_of(TICKED)
    assert home.do(lambda conn: conn.scalar(select(wordings.c.text))) == TICKED
    assert isinstance(try_to_send(home, turn), ToSend)


def test_an_enquiry_runs_out_after_half_a_year_and_a_later_one_extends_it(home: House) -> None:
    lead = home.lead(country="CA")
    happens(home, lead, "page.viewed", {"path": "/prices"})
    home.do(step, MONDAY + timedelta(days=90))
    happens(home, lead, "page.viewed", {"path": "/prices"})
    first, second = record(home)
    assert first.expires_at == datetime(2026, 9, 2, 9, tzinfo=UTC)
    assert second.expires_at == datetime(2026, 11, 30, 9, tzinfo=UTC)
    policy = home.desk.library.rules
    found = home.do(lambda conn: conn.execute(select(leads.c.consent, leads.c.consent_until)).one())
    consent = home.do(policy).dictionary.consent
    assert found == ("enquiry", second.expires_at)
    assert consent.barred("CA", *found, second.expires_at - timedelta(1)) == ""
    assert consent.barred("CA", *found, second.expires_at) == "the consent by enquiry ran out on 2026-11-30"


def test_what_lasts_longer_stands_and_a_no_ends_all(home: House) -> None:
    lead = home.lead(country="CA")
    until = MONDAY + timedelta(days=700)
    given = [
        Consent(lead, MONDAY, "fair"),
        Consent(lead, MONDAY + timedelta(1), "shop", "purchase", until),
    ]
    assert home.do(record_consents, given) == 2
    standing = select(leads.c.consent, leads.c.consent_until)
    assert home.do(lambda conn: conn.execute(standing).one()) == ("express", None)
    home.do(step, MONDAY + timedelta(days=2))
    home.do(unsubscribe, home.desk, lead, "guide", "page")
    assert home.do(lambda conn: conn.execute(standing).one()) == (None, None)
    later = [Consent(lead, MONDAY + timedelta(days=9), "another import")]
    assert home.do(record_consents, later) == 0
    assert [said.state for said in record(home)] == ["given", "given", "withdrawn"]


@pytest.mark.parametrize(
    ("own", "counts"),
    [
        (MONDAY + timedelta(days=400), None),
        (MONDAY - timedelta(days=60), MONDAY - timedelta(days=60)),
        (MONDAY + timedelta(minutes=2), MONDAY),
        (None, MONDAY),
    ],
)
def test_a_form_allows_nothing_on_a_day_to_come(
    own: datetime | None, counts: datetime | None, home: House
) -> None:
    lead = home.lead(country="CA")
    said = NewEvent("api", "1", "page.viewed", LeadRef(id=lead), own, {"path": "/prices"})
    assert home.do(ingest, home.desk.clock, [said])[0].status == "accepted"
    home.do(look, home.desk, lead)
    assert [one.at for one in record(home)] == ([counts] if counts else [])


def test_what_is_told_of_her_is_what_the_gates_say(home: House) -> None:
    def told(lead: str, now: datetime = MONDAY) -> Getting:
        dictionary = home.do(home.desk.library.rules).dictionary
        return home.do(lambda conn: getting(conn, home.desk, dictionary, lead_row(conn, lead), now))

    turn = begin(home, country="CA", phone="+1 604 555 0100")
    lead = row(home, turn.journey).lead_id
    assert told(lead) == Getting(no_marketing="no consent to marketing")
    assert isinstance(try_to_send(home, turn), Turn)
    assert f"skipped: {told(lead).no_marketing}" in reasons(home)
    home.do(record_consents, [Consent(lead, MONDAY, "shop", "enquiry", MONDAY + timedelta(days=9))])
    assert told(lead) == Getting()
    late = told(lead, MONDAY + timedelta(days=9))
    assert late.no_marketing == "the consent by enquiry ran out on 2026-03-11"
    email = home.do(lambda conn: conn.scalar(select(leads.c.email).where(leads.c.id == lead)))
    for word, scope in ((email, "topic:news"), (email, "guide"), ("+16045550100", "all")):
        home.do(suppress, home.desk.clock, home.desk.secrets[0], word, "unsubscribed", scope)
    home.do(lambda conn: conn.execute(update(leads).values(mail_pause_until=MONDAY + timedelta(3))))
    paused = MONDAY + timedelta(3)
    assert told(lead) == Getting("", "", paused, ("guide (unsubscribed)", "news"), "unsubscribed")
    home.desk.allowed = ("@elsewhere.example",)
    assert told(lead).nothing == "this installation may not write to the address"
    home.do(unsubscribe, home.desk, lead, "guide", "page")
    assert told(lead).nothing == "unsubscribed"
