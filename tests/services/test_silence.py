"""An account that takes calls and answers none: few mails are lost to it, one alone tries whether it answers
again, and then all go on."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from nurture.delivery.registry import provider
from nurture.delivery.several import Several
from nurture.domain.accounts.account import Account
from nurture.domain.accounts.routes import Accounts, Route
from nurture.relay.retries import Retries
from nurture.services.channels import PASSING, resting
from nurture.services.incidents import Incidents
from nurture.services.rates import Purse, bucket_of, take
from nurture.services.silence import MOST
from nurture.settings import load_settings
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import channels, journeys, rates, sends
from tests.delivery.fakes.postmark import FakePostmark
from tests.delivery.fakes.resend import FakeResend
from tests.delivery.fakes.server import CRASH, TAKE, THROTTLE, WAIT
from tests.fixtures.content import House, make_house
from tests.reliability.post import Post, twice
from tests.reliability.weather import refused

LEADS = 9
BOTH = Accounts({"main": Account("main"), "spare": Account("spare")}, (Route(("main", "spare")),))


@dataclass
class Outage:
    house: House
    post: Post
    fake: FakePostmark
    spare: FakeResend

    async def all_try(self) -> int:
        """How many calls the account got."""
        before = len(self.fake.asked)
        for journey in self.post.unfinished():
            await self.post.sends(journey)
        return len(self.fake.asked) - before

    def rests_for(self, name: str = "postmark") -> tuple[str, float] | None:
        found = self.house.do(resting, name)
        return (found.reason, next(pause for pause in PASSING if found.seconds <= pause)) if found else None

    def rest_is_over(self) -> None:
        self.house.do(lambda conn: conn.execute(update(channels).values(until=db_now(-1))))
        self.house.do(lambda conn: conn.execute(update(rates).values(at=db_now(-1))))


@contextlib.asynccontextmanager
async def outage(store: Store, accounts: Accounts | None = None) -> AsyncIterator[Outage]:
    fake, spare = FakePostmark(), FakeResend()
    fake.script[:] = [CRASH] * 100
    async with fake.served(), spare.served():
        ways = [provider(load_settings(**one.settings, internal_hosts="127.0.0.1")) for one in (fake, spare)]
        chosen = Several({"main": ways[0], "spare": ways[1]}) if accounts else ways[0]
        house = make_house(store, provider="postmark", accounts=accounts)
        post = Post(house, chosen, store)
        post.enrols(LEADS)
        yield Outage(house, post, fake, spare)
        for way in ways:
            await way.close()


async def test_a_few_calls_are_lost_and_not_one_for_each_that_is_due(store: Store) -> None:
    async with outage(store) as down:
        assert await down.all_try() == MOST
        assert await down.all_try() == 0
        assert down.post.states()["unknown"] == MOST
        assert down.rests_for() == ("silent", 60)


async def test_one_alone_tries_again_and_waits_longer_each_time(sqlite_store: Store) -> None:
    async with outage(sqlite_store) as down:
        await down.all_try()
        for pause in (120, 240, 240):
            down.rest_is_over()
            assert await down.all_try() == 1
            assert down.rests_for() == ("silent", pause)
        assert down.post.states()["unknown"] == MOST + 3


@pytest.mark.parametrize(("answer", "then"), [(TAKE, None), (THROTTLE, ("throttled", 60))])
async def test_when_it_answers_all_go_on(sqlite_store: Store, answer: str, then: object) -> None:
    async with outage(sqlite_store) as down:
        await down.all_try()
        down.fake.script[:] = [answer]
        down.rest_is_over()
        first, *_ = down.post.unfinished()
        await down.post.sends(first)
        assert down.rests_for() == then
        if then:
            assert 5 < down.house.do(resting, "postmark").seconds <= WAIT
            assert await down.all_try() == 0, "not before it may"
        down.rest_is_over()
        await down.all_try()
        assert down.post.states() == {"unknown": MOST, "sent": LEADS - MOST}
        assert (down.post.unfinished(), twice(down.fake.taken)) == ([], [])


async def test_while_one_tries_the_others_wait(sqlite_store: Store) -> None:
    async with outage(sqlite_store) as down:
        await down.all_try()
        down.rest_is_over()
        first, *_ = down.post.unfinished()
        takes, down.fake.script[:] = down.fake.answer, [TAKE]
        met = []

        def slowly(asked: object, what: str) -> object:
            met.append(down.rests_for())
            return takes(asked, what)  # type: ignore[arg-type]

        down.fake.answer = slowly  # type: ignore[method-assign, assignment]
        await down.post.sends(first)
        assert met == [("silent", 60)]
        assert down.rests_for() is None


async def test_whoever_tried_may_be_gone(sqlite_store: Store) -> None:
    async with outage(sqlite_store) as down:
        await down.all_try()
        down.rest_is_over()
        of_another_process = Purse()
        assert down.house.do(take, of_another_process, bucket_of("postmark"), 10.0) == 0
        assert await down.all_try() == 0
        down.rest_is_over()
        assert await down.all_try() == 1


async def test_one_answer_between_is_enough(sqlite_store: Store) -> None:
    async with outage(sqlite_store) as down:
        down.fake.script[:] = [*[CRASH] * (MOST - 1), TAKE] * 2
        assert await down.all_try() == LEADS
        assert down.rests_for() is None


async def test_not_everybody_tries_where_nobody_listens(sqlite_store: Store) -> None:
    async with outage(sqlite_store) as down, refused() as api:
        url = f"postmark://pm-token@default?api={api}"
        way = provider(load_settings(delivery="send", mail_url=url, internal_hosts="127.0.0.1"))
        post = Post(down.house, way, sqlite_store)
        for journey in post.unfinished():
            await post.sends(journey)
        await way.close()
        holds = down.house.do(lambda conn: Counter(conn.scalars(select(journeys.c.hold))))
        assert holds == {"unreachable": MOST - 1, "channel": LEADS - MOST + 1}
        assert down.rests_for() == ("unreachable", 60)
        down.fake.script.clear()
        for _ in range(3):
            down.rest_is_over()
            await down.all_try()
        assert down.post.states() == {"sent": LEADS}


async def test_where_there_is_another_account_it_takes_the_rest(store: Store) -> None:
    async with outage(store, BOTH) as down:
        await down.all_try()
        assert len(down.fake.asked) == MOST
        assert len(down.spare.taken) == LEADS - MOST
        assert (down.rests_for("main"), down.rests_for("spare")) == (("silent", 60), None)


async def test_what_was_put_off_tries_alone_too(sqlite_store: Store) -> None:
    async with outage(sqlite_store) as down:
        await down.all_try()
        waiting = {
            "state": "retry",
            "not_before": db_now(-1),
            "body": b"From: x@ours.example\r\n\r\nx",
            "owner": None,
        }
        waiting |= {"recipient": "ann@people.example", "settled_at": None, "reason": "mailbox-full"}
        put_off = select(sends.c.id).limit(3).scalar_subquery()
        down.house.do(lambda conn: conn.execute(update(sends).where(sends.c.id.in_(put_off)).values(waiting)))
        again = Retries(
            sqlite_store, down.house.desk, down.post.provider, "x@ours.example", Incidents(sqlite_store)
        )
        before = len(down.fake.asked)
        await again.round()
        assert len(down.fake.asked) == before, "it rests"
        down.rest_is_over()
        await again.round()
        assert len(down.fake.asked) == before + 1
        assert down.rests_for() == ("silent", 120)
