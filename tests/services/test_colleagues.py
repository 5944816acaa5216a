"""What changes of a company is heard by everybody of it, on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select

from nurture.services import colleagues
from nurture.services.engagement import check
from nurture.services.enrol import enrol
from nurture.services.leads import LeadInput, find_or_create, upsert
from nurture.services.publish import publish_policy
from nurture.services.scans.run import scan
from nurture.store.columns import new_id
from nurture.store.tables import account_changes, accounts, events, journeys, leads, segment_members
from tests.fixtures.content import DICTIONARY, MONDAY, House
from tests.services.test_scans import settle
from tests.services.test_turns import turn_of

BIG = "account.employees >= 250"
FIELDS = {**DICTIONARY["fields"], "account.employees": "number"}  # type: ignore[dict-item]
WAITS = [{"wait": "up to 30d", "until": BIG}, {"send": "hello"}, {"end": "done"}]


def knows_companies(house: House) -> None:
    dictionary = {**DICTIONARY, "fields": FIELDS, "segments": {"big": BIG}}
    house.do(publish_policy, house.desk.clock, "dictionary", dictionary)


def lead(house: House, name: str, company: str = "big.example") -> str:
    found: str = house.do(find_or_create, house.desk.clock, f"{name}@{company}")
    return found


def grows(house: House, email: str, employees: int = 500) -> None:
    def write(conn: Connection) -> None:
        rules = house.desk.library.rules(conn)
        values: dict[str, object] = {"account.employees": employees}
        upsert(conn, house.desk.clock, rules.dictionary, LeadInput(email, values), "test")

    house.do(write)


def rows(house: House, query: Any) -> list[Any]:
    return house.do(lambda conn: list(conn.scalars(query)))


def test_a_colleague_who_waits_for_it_is_woken(house: House) -> None:
    knows_companies(house)
    house.publish({"campaign": "talk", "steps": WAITS})
    waits, other = lead(house, "ann"), lead(house, "eve", "small.example")
    for who in (waits, other):
        found = house.do(enrol, house.desk, "talk", who, "test")
        assert found.refused is None
    begun = rows(house, select(journeys.c.id).order_by(journeys.c.lead_id))
    assert len(begun) == 2
    for turn in [turn_of(house, one) for one in begun]:
        house.do(check, house.desk, turn)
    settle(house)
    grows(house, "bob@big.example")
    settle(house)
    woken = select(journeys.c.lead_id).where(journeys.c.woken)
    assert rows(house, woken) == [waits]
    assert rows(house, select(account_changes.c.id)) == []


def test_colleagues_come_into_segments_and_campaigns(house: House) -> None:
    knows_companies(house)
    house.publish({"campaign": "talk", "enrol": {"on": ["enters big"]}, "steps": [{"send": "hello"}]})
    settle(house)
    there = {lead(house, name) for name in ("ann", "bob")}
    settle(house)
    grows(house, "bob@big.example")
    settle(house)
    assert set(rows(house, select(segment_members.c.lead_id))) == there
    assert set(rows(house, select(journeys.c.lead_id))) == there


def test_who_brought_the_news_hears_it_once(house: House) -> None:
    knows_companies(house)
    ann, bob = lead(house, "ann"), lead(house, "bob")
    grows(house, "bob@big.example")
    settle(house)
    told = select(events.c.lead_id).where(events.c.type == "lead.changed")
    assert sorted(rows(house, told)) == sorted([ann, bob])


def test_a_company_of_one_notes_nothing(house: House) -> None:
    knows_companies(house)
    lead(house, "ann")
    grows(house, "ann@big.example")
    assert rows(house, select(account_changes.c.id)) == []


def test_many_are_told_page_by_page(house: House) -> None:
    knows_companies(house)
    lead(house, "ann")
    many = colleagues.PAGE * 2 + 7

    def add(conn: Connection) -> None:
        of = conn.execute(select(accounts.c.id)).scalar_one()
        fixed = {"account_id": of, "fields": {}, "tags": [], "created_at": MONDAY, "updated_at": MONDAY}
        conn.execute(
            insert(leads), [{"id": new_id(), "email": f"{n}@x.example", **fixed} for n in range(many)]
        )

    house.do(add)
    grows(house, "ann@big.example")
    pages = []
    while seen := house.do(scan, house.desk):
        pages.append(seen)
    assert len(pages) == 3
    heard = rows(house, select(events.c.lead_id).where(events.c.type == "lead.changed"))
    assert (len(heard), len(set(heard))) == (many + 1, many + 1)
