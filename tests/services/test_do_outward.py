"""Actions that reach further than the lead: lists, notices to our own people."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any

from sqlalchemy import select

from nurture.services import engagement
from nurture.services.enrol import enrol
from nurture.services.facts import load_facts
from nurture.services.look import look
from nurture.services.publish import publish_policy
from nurture.services.turns import find
from nurture.store.tables import journeys, list_members, sends, waits
from tests.fixtures.content import DICTIONARY, House
from tests.services.test_turns import begin, row, turn_of

WITH_LISTS = {**DICTIONARY, "lists": {"newsletter": [], "rivals": ["people.example"]}}
LISTS = {
    "campaign": "lists",
    "steps": [
        {"do": "join", "list": "newsletter"},
        {"wait": "up to 5d", "until": '!on_list("newsletter")'},
        {"end": "left"},
    ],
}
LEAVES = {"campaign": "leaves", "steps": [{"do": "leave", "list": ["-newsletter"]}, {"end": "over"}]}
NOTICE = {"team": "inside-sales", "text": "Came back\nto the prices", "cc": ["boss@ours.example"]}
TELLS = {"campaign": "tells", "steps": [{"do": "tell", "notify": NOTICE}, {"end": "over"}]}


def members(house: House) -> list[str]:
    return list(house.do(lambda conn: conn.scalars(select(list_members.c.list)).all()))


def facts(house: House, journey: str) -> Any:
    def load(conn: Any) -> Any:
        found = find(conn, journey)
        assert found is not None
        published = house.desk.library.campaign(conn, found.version)
        return load_facts(conn, house.desk, house.desk.library.rules(conn), published, found)

    return house.do(load)


def test_a_list_is_joined_and_seen_beside_those_of_the_dictionary(house: House) -> None:
    house.do(publish_policy, house.desk.clock, "dictionary", WITH_LISTS)
    after = house.do(engagement.check, house.desk, begin(house, LISTS))
    assert members(house) == ["newsletter"]
    assert facts(house, after.journey).lists == {"newsletter", "rivals"}
    assert after.step == "join+wait"


def test_being_taken_off_a_list_is_heard(house: House) -> None:
    house.do(publish_policy, house.desk.clock, "dictionary", WITH_LISTS)
    first = house.do(engagement.check, house.desk, begin(house, LISTS))
    lead = row(house, first.journey).lead_id
    assert "list" in house.do(lambda conn: conn.scalars(select(waits.c.token)).all())
    house.publish(LEAVES)
    other = house.do(enrol, house.desk, "leaves", lead, "test:2")
    house.do(engagement.check, house.desk, turn_of(house, other.journey))
    assert members(house) == []
    house.do(look, house.desk, lead)
    assert house.do(engagement.check, house.desk, turn_of(house, first.journey)).effect == "ended"
    assert row(house, first.journey).outcome == "left"


def test_our_own_people_are_told_once_each(house: House) -> None:
    after = house.do(engagement.check, house.desk, begin(house, TELLS))
    assert after.effect == "notify"
    assert house.do(engagement.notify, house.desk, after).effect == "ended"
    house.do(engagement.notify, house.desk, after)  # tried again
    rows = house.do(lambda conn: conn.execute(select(sends).order_by(sends.c.key)).all())
    assert [one.recipient for one in rows] == ["ann@ours.example", "boss@ours.example"]
    assert (rows[0].key, rows[0].lead_id) == (f"notify/{after.journey}/tell/1/1", None)
    mail = message_from_bytes(rows[0].body, policy=default)
    body = mail.get_body()
    assert mail["Subject"] == "Came back"
    assert body
    assert "Lead1, lead1@people.example, lead" in body.get_content()
    assert house.do(lambda conn: conn.scalar(select(journeys.c.outcome))) == "over"
