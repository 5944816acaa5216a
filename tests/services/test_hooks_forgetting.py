"""What providers told of somebody who is erased names nobody afterwards; others keep theirs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import select, update

from nurture.delivery.providers.sendgrid import SendGridHook
from nurture.domain.mail_events import MailEvent, Odd, Told
from nurture.services.feedback import book
from nurture.services.hooks import close, forget_person, keep
from nurture.store.session import Store
from nurture.store.tables import inbox, leads, provider_events
from tests.fixtures.content import House, make_house
from tests.services.test_feedback import a_send

NAME = SendGridHook.name


def told(house: House, number: str, email: str, *, odd: bool = False, read: bool = True) -> None:
    """A webhook about a mail to this address, read unless it has just come in."""
    body = f'[{{"email": "{email.upper()}"}}]'.encode()
    house.do(keep, house.desk, NAME, number, {}, body)
    row = house.do(lambda conn: conn.execute(select(inbox).where(inbox.c.key == number)).one())
    if not odd and read:
        event = MailEvent(Told.DELIVERED, number, "delivered", None, recipient=email, proved=True)
        house.do(book, house.desk, NAME, [event], row.id)
    if read:
        house.do(close, house.desk, row, [Odd(0, "no event")] if odd else [])


def test_a_body_that_spells_the_domain_in_its_own_letters_goes_too(store: Store) -> None:
    house = make_house(store)
    ned = house.lead(email="ned@xn--n-nga1b.example")
    for number, body in (("1", '["ned@ünï.example"]'), ("2", json.dumps(["Ned@ünï.example"])), ("3", "ben")):
        house.do(keep, house.desk, NAME, number, {}, body.encode())
        row = house.do(lambda conn, key=number: conn.execute(select(inbox).where(inbox.c.key == key)).one())
        house.do(close, house.desk, row, [Odd(0, "no event")])
    assert house.do(forget_person, ned, "ned@xn--n-nga1b.example") == 2


def test_bodies_and_addresses_of_one_person_go_and_those_of_others_stay(store: Store) -> None:
    house = make_house(store)
    ann = house.lead(email="ann@people.example")
    house.lead(email="ben@people.example")
    told(house, "1", "ann@people.example")
    told(house, "2", "ben@people.example")
    told(house, "3", "ann@people.example", odd=True)
    told(house, "4", "ann@people.example", read=False)
    assert house.do(forget_person, ann, "Ann@people.example") == 2
    bodies = house.do(lambda conn: {row.key: bytes(row.body) for row in conn.execute(select(inbox))})
    assert [number for number, body in sorted(bodies.items()) if b"ANN@" in body] == ["4"]
    assert b"BEN@" in bodies["2"]
    rows = house.do(lambda conn: conn.execute(select(provider_events)).all())
    assert [row.address is None for row in sorted(rows, key=lambda one: one.key)] == [True, False]
    assert house.do(forget_person, ann, "ann@people.example") == 0


def test_a_late_report_to_the_return_path_of_somebody_erased_keeps_no_address(store: Store) -> None:
    """It is known by the path alone; whom it names stands in its body."""
    house = make_house(store)
    gone, here = (a_send(house, house.lead(email=f"{name}@people.example")) for name in ("ann", "ben"))
    house.do(
        lambda conn: conn.execute(
            update(leads).where(leads.c.email == "ann@people.example").values(erased_at=datetime.now(UTC))
        )
    )
    for number, send in (("1", gone), ("2", here)):
        house.do(keep, house.desk, "smtp", number, {}, b"Final-Recipient: rfc822; somebody")
        row = house.do(
            lambda conn, number=number: conn.execute(select(inbox).where(inbox.c.key == number)).one()
        )
        house.do(close, house.desk, row, [MailEvent(Told.BOUNCED, number, "dsn", send_id=send)])
    bodies = house.do(lambda conn: {row.key: bytes(row.body) for row in conn.execute(select(inbox))})
    assert [number for number, body in bodies.items() if body] == ["2"]
