"""R5: leads come for half an hour, by a provider that throttles, crashes, hangs up and breaks off, and that
for ten minutes of it cannot be had at all. No call before Retry-After, no lead fails, what waited has gone
within twice the outage, and other accounts, tasks and the CRM do not wait for it. Time moves as is written in
``moving.py``."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Connection, func, select
from temporalio.testing import ActivityEnvironment

from activities.engagement import Engagement
from nurture.crm.fake import SECRET as CRM_SECRET
from nurture.crm.fake import FakeCrm
from nurture.crm.webhook import WebhookCrm
from nurture.delivery import registry
from nurture.delivery.provider import Provider
from nurture.delivery.registry import provider
from nurture.delivery.several import Several
from nurture.domain.accounts.account import Account
from nurture.domain.accounts.routes import Accounts, Route
from nurture.http import Http
from nurture.services.crm import push_due, queue
from nurture.services.enrol import enrol
from nurture.services.silence import MOST
from nurture.settings import load_settings
from nurture.store.session import Store
from nurture.store.tables import journeys, outbox, sends
from tests.amount import FULL, examples
from tests.delivery.fakes.resend import FakeResend
from tests.delivery.fakes.server import THROTTLE
from tests.fixtures.content import House, make_house
from tests.reliability.moving import MovingClock
from tests.reliability.post import CAMPAIGN, Post, twice
from tests.reliability.weather import NOWHERE, SILENT, SLOWLY, WEATHER, Failing, Stormy
from tests.services.test_turns import turn_of

SEED = 20261122
LEADS = examples(24, 1000)
MINUTE = timedelta(minutes=1)
COME_FOR, OUTAGE = 30 * MINUTE, (10 * MINUTE, 20 * MINUTE)
AT_ONCE = timedelta(seconds=5)
OTHERS = {"campaign": "others", "steps": [{"send": "first"}, {"end": "over"}]}
CALL = {"task": "call", "team": "inside-sales", "kind": "call", "text": "Call", "due": "2d"}
CALLS = {"campaign": "calls", "steps": [CALL, {"wait": "9d"}, {"end": "over"}]}
ACCOUNTS = Accounts(
    {"main": Account("main"), "other": Account("other")},
    (Route(("other",), campaigns=("others",)), Route(("main",))),
)


BESIDE = ("calls", "others")
WAITING = ("send_message", "create_task")
MAILS = select(sends.c.state).where(sends.c.step == "first")
ONE = select(journeys.c.effect, journeys.c.entered_at)


@dataclass
class Day:
    """Leads come, and whatever is due is done: mails of an account one after the other, all else beside."""

    house: House
    clock: MovingClock
    post: Post
    began: datetime
    crm: WebhookCrm
    late: Counter[str] = field(default_factory=Counter)
    """What came later than at once."""

    def due(self) -> tuple[list[tuple[str, str]], datetime | None]:
        """Campaign and journey of what is due now; when the next will be."""

        def read(conn: Connection) -> list[tuple[str, str, datetime]]:
            wanted = journeys.c.effect.in_(WAITING)
            columns = journeys.c.campaign, journeys.c.id, journeys.c.due
            query = select(*columns).where(journeys.c.state == "open", wanted).order_by(journeys.c.due)
            return [(row.campaign, row.id, row.due) for row in conn.execute(query)]

        found = self.house.store.read_sync(read)
        now = self.clock.now()
        ready = [(campaign, journey) for campaign, journey, due in found if due <= now]
        return ready, min((due for *_, due in found), default=None)

    async def one(self, campaign: str, journey: str) -> None:
        if campaign == "calls":
            engagement = Engagement(self.house.store, self.house.desk)
            await ActivityEnvironment().run(engagement.create_task, turn_of(self.house, journey))
        else:
            await self.post.sends(journey)

    async def all_of(self, campaign: str, ready: list[tuple[str, str]]) -> None:
        for journey in [journey for name, journey in ready if name == campaign]:
            await self.one(campaign, journey)
            row = self.house.do(lambda conn, of=journey: conn.execute(ONE.where(journeys.c.id == of)).one())
            self.late[campaign] += row.effect in WAITING or self.clock.now() - row.entered_at > AT_ONCE

    async def tell_crm(self) -> None:
        await push_due(self.house.store, self.house.desk, self.crm)
        query = select(func.count()).where(outbox.c.kind == "crm", outbox.c.state == "open")
        self.late["crm"] += self.house.do(lambda conn: conn.scalar(query))

    def comes(self, number: int) -> None:
        """To every fourth more happens than a mail."""
        house, desk = self.house, self.house.desk
        wanted = ["mails", *(BESIDE if number % 4 == 0 else ())]
        lead = house.lead()
        for campaign in wanted:
            if campaign in self.published:
                house.do(enrol, desk, campaign, lead, f"test:{number}")
        if len(wanted) > 1:
            house.do(queue, desk.clock, lead, "score", {"score": number}, f"{lead}/score")

    @property
    def published(self) -> tuple[str, ...]:
        return ("mails", *(BESIDE if self.house.desk.accounts else BESIDE[:1]))

    async def live(self, arrivals: list[datetime]) -> None:
        coming = deque(enumerate(arrivals))
        while True:
            while coming and coming[0][1] <= self.clock.now():
                self.comes(coming.popleft()[0])
            ready, upcoming = self.due()
            if ready:
                ways = (self.all_of(name, ready) for name in self.published)
                await asyncio.gather(*ways, self.tell_crm())
                continue
            nexts = [at for at in (upcoming, coming[0][1] if coming else None) if at]
            if not nexts:
                return
            self.clock.jump(min(nexts))


@contextlib.asynccontextmanager
async def main_account(
    clock: MovingClock, dice: Random, began: datetime
) -> AsyncIterator[tuple[Failing, Stormy]]:
    fake = Stormy(clock=clock, dice=dice)
    # A tenth of a thousand calls throttled, one after the other, would ask for half an hour of quiet: more
    # than the leads come in.
    weather = {**WEATHER, **({**SLOWLY, THROTTLE: 3} if FULL else {})}
    fake.script[:] = dice.choices(list(weather), list(weather.values()), k=20 * LEADS)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(fake.served())
        nowhere = [await stack.enter_async_context(one()) for one in NOWHERE]
        urls = [f"postmark://pm-token@default?api={api}" for api in (fake.api, *nowhere)]
        made = [
            provider(load_settings(delivery="send", mail_url=url, internal_hosts="127.0.0.1")) for url in urls
        ]
        failing = Failing(made[0], made[1:], clock, began + OUTAGE[0], began + OUTAGE[1])
        yield failing, fake
        await failing.close()


@contextlib.asynccontextmanager
async def moved_store(url: str, clock: MovingClock) -> AsyncIterator[Store]:
    with clock.rules():
        store = Store(url)
        yield store
        store.close()


@pytest.mark.parametrize(
    "accounts", [ACCOUNTS, None][: examples(1, 2)], ids=["two accounts", "one"][: examples(1, 2)]
)
async def test_ten_minutes_of_nothing_in_half_an_hour_of_weather(
    sqlite_url: str, accounts: Accounts | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SECONDS", 3.0)
    dice, clock, other, crm = Random(SEED), MovingClock(), FakeResend(), FakeCrm()
    began = clock.now()
    arrivals = sorted(began + COME_FOR * dice.random() for _ in range(LEADS))
    async with (
        main_account(clock, dice, began) as (main, fake),
        other.served(),
        crm.served() as told,
        moved_store(sqlite_url, clock) as store,
    ):
        house = make_house(store, accounts=accounts, provider="main" if accounts else "postmark", crm=True)
        house.desk.clock = clock
        second = provider(load_settings(**other.settings, internal_hosts="127.0.0.1"))
        ways: Provider = Several({"main": main, "other": second}) if accounts else main
        post = Post(house, ways, store)
        for document in (CAMPAIGN, OTHERS, CALLS):
            house.publish(document)
        day = Day(house, clock, post, began, WebhookCrm(told, CRM_SECRET, Http(internal=["127.0.0.1"])))
        await day.live(arrivals)
        await day.crm.close()
        await second.close()
        drained = house.do(_settled, began + OUTAGE[1]) - (began + OUTAGE[1])
        attention = house.do(lambda conn: set(conn.scalars(select(journeys.c.attention))))
        states = Counter(house.do(lambda conn: conn.scalars(MAILS).all()))
        silent = sum(fake.met.count(what) for what in SILENT) + main.unanswered
    print(f"seed {SEED}, {LEADS} leads, {'two accounts' if accounts else 'one'}: {len(fake.met)} calls,"
          f" {main.calls} in vain, {fake.early} too early (it asked for {fake.quiet / MINUTE:.0f} minutes of"
          f" quiet), {silent} without an answer; drained after"
          f" {drained / MINUTE:.1f} minutes; {dict(states)}; by the other account {len(other.taken)};"
          f" to the CRM {len(crm.changes)}; late: {dict(day.late)}")  # fmt: skip
    assert main.calls
    assert main.unanswered < 2 * MOST, "it rests, however many are due"
    assert (fake.early, twice(fake.taken + other.taken), attention) == (0, [], {None})
    assert states["unknown"] == silent, "each call without an answer is one mail of which nobody knows"
    assert sum(states.values()) == states["sent"] + states["unknown"]
    assert drained <= 2 * (OUTAGE[1] - OUTAGE[0])
    assert [name for name in ("others", "calls", "crm") if day.late[name]] == []


def _settled(conn: Connection, before: datetime) -> datetime:
    """When the last mail was settled of those who came before."""
    of = select(journeys.c.id).where(journeys.c.entered_at < before)
    last = conn.scalar(select(func.max(sends.c.settled_at)).where(sends.c.journey_id.in_(of)))
    assert isinstance(last, datetime)
    return last
