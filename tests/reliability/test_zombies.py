"""R10: workers are suspended between their claim and their mark, between the mark and the final dot, and
between the server's answer and its record; when their leases are over another goes on without them; then they
wake. Real processes, stopped with SIGSTOP side by side, for as long as a lease lasts."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter

from sqlalchemy import Connection, select

from nurture.delivery.catcher.server import Catcher
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import sends
from tests.amount import examples
from tests.fixtures.content import make_house
from tests.reliability.post import Post

STOPPED = "T"
LEASE = examples(4, 30)
"""Seconds; 30 are those of real workers."""
MEANWHILE = {
    "send_message/claimed": ("claimed", "sent"),
    "send_message/marked": ("inflight", "unknown"),
    "send_message/answered": ("inflight", "unknown"),
}
"""Point -> the mail's state while the lease lasts, and when another has gone on."""
POINTS = ["send_message/claimed"] * examples(1, 25) + ["send_message/marked"] * examples(1, 13)
POINTS += ["send_message/answered"] * examples(1, 12)


async def test_zombies_hand_nothing_over_twice(sqlite_url: str, sqlite_store: Store) -> None:
    house = make_house(sqlite_store)
    async with Catcher() as catcher:
        provider = SmtpProvider(SmtpSettings("127.0.0.1", catcher.port))
        post = Post(house, provider, sqlite_store)
        post.enrols(len(POINTS))
        told = [f"{point}={journey}" for point, journey in zip(POINTS, post.journeys, strict=True)]
        words = ("-m", "tests.reliability.zombie", sqlite_url, str(catcher.port), str(LEASE), *told)
        zombies = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
        assert zombies.stdout
        pids = json.loads(await zombies.stdout.readline())
        began = time.monotonic()
        try:
            await stopped(pids)
            lasting = await sqlite_store.read(with_lease, LEASE / 4)
            for journey in lasting:
                await post.sends(journey)
            before = [MEANWHILE[point][0] for point in POINTS]
            held = [
                found == wanted
                for journey, found, wanted in zip(post.journeys, states(post), before, strict=True)
                if journey in lasting
            ]
            assert all(held), "nobody's while a lease lasts"
            taken = POINTS.count("send_message/answered")
            assert len(catcher.mails) == taken
            await leases_over(sqlite_store)
            for journey in post.journeys:
                await post.sends(journey)
            suspended = time.monotonic() - began
            assert states(post) == [MEANWHILE[point][1] for point in POINTS]
            assert len(catcher.mails) == taken + POINTS.count("send_message/claimed")
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
        assert await asyncio.wait_for(zombies.wait(), 60) == 0
        await provider.close()
        mails = catcher.mails
    print(f"{len(POINTS)} workers side by side, suspended {suspended:.0f} s after the last"
          f" stopped, {len(held)} asked for while their lease lasted: {dict(Counter(POINTS))},"
          f" {dict(Counter(states(post)))} at last, {len(mails)} mails")  # fmt: skip
    assert states(post) == ["sent"] * len(POINTS)
    assert len(mails) == len({mail.recipient for mail in mails}) == len(POINTS)


async def stopped(pids: list[int]) -> None:
    async with asyncio.timeout(60):
        while {_status(pid) for pid in pids} != {STOPPED}:  # noqa: ASYNC110 - processes tell it by nothing else
            await asyncio.sleep(0.02)


async def leases_over(store: Store) -> None:
    async with asyncio.timeout(2 * LEASE):
        while await store.read(with_lease, 0):  # noqa: ASYNC110 - the database's time has no events
            await asyncio.sleep(0.1)


def with_lease(conn: Connection, seconds: float) -> list[str]:
    """Journeys whose mail is somebody's for so long at least."""
    lasting = select(sends.c.journey_id).where(sends.c.lease_until > db_now(seconds))
    return list(conn.scalars(lasting))


def _status(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as told:  # noqa: PTH123 - a file of the kernel's
        return told.read().rpartition(")")[2].split()[0]


def states(post: Post) -> list[str]:
    """Of their mails, in the order of the journeys."""
    query = select(sends.c.journey_id, sends.c.state)
    found = dict(post.store.read_sync(lambda conn: [tuple(row) for row in conn.execute(query)]))
    return [found[journey] for journey in post.journeys]
