"""Who gets a lead, from the rows of the database: fair also when many are handed over at once."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from nurture.services.publish import publish_policy
from nurture.services.routing import Given, explain, give, pass_on
from nurture.store.columns import new_id
from nurture.store.tables import accounts, handoffs, leads, users
from tests.fixtures.content import House
from tests.rows import Rows

ANN, BOB, CAL, DEE = (f"{name}@ours.example" for name in ("ann", "bob", "cal", "dee"))
TEAMS: dict[str, Any] = {
    "teams": {
        "inside-sales": {"members": [{"name": "Ann", "email": ANN}, {"name": "Bob", "email": BOB}]},
        "closers": {"members": [{"name": "Cal", "email": CAL}, {"name": "Dee", "email": DEE}]},
    }
}


@pytest.fixture
def sales(house: House) -> House:
    house.do(publish_policy, house.desk.clock, "sales", TEAMS)
    return house


def routed(house: House, how: Any, lead: str, team: str = "inside-sales") -> Given:
    def run(conn: Connection) -> Given:
        found: Given = how(conn, house.desk, house.desk.library.rules(conn), lead, team)
        return found

    return house.store.write_sync(run)


def email(house: House, given: Given) -> str | None:
    return house.do(lambda conn: conn.scalar(select(users.c.email).where(users.c.id == given.user)))


def rules(house: House, *found: dict[str, Any], **top: Any) -> None:
    house.do(publish_policy, house.desk.clock, "routing", {"rules": list(found), **top})


def test_many_at_once_are_shared_out_evenly(sales: House) -> None:
    lead = sales.lead()

    def slowly(*given: Any) -> Given:
        """Long enough for another to begin before this one is committed."""
        found = give(*given)
        time.sleep(0.005)
        return found

    rules(sales, {"rule": "north", "if": 'lead.industry == "sea"', "to": [ANN]})
    with ThreadPoolExecutor(6) as threads:
        given = list(threads.map(lambda _: routed(sales, slowly, lead).user, range(40)))
    assert sorted(Counter(given).values()) == [20, 20]


def test_without_a_file_the_team_takes_turns_and_looking_changes_nothing(sales: House) -> None:
    lead = sales.lead()
    for _ in range(2):
        assert email(sales, routed(sales, explain, lead)) == ANN
    assert [email(sales, routed(sales, give, lead)) for _ in range(3)] == [ANN, BOB, ANN]
    assert email(sales, routed(sales, give, lead, "closers")) == CAL
    user = routed(sales, explain, lead, "closers").user
    assert (
        sales.do(lambda conn: pass_on(conn, sales.desk, sales.desk.library.rules(conn), "closers", user))
        != user
    )


def test_a_rule_gives_to_another_team_and_says_so(sales: House) -> None:
    rules(sales, {"rule": "big", "if": 'lead.industry == "steel"', "to": "closers"})
    given = routed(sales, give, sales.lead(fields={"industry": "steel"}))
    assert (email(sales, given), given.team, given.rule) == (CAL, "closers", "big")
    told = given.to_json()
    assert "holds; Cal" in told["why"]
    assert len(told["policy"]) == 64


def _company(conn: Connection, ids: list[str], domain: str) -> None:
    row = {"id": new_id(), "domain": domain, "fields": {}, "created_at": Rows(None).now}  # type: ignore[arg-type]
    conn.execute(insert(accounts).values(row))
    conn.execute(update(leads).where(leads.c.id.in_(ids)).values(account_id=row["id"]))


@pytest.mark.parametrize("word", ["lead-owner", "account-owner", "same-company"])
def test_who_knows_them(sales: House, word: str) -> None:
    rules(sales, {"rule": "known", "to": word})
    lead, colleague = sales.lead(), sales.lead()
    sales.do(_company, [lead, colleague], "acme.example")
    dee = sales.do(lambda conn: conn.scalar(select(users.c.id).where(users.c.email == DEE)))
    assert routed(sales, explain, lead).rule == "otherwise"
    if word == "same-company":
        made = Rows(sales.store)
        made.handoff(colleague, made.journey(colleague), owner=dee)
    else:
        whose = lead if word == "lead-owner" else colleague
        sales.do(lambda conn: conn.execute(update(leads).where(leads.c.id == whose).values(owner=dee)))
    given = routed(sales, give, lead)
    assert (email(sales, given), given.team, given.rule) == (DEE, "closers", "known")


def test_whoever_is_full_gets_no_more_and_the_rest_waits_in_the_queue(sales: House) -> None:
    members = [
        {"name": "Ann", "email": ANN, "open_at_most": 1},
        {"name": "Bob", "email": BOB, "open_at_most": 2},
    ]
    sales.do(publish_policy, sales.desk.clock, "sales", {"teams": {"inside-sales": {"members": members}}})
    made, owners = Rows(sales.store), []
    for _ in range(4):
        lead = sales.lead()
        given = routed(sales, give, lead)
        owners.append(email(sales, given))
        made.handoff(lead, made.journey(lead), owner=given.user)
    assert owners == [ANN, BOB, BOB, None]
    sales.do(lambda conn: conn.execute(update(handoffs).values(state="accepted")))
    assert email(sales, routed(sales, give, sales.lead())) == ANN
