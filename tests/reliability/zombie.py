"""A worker in a process of its own that stops dead at a named point, as a machine that is suspended does,
and goes on when it is woken. Its words: database, mail server's port, point, and journeys one by one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from nurture.clock import RealClock
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from nurture.services.desk import Desk
from nurture.store.session import Store
from tests.fixtures.content import BASE_URL, SECRET, House
from tests.reliability.post import Post


def stops_at(point: str) -> None:
    if point == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGSTOP)


async def main() -> None:
    store = Store(sys.argv[1])
    desk = Desk(
        RealClock(), (SECRET,), BASE_URL, "default", sender_address="news@ours.example", send_rate=1000
    )
    desk.reached = stops_at
    provider = SmtpProvider(SmtpSettings("127.0.0.1", int(sys.argv[2])))
    post = Post(House(store, desk), provider, store)
    for journey in sys.argv[4:]:
        await post.sends(journey, tries=1)
    await provider.close()
    store.close()


if __name__ == "__main__":
    asyncio.run(main())
