from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from nurture.clock import RealClock
from nurture.services.publish import publish_policy
from nurture.services.sign_in import (
    NoSuchUser,
    can_sign_in,
    ensure_users,
    sign_in,
    sign_in_link,
    sign_out,
    signed_in,
)
from nurture.store.queries.users import admins
from nurture.store.session import Store
from nurture.store.tables import sign_ins, users

DANA = {"email": "Dana@Sales.example", "name": "Dana", "team": "inside-sales"}
ELI = {"email": "eli@sales.example", "name": "Eli", "team": "inside-sales", "zone": "Europe/Prague"}


@pytest.fixture(autouse=True)
def _members(store: Store) -> None:
    store.write_sync(ensure_users, RealClock(), [DANA, ELI])


def test_a_link_becomes_a_session_once(store: Store) -> None:
    token = store.write_sync(sign_in_link, " DANA@sales.example")
    assert store.read_sync(can_sign_in, token)
    session = store.write_sync(sign_in, token)
    assert session
    user = store.read_sync(signed_in, session)
    assert user is not None
    assert (user.name, user.team, user.sees_all) == ("Dana", "inside-sales", False)
    assert store.write_sync(sign_in, token) is None
    assert not store.read_sync(can_sign_in, token)


def test_of_many_at_once_one_gets_in(store: Store) -> None:
    token = store.write_sync(sign_in_link, "dana@sales.example")
    with ThreadPoolExecutor(6) as threads:
        sessions = list(threads.map(lambda _: store.write_sync(sign_in, token), range(6)))
    assert sum(session is not None for session in sessions) == 1


def test_a_link_is_no_session_and_a_session_no_link(store: Store) -> None:
    token = store.write_sync(sign_in_link, "dana@sales.example")
    assert store.read_sync(signed_in, token) is None
    session = store.write_sync(sign_in, token)
    assert session
    assert store.write_sync(sign_in, session) is None


def test_tokens_are_kept_as_hashes(store: Store) -> None:
    token = store.write_sync(sign_in_link, "dana@sales.example")
    session = store.write_sync(sign_in, token)
    rows = str(store.read_sync(lambda conn: conn.execute(select(sign_ins)).all()))
    assert token not in rows
    assert str(session) not in rows


@pytest.mark.parametrize("token", ["", "nonsense", "\udcff", "ü" * 5000])
def test_nonsense_signs_nobody_in(store: Store, token: str) -> None:
    assert store.write_sync(sign_in, token) is None
    assert store.read_sync(signed_in, token) is None


def test_signing_out(store: Store) -> None:
    session = store.write_sync(sign_in, store.write_sync(sign_in_link, "dana@sales.example"))
    assert session
    store.write_sync(sign_out, session)
    assert store.read_sync(signed_in, session) is None


def test_the_policy_says_who_may(store: Store) -> None:
    session = store.write_sync(sign_in, store.write_sync(sign_in_link, "dana@sales.example"))
    assert session
    moved = {**ELI, "team": "partners", "name": "Eli N."}
    store.write_sync(ensure_users, RealClock(), [moved])
    rows = store.read_sync(lambda conn: conn.execute(select(users).order_by(users.c.email)).all())
    assert [(row.name, row.team, row.active, row.zone) for row in rows] == [
        ("Dana", "inside-sales", False, None),
        ("Eli N.", "partners", True, "Europe/Prague"),
    ]
    assert store.read_sync(signed_in, session) is None
    with pytest.raises(NoSuchUser):
        store.write_sync(sign_in_link, "dana@sales.example")
    store.write_sync(ensure_users, RealClock(), [DANA, moved])
    assert store.read_sync(signed_in, session) is not None


def test_admins_come_and_go_with_the_policy(store: Store) -> None:
    member = {"name": "Eli", "email": "eli@sales.example"}
    sales = {
        "teams": {"inside-sales": {"members": [member]}},
        "admins": ["IT@ours.example", "eli@sales.example"],
    }
    store.write_sync(publish_policy, RealClock(), "sales", sales)
    assert store.read_sync(admins) == ["Eli", "it"]
    session = store.write_sync(sign_in, store.write_sync(sign_in_link, "eli@sales.example"))
    eli = store.read_sync(signed_in, session or "")
    assert eli
    assert (eli.sees_all, eli.team) == (True, "inside-sales")
    store.write_sync(publish_policy, RealClock(), "sales", {"teams": sales["teams"]})
    assert store.read_sync(admins) == []
    with pytest.raises(NoSuchUser):
        store.write_sync(sign_in_link, "it@ours.example")
