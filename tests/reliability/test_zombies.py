"""R10: a worker is suspended between its claim and its mark, and between its mark and the answer; another
goes on without it; then it wakes. A real process, stopped with SIGSTOP."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest
from sqlalchemy import select

from nurture.delivery.catcher.server import Catcher
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from nurture.store.session import Store
from nurture.store.tables import sends
from tests.amount import examples
from tests.fixtures.content import make_house
from tests.reliability.post import Post

STOPPED = "T"
LEADS = examples(1, 25)
"""For each point; the worker is suspended once for each."""


@pytest.mark.parametrize(
    ("point", "meanwhile", "at_last"),
    [
        ("send_message/marked", "unknown", "sent"),
        ("send_message/claimed", "sent", "sent"),
    ][: examples(1, 2)],  # a process of its own costs two seconds
)
async def test_a_zombie_hands_nothing_over_twice(
    sqlite_url: str, sqlite_store: Store, point: str, meanwhile: str, at_last: str
) -> None:
    house = make_house(sqlite_store)
    async with Catcher() as catcher:
        provider = SmtpProvider(SmtpSettings("127.0.0.1", catcher.port))
        post = Post(house, provider, sqlite_store)
        post.enrols(LEADS)
        words = ("-m", "tests.reliability.zombie", sqlite_url, str(catcher.port), point)
        zombie = await asyncio.create_subprocess_exec(sys.executable, *words, *post.journeys)
        for number, journey in enumerate(post.journeys):
            await stopped(zombie.pid)
            assert len(catcher.mails) == number
            post.time_goes_by()
            await post.sends(journey)
            assert state(house.store, journey) == meanwhile
            os.kill(zombie.pid, signal.SIGCONT)
            last = number == LEADS - 1
            await (asyncio.wait_for(zombie.wait(), 30) if last else stopped(zombie.pid))
            assert state(house.store, journey) == at_last
            assert len(catcher.mails) == number + 1, "once, whoever of the two handed it over"
        assert zombie.returncode == 0
        assert set(post.states()) == {at_last}
        await provider.close()
    print(f"stopped at {point}: {LEADS} times, {meanwhile} meanwhile, {at_last} at last, {LEADS} mails")


async def stopped(pid: int) -> None:
    async with asyncio.timeout(30):
        while _status(pid) != STOPPED:  # noqa: ASYNC110 - a process tells it by nothing else
            await asyncio.sleep(0.02)


def _status(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as told:  # noqa: PTH123 - a file of the kernel's
        return told.read().rpartition(")")[2].split()[0]


def state(store: Store, journey: str) -> str:
    query = select(sends.c.state).where(sends.c.journey_id == journey)
    return str(store.read_sync(lambda conn: conn.scalar(query)))
