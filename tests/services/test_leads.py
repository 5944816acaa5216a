from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from nurture.clock import RealClock
from nurture.domain.dictionary import Dictionary
from nurture.services.leads import (
    LeadInput,
    RefusedLead,
    Upserted,
    check,
    find_or_create,
    resolve,
    upsert,
    upsert_many,
)
from nurture.services.merge import merge
from nurture.store.session import Store
from nurture.store.tables import accounts, consents, events, identities, leads

WORDS = Dictionary(
    fields={
        "lead.email": "text",
        "lead.industry": "text",
        "lead.seats": "number",
        "lead.customer": "yes/no",
        "lead.renewal": "date",
        "account.size": "number",
    }
)
CLOCK = RealClock()


def put(store: Store, email: str, **values: object) -> Upserted:
    given = LeadInput(email, {name.replace("__", "."): value for name, value in values.items()})
    return store.write_sync(upsert, CLOCK, WORDS, given, "test")


def row(conn: Connection, lead_id: str) -> dict[str, Any]:
    return dict(conn.execute(select(leads).where(leads.c.id == lead_id)).mappings().one())


def changes(conn: Connection) -> list[tuple[str, list[str]]]:
    found = conn.execute(select(events.c.lead_id, events.c.data).where(events.c.type == "lead.changed"))
    return [(lead, data["fields"]) for lead, data in found]


def count(conn: Connection, table: Any) -> int:
    return conn.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_lead_is_made_once_and_changed_by_what_is_new(store: Store) -> None:
    made = put(store, "Ann@Bücher.example", first_name="Ann", industry="Retail", seats="12", customer="no")
    assert (made.outcome, set(made.changed)) == (
        "created",
        {"lead.first_name", "lead.industry", "lead.seats", "lead.customer"},
    )
    again = put(store, "ann@xn--bcher-kva.EXAMPLE", first_name="Ann", seats=12, industry="  ")
    assert again == (made.lead_id, "unchanged", ())
    assert store.read_sync(changes) == []
    changed = put(store, "ann@bücher.example", seats="13", lead__customer="yes", renewal="2026-03-31")
    assert changed == (made.lead_id, "updated", ("lead.seats", "lead.customer", "lead.renewal"))
    assert store.read_sync(changes) == [(made.lead_id, ["lead.seats", "lead.customer", "lead.renewal"])]
    stored = store.read_sync(row, made.lead_id)
    assert stored["email"] == "ann@xn--bcher-kva.example"
    assert stored["fields"] == {"industry": "Retail", "seats": 13, "customer": True, "renewal": "2026-03-31"}


