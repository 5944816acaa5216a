"""Mails without an answer, of providers with idempotency keys: handed over again under the same key until it
is known what became of them, never twice, and never where the key does not hold."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Row, select, update

from nurture.delivery import calling
from nurture.delivery.provider import Envelope, Mark, Outcome, Provider
from nurture.delivery.registry import key_lives, provider
from nurture.domain.accounts.account import Account
from nurture.domain.accounts.routes import Accounts
from nurture.domain.mail_events import MailEvent, Told
from nurture.relay.retries import Retries
from nurture.services import gap, ledger
from nurture.services.feedback import book
from nurture.services.hold import hold, release
from nurture.services.incidents import Incidents
from nurture.services.opening import open_desk
from nurture.services.silence import MOST
from nurture.services.suppress import suppress
from nurture.settings import Settings, load_settings
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import channels, leads, rates, sends
from tests.amount import examples
from tests.delivery.fakes import FAKES, FakeApi
from tests.delivery.fakes.server import CRASH, DROP, HALF, TAKE, TAKE_THEN_DROP, THROTTLE
from tests.fixtures.content import SECRET, make_house
from tests.reliability.post import Post, twice

PEOPLE = examples(6, 20)


class WorkerGone(Exception):
    pass


@dataclass
class Dying:
    """Of a worker that ends at the one moment when only the provider knows."""

    inner: Provider
    before: bool
    name: str = "resend"

    async def deliver(self, mail: bytes, envelope: Envelope, mark: Mark) -> Outcome:
        if self.before:
            assert await mark()
        else:
            await self.inner.deliver(mail, envelope, mark)
        raise WorkerGone

    async def close(self) -> None: ...


@dataclass
class Scene:
    post: Post
    fake: FakeApi
    relay: Retries
    settings: Settings

    def row(self) -> Row[Any]:
        return self.post.house.do(lambda conn: conn.execute(select(sends)).one())

    def set(self, **values: Any) -> None:
        self.post.house.do(lambda conn: conn.execute(update(sends).values(values)))

    async def all_try(self) -> None:
        for journey in self.post.unfinished():
            with contextlib.suppress(WorkerGone):
                await self.post.sends(journey)

    async def again(self, rounds: int = 1) -> None:
        """Pauses, leases and rests are over."""
        house, past = self.post.house, db_now(-1)
        for _ in range(rounds):
            self.set(lease_until=past, not_before=past)
            house.do(lambda conn: conn.execute(update(channels).values(until=past)))
            house.do(lambda conn: conn.execute(update(rates).values(at=past)))
            house.do(ledger.lapse, house.do(house.desk.clock.now))
            await self.relay.round()

    def known(self) -> tuple[dict[str, int], int, list[str]]:
        return dict(self.post.states()), len(self.fake.taken), twice(self.fake.taken)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "PAUSES", ())


@contextlib.asynccontextmanager
async def scene(store: Store, people: int = 1, name: str = "resend", *script: str) -> AsyncIterator[Scene]:
    fake = FAKES[name]()
    assert isinstance(fake, FakeApi)
    fake.script[:] = script
    async with fake.served():
        settings = load_settings(**fake.settings, internal_hosts="127.0.0.1")
        house = make_house(store, provider=name, keys=key_lives(settings))
        made = provider(settings)
        post = Post(house, made, store)
        post.enrols(people)
        relay = Retries(store, house.desk, made, "news@ours.example", Incidents(store))
        yield Scene(post, fake, relay, settings)
        await made.close()


async def test_a_minute_of_500s_costs_no_mail(store: Store) -> None:
    async with scene(store, 9, "resend", *[CRASH] * 12) as at:
        await at.all_try()
        assert at.known() == ({"unknown": MOST}, 0, [])
        for _ in range(12):
            await at.again()
            await at.all_try()
        assert at.known() == ({"sent": 9}, 9, [])
        kept = at.post.house.do(lambda conn: conn.scalars(select(sends.c.body)).all())
        assert set(kept) == {None}, "what is settled is not kept"


@pytest.mark.parametrize("name", ["resend", "brevo"])
@pytest.mark.parametrize("seed", range(examples(1, 40)))
async def test_whatever_the_weather_each_gets_it_once(sqlite_store: Store, name: str, seed: int) -> None:
    dice = Random(f"{seed} {name}")
    weather = dice.choices([TAKE, CRASH, DROP, HALF, TAKE_THEN_DROP, THROTTLE], k=2 * PEOPLE)
    async with scene(sqlite_store, PEOPLE, name, *weather) as at:
        for _ in range(5 * PEOPLE):
            await at.all_try()
            await at.again()
            if at.known()[0] == {"sent": PEOPLE}:
                break
        assert at.known() == ({"sent": PEOPLE}, PEOPLE, [])


@pytest.mark.parametrize("before", [True, False])
async def test_a_worker_that_is_gone_leaves_the_text_to_the_next(store: Store, before: bool) -> None:
    async with scene(store) as at:
        alive, at.post.provider = at.post.provider, Dying(at.post.provider, before)
        at.post.__post_init__()
        await at.all_try()
        assert (at.row().state, len(at.fake.taken)) == ("inflight", int(not before))
        at.relay._provider = at.post.provider
        with contextlib.suppress(WorkerGone):
            await at.again()
        assert at.row().state == "unknown"
        at.relay._provider = alive
        await at.again()
        assert at.known() == ({"sent": 1}, 1, [])


async def test_when_its_key_is_over_it_is_unknown_for_good(sqlite_store: Store) -> None:
    async with scene(sqlite_store, 1, "resend", CRASH) as at:
        await at.all_try()
        life = (at.row().repeat_until - at.row().created_at).total_seconds()
        assert life == pytest.approx(24 * 3600 - 300, abs=5)
        at.set(repeat_until=db_now(-1))
        await at.again(2)
        assert at.known() == ({"unknown": 1}, 0, [])
        assert (at.row().body, len(at.fake.asked)) == (None, 1)


async def test_a_machine_that_slept_does_not_believe_in_a_dead_key(sqlite_store: Store) -> None:
    async with scene(sqlite_store) as at:
        envelope = Envelope("news@ours.example", "ann@people.example", "1", again_until=1.0)

        async def mark() -> bool:
            return True

        mail = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nx"
        outcome = await at.post.provider.deliver(mail, envelope, mark)
        assert (outcome.verdict, at.fake.asked) == ("fenced", [])


async def test_who_says_no_meanwhile_gets_no_more(sqlite_store: Store) -> None:
    async with scene(sqlite_store, 1, "resend", CRASH) as at:
        await at.all_try()
        house = at.post.house
        email = house.do(lambda conn: conn.scalar(select(leads.c.email)))
        house.do(suppress, house.desk.clock, SECRET, email, "unsubscribed")
        await at.again(2)
        assert at.known() == ({"unknown": 1}, 0, [])
        assert at.row().body is None


async def test_a_hold_makes_it_wait(sqlite_store: Store) -> None:
    async with scene(sqlite_store, 1, "resend", CRASH) as at:
        await at.all_try()
        at.post.house.do(hold, at.post.house.desk.clock, "wrong prices")
        await at.again()
        assert at.known() == ({"unknown": 1}, 0, [])
        at.post.house.do(release)
        await at.again()
        assert at.known() == ({"sent": 1}, 1, [])


async def test_another_account_of_the_same_name_is_not_asked(sqlite_store: Store) -> None:
    async with scene(sqlite_store, 1, "resend", CRASH) as at:
        await at.all_try()
        (life,) = at.post.house.desk.keys.values()
        at.post.house.desk.keys = {"resend": replace(life, place="another")}
        await at.again(2)
        assert at.known() == ({"unknown": 1}, 0, [])
        assert at.row().body is None


async def test_what_a_webhook_says_settles_it(sqlite_store: Store) -> None:
    async with scene(sqlite_store, 1, "resend", CRASH) as at:
        await at.all_try()
        told = MailEvent(Told.DELIVERED, key="1", name="email.delivered", send_id=at.row().id)
        at.post.house.do(book, at.post.house.desk, "resend", [told])
        await at.again(2)
        assert at.known() == ({"delivered": 1}, 0, [])


async def test_to_be_told_to_wait_says_nothing_of_the_first_try(sqlite_store: Store) -> None:
    async with scene(sqlite_store, 1, "resend", TAKE_THEN_DROP, THROTTLE) as at:
        await at.all_try()
        await at.again()
        assert (at.row().state, at.row().reason) == ("unknown", "no-answer")
        await at.again()
        assert at.known() == ({"sent": 1}, 1, [])


async def test_after_a_restore_nobody_trusts_a_key(sqlite_store: Store) -> None:
    async with scene(sqlite_store, 1, "resend", CRASH) as at:
        await at.all_try()
        house = at.post.house
        house.do(gap.begin, house.desk.clock, house.do(house.desk.clock.now), None)
        assert (at.row().state, at.row().body, at.row().repeat_until) == ("unknown", None, None)


def test_every_process_knows_the_keys_of_its_accounts(sqlite_store: Store, tmp_path: Path) -> None:
    given = {"mail_url": "resend://k@default", "data_dir": tmp_path, "secret": "a secret for tests only"}
    one = open_desk(sqlite_store, load_settings(**given)).key_life("")
    assert one is not None
    assert one.seconds == 24 * 3600 - calling.MARGIN
    other = key_lives(load_settings(**{**given, "mail_url": "resend://other@default"}))["resend"]
    assert other.place != one.place, "another team's keys"
    assert key_lives(load_settings(**{**given, "mail_url": "postmark://k@default"})) == {}
    accounts = Accounts({"main": Account("main"), "news": Account("news")}, ())
    own = {"MAIL_URL_NEWS": SecretStr("brevo://k@default")}
    found = key_lives(load_settings(**given, of_accounts=own), accounts)
    assert {name: life.seconds for name, life in found.items()} == {"main": 86100, "news": 1500}
