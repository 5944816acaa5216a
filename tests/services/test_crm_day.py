"""A day of changes from both sides, with all that CRMs are known for, ends with one truth."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import time_machine
from pydantic import SecretStr
from sqlalchemy import select

from nurture.demo.crms.server import HALF_CLOSED, Fault
from nurture.relay.crm_pull import SETTLES
from nurture.services.answer import Answer, answer
from nurture.services.changes import WRITERS
from nurture.services.crm_outbox import retry
from nurture.settings import load_settings
from nurture.store.session import Store
from nurture.store.tables import handoffs
from nurture.web.app import create_app
from tests.amount import FULL
from tests.rows import HOME
from tests.services.crm_side import Hook, Side
from tests.services.crm_sides import SIDES, settings_of
from tests.services.crm_world import ADA, NOAH, World, world

SEEDS = range(20) if FULL else range(2)
ACTS, LEADS = (40, 4) if FULL else (14, 3)
SEARCH_LAG, READ_LAG = 40.0, 3.0
"""Seconds by which the CRM is behind its own writes."""
REFUSED = "Refused"
TROUBLES = (
    Fault(503),
    Fault(503, "", {"retry-after": "20"}),
    Fault(HALF_CLOSED),
    Fault(HALF_CLOSED, after=True),
)
AN_HOUR = 3700.0


class Day:
    def __init__(
        self, here: World, side: Side, web: httpx.AsyncClient, clock: time_machine.Traveller, seed: int
    ) -> None:
        self.here, self.side, self.web, self.clock = here, side, web, clock
        self.dice = random.Random(f"{side.name}/{seed}")
        self.leads = [here.lead(f"p{n}@x.example", first_name="A") for n in range(LEADS)]
        self.handed: list[str] = []
        """Leads who are with sales."""
        self.waiting: list[Hook] = []
        self.answered: set[str] = set()
        """Leads of whom a rep has said something in the CRM."""
        self.count = 0

    async def live(self) -> None:
        for lead in self.leads:
            self.here.tell(lead, "lead", lead)
        await self.here.push()
        self.side.fake.moods.search_lag, self.side.fake.moods.read_lag = SEARCH_LAG, READ_LAG
        self.side.fake.moods.refuses = REFUSED
        acts = [self.ours, self.ours, self.theirs, self.theirs, self.hand_over, self.rep, self.inbox]
        acts += [self.hooks, self.ask, self.sync, self.sync, self.trouble]
        for _ in range(ACTS):
            await self.dice.choice(acts)()
            self.passes(self.dice.choice((0.0, 1.0, 4.0, 20.0, 90.0)))
        await self.evening()

    def passes(self, seconds: float) -> None:
        self.clock.shift(seconds)
        self.here.passes(seconds)

    async def evening(self) -> None:
        """The troubles are over, and somebody has tried again what was refused."""
        self.side.fake.moods.faults.clear()
        self.side.fake.moods.refuses = ""
        self.here.store.write_sync(retry)
        for _ in range(12):
            self.passes(AN_HOUR)
            await self.hooks(late=False)
            if not await self.here.push():
                return

    async def ours(self) -> None:
        self.count += 1
        name = self.dice.choice(tuple(self.side.fields))
        own = f"lead.{name}"
        value = REFUSED if self.dice.random() < 0.15 else self.dice.choice("BCDE")
        lead, at = self.dice.choice(self.leads), self.here.rows.now
        self.here.store.write_sync(WRITERS["set"], self.here.desk, lead, {own: value}, f"d/{self.count}", at)

    async def theirs(self) -> None:
        name = self.side.fields[self.dice.choice(tuple(self.side.fields))]
        self.side.set(self.dice.choice(self.leads), {name: self.dice.choice("VWXYZ")})

    async def hand_over(self) -> None:
        lead = self.dice.choice(self.leads)
        if lead not in self.handed:
            self.here.task(lead)
            self.handed.append(lead)

    async def rep(self) -> None:
        """Whoever has a task there does something with it."""
        told = self.side.tasks()
        ready = [lead for lead in self.handed if self.task_of(lead).id in told]
        if not ready:
            return
        lead = self.dice.choice(ready)
        what = self.dice.choice((*self.side.says, "complete", "call", "mail", "give"))
        if what in self.side.says:
            self.side.set(lead, self.side.says[what])
        elif what == "complete":
            self.side.complete(lead)
        elif what == "give":
            self.side.give(lead, self.dice.choice((ADA, NOAH)))
        else:
            self.side.log(lead, what)
        self.answered |= {lead} if what in self.side.says or what == "complete" else set()

    async def inbox(self) -> None:
        """The same task is answered here."""
        opened = [task for lead in self.handed if (task := self.task_of(lead)).state == "open"]
        if opened:
            task = self.dice.choice(opened)
            given = Answer("rejected", self.here.users[ADA], "no-budget")
            self.here.store.write_sync(answer, self.here.desk, task.id, task.version, given)

    async def sync(self) -> None:
        await self.here.push()

    async def trouble(self) -> None:
        self.side.fake.moods.faults.append(self.dice.choice((*TROUBLES, *self.side.troubles)))

    async def hooks(self, *, late: bool = True) -> None:
        """In any order, each twice, and some only the next time."""
        told = list(self.side.fake.told)
        self.side.fake.told.clear()
        many = self.side.at_once
        self.waiting += [self.side.called(told[n : n + many]) for n in range(0, len(told), many)]
        self.dice.shuffle(self.waiting)
        keep = len(self.waiting) // 3 if late else 0
        now, self.waiting = self.waiting[keep:], self.waiting[:keep]
        for hook in now:
            for _ in range(2):
                reply = await self.web.post(hook.path, content=hook.body, headers=dict(hook.headers))
                assert reply.status_code in (200, 401), reply.text  # a signature grows old
        await self.ask()

    async def ask(self) -> None:
        for _ in range(200):
            self.here.pulling._next = 0.0
            if not await self.here.pulling.round():
                return

    def task_of(self, lead: str) -> Any:
        query = select(handoffs).where(handoffs.c.lead_id == lead)
        return self.here.store.read_sync(lambda conn: conn.execute(query).one())

    def here_and_there(self) -> list[tuple[dict[str, str], dict[str, str]]]:
        found = []
        for lead in self.leads:
            row = self.here.row(lead)
            ours = {"first_name": row.first_name, "industry": row.fields.get("industry") or ""}
            found.append((ours, {name: self.side.value(lead, to) for name, to in self.side.fields.items()}))
        return found


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SIDES)
async def test_both_sides_agree_in_the_evening(sqlite_store: Store, name: str, seed: int) -> None:
    side: Side = SIDES[name]()
    given = {setting: SecretStr(secret) for setting, secret in side.secrets.items()}
    there = settings_of(side, "http://127.0.0.1:9")
    settings = load_settings(base_url=HOME, secret="s" * 20, **there, **side.secrets)
    transport = httpx.ASGITransport(create_app(settings, sqlite_store))
    async with (
        world(sqlite_store, side.bench, name, settles=SETTLES, **given) as here,
        httpx.AsyncClient(transport=transport, base_url=HOME) as web,
    ):
        with time_machine.travel(datetime.now(UTC), tick=True) as clock:
            day = Day(here, side, web, clock, seed)
            await day.live()
        both = day.here_and_there()
        assert [ours for ours, _ in both] == [theirs for _, theirs in both]
        assert sorted(side.bench.people()) == sorted(day.leads)
        tasks = [day.task_of(lead) for lead in day.handed]
        assert side.tasks() == {task.id: task.state != "open" for task in tasks}
        assert not [lead for lead in day.answered if day.task_of(lead).state == "open"]
        opened = [task for task in tasks if task.state == "open"]
        assert [side.owner(task.lead_id) for task in opened] == [_email(here, task.owner) for task in opened]
        assert here.errors() == []


def _email(here: World, user: str) -> str:
    return next(email for email, number in here.users.items() if number == user)