@pytest.mark.parametrize(
    ("email", "values", "reason"),
    [
        ("no-at-sign.example", {}, "must have an @-sign"),
        ("a@b@c.example", {}, "email:"),
        ("", {}, "email:"),
        ("ann@x.example", {"seats": "many"}, "lead.seats: a number was expected"),
        ("ann@x.example", {"seats": "1,200"}, "lead.seats: a number was expected"),
        ("ann@x.example", {"customer": "maybe"}, "lead.customer: yes or no was expected"),
        ("ann@x.example", {"renewal": "31.03.2026"}, "lead.renewal: a date was expected"),
        ("ann@x.example", {"renewal": "2026-02-30"}, "lead.renewal: a date was expected"),
        ("ann@x.example", {"country": "Germny"}, "did you mean Germany (DE)?"),
        ("ann@x.example", {"zone": "Europe/Atlantis"}, "lead.zone: a time zone was expected"),
        ("ann@x.example", {"language": "klingon!"}, "lead.language: a language was expected"),
        ("ann@x.example", {"first_name": "a\0b"}, "lead.first_name: it has characters that are not text"),
        ("ann@x.example", {"first_name": "a" * 201}, "lead.first_name: it has more than 200 characters"),
        ("ann@x.example", {"country": "Europe"}, "lead.country: Europe is no country"),
        ("ann@x.example", {"email": "bob@x.example"}, "email: the dictionary has no such field"),
        ("ann@x.example", {"shoe_size": "42"}, "shoe_size: the dictionary has no such field"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(
    email: str, values: dict[str, object], reason: str
) -> None:
    with pytest.raises(RefusedLead) as refused:
        check(WORDS, LeadInput(email, values))
    assert reason.casefold() in refused.value.message.casefold()
    assert not email or email not in refused.value.message


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(RefusedLead) as refused:
        check(WORDS, LeadInput("nobody", {"seats": "x", "customer": "x"}))
    assert [reason.partition(":")[0] for reason in refused.value.reasons] == [
        "email",
        "lead.seats",
        "lead.customer",
    ]


@pytest.mark.parametrize(
    ("country", "code", "zone"),
    [
        ("de", "DE", "Europe/Berlin"),
        ("Germany", "DE", "Europe/Berlin"),
        ("united  kingdom", "GB", "Europe/London"),
        ("USA", "US", "America/New_York"),
        ("Australia", "AU", "Australia/Sydney"),
        ("BR", "BR", "America/Sao_Paulo"),
    ],
)
def test_the_zone_follows_the_country(store: Store, country: str, code: str, zone: str) -> None:
    made = put(store, "ann@x.example", country=country)
    stored = store.read_sync(row, made.lead_id)
    assert (stored["country"], stored["zone"]) == (code, zone)
    moved = put(store, "ann@x.example", country="Japan")
    assert moved.changed == ("lead.country", "lead.zone")
    assert store.read_sync(row, made.lead_id)["zone"] == "Asia/Tokyo"


def test_a_zone_that_was_given_stays(store: Store) -> None:
    made = put(store, "ann@x.example", country="US", zone="America/Denver")
    put(store, "ann@x.example", country="CA")
    assert store.read_sync(row, made.lead_id)["zone"] == "America/Denver"


def test_people_of_one_domain_share_an_account_and_free_mail_makes_none(store: Store) -> None:
    ann, bob = (
        put(store, "ann@acme.example", account__name="Acme", account__size="50"),
        put(store, "bob@acme.example"),
    )
    eve = put(store, "eve@gmail.com")
    stored = [store.read_sync(row, one.lead_id)["account_id"] for one in (ann, bob, eve)]
    assert stored[0] == stored[1] is not None
    assert stored[2] is None
    account = store.read_sync(lambda conn: conn.execute(select(accounts)).mappings().one())
    assert (account["domain"], account["name"], account["fields"]) == ("acme.example", "Acme", {"size": 50})
    moved = put(store, "eve@gmail.com", account__domain="https://www.acme.example/about")
    assert store.read_sync(row, moved.lead_id)["account_id"] == stored[0]
    renamed = put(store, "bob@acme.example", account__name="Acme Inc")
    assert renamed.changed == ("account.name",)


def test_find_or_create_leaves_a_known_lead_alone(store: Store) -> None:
    first = store.write_sync(find_or_create, CLOCK, "ann@x.example", first_name="Ann")
    again = store.write_sync(find_or_create, CLOCK, "ANN@x.example", first_name="Other")
    assert first == again
    assert store.read_sync(row, first)["first_name"] == "Ann"


def test_an_address_that_comes_twice_in_a_batch_is_one_lead(store: Store) -> None:
    batch = [
        check(WORDS, LeadInput("ann@x.example", {"first_name": "Ann"})),
        check(WORDS, LeadInput("bob@x.example")),
        check(WORDS, LeadInput("ANN@x.example", {"seats": 3})),
        check(WORDS, LeadInput("ann@x.example", {"seats": 3})),
    ]
    results = store.write_sync(upsert_many, CLOCK, batch, "test")
    assert [result.outcome for result in results] == ["created", "created", "updated", "unchanged"]
    assert results[0].lead_id == results[2].lead_id == results[3].lead_id
    assert store.read_sync(count, leads) == 2
    assert store.read_sync(row, results[0].lead_id)["fields"] == {"seats": 3}
    assert store.read_sync(changes) == []


async def test_many_at_once_make_one_lead(store: Store) -> None:
    made = await asyncio.gather(
        *(store.write(find_or_create, CLOCK, "ann@acme.example", first_name=f"Ann {n}") for n in range(20))
    )
    assert len(set(made)) == 1
    assert [store.read_sync(count, table) for table in (leads, identities, accounts)] == [1, 1, 1]


def test_a_merged_lead_becomes_a_redirect(store: Store) -> None:
    ann = put(store, "ann@acme.example", first_name="Ann").lead_id
    private = put(store, "ann@gmail.com", first_name="Annie", phone="123", industry="Retail").lead_id

    def withdraw(conn: Connection) -> None:
        values = {"lead_id": private, "purpose": "marketing", "state": "withdrawn", "at": CLOCK.now(conn)}
        conn.execute(consents.insert(), values)

    store.write_sync(withdraw)
    for _ in range(2):  # the second changes nothing
        store.write_sync(merge, CLOCK, private, ann)
    kept, gone = store.read_sync(row, ann), store.read_sync(row, private)
    assert (kept["first_name"], kept["phone"], kept["fields"]) == ("Ann", "123", {"industry": "Retail"})
    assert (gone["email"], gone["merged_into"]) == (None, ann)
    assert store.read_sync(resolve, private) == ann
    assert put(store, "ann@gmail.com", seats=4) == (ann, "updated", ("lead.seats",))
    assert store.read_sync(lambda conn: conn.execute(select(consents.c.lead_id)).scalar_one()) == ann
    assert store.read_sync(changes)[0] == (ann, ["lead.phone", "lead.industry"])
    assert store.read_sync(count, leads) == 2
