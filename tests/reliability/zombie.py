"""Workers in processes of their own that stop dead at a named point, as a machine that is suspended does, and
go on when they are woken. One process is made ready and forks all. Its words: database, mail server's port,
seconds of a lease, and for each worker ``POINT=JOURNEY``. Its one line: their process ids."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

from nurture.clock import RealClock
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from nurture.services import ledger
from nurture.services.desk import Desk
from nurture.store.session import Store
from tests.fixtures.content import BASE_URL, SECRET, House
from tests.reliability.post import Post


async def work(url: str, port: int, point: str, journey: str) -> None:
    store = Store(url)
    desk = Desk(
        RealClock(), (SECRET,), BASE_URL, "default", sender_address="news@ours.example", send_rate=1000
    )
    desk.reached = lambda reached: os.kill(os.getpid(), signal.SIGSTOP) if reached == point else None
    provider = SmtpProvider(SmtpSettings("127.0.0.1", port))
    await Post(House(store, desk), provider, store).sends(journey, tries=1)
    await provider.close()
    store.close()


def forked(url: str, port: int, point: str, journey: str) -> int:
    if pid := os.fork():
        return pid
    code = 1
    try:
        asyncio.run(work(url, port, point, journey))
        code = 0
    finally:
        if code:
            sys.excepthook(*sys.exc_info())
        os._exit(code)


def main(url: str, port: int, lease: float, *workers: str) -> int:
    """How many ended badly."""
    ledger.LEASE = lease
    pids = []
    for one in workers:  # each alone until it stops: a busy machine must not let its lease run out before
        pids.append(forked(url, port, *one.split("=")))
        os.waitpid(pids[-1], os.WUNTRACED)
    print(json.dumps(pids), flush=True)
    return sum(os.waitpid(pid, 0)[1] != 0 for pid in pids)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), *sys.argv[4:]))
