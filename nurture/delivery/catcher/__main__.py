"""A catcher as a process of its own: prints its port on one line, and runs until it is told to stop."""

import argparse
import asyncio
import signal
from fnmatch import fnmatchcase
from pathlib import Path

from nurture.delivery.catcher.faults import Faults, parse_faults
from nurture.delivery.catcher.server import Catcher


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m nurture.delivery.catcher", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--log", type=Path, help="where to keep the mails; without it they go at the end")
    parser.add_argument("--seed", type=int, default=0, help="of the faults")
    parser.add_argument("--faults", default="", help="such as drop-at-rcpt=0.02,defer-after-data=0.02")
    parser.add_argument("--refuse", default="", help="pattern of addresses that do not exist: *@gone.example")
    parser.add_argument("--answer-after", type=float, default=0.0, help="seconds before a mail is accepted")
    options = parser.parse_args()
    faults = Faults(seed=options.seed, refuse=lambda address: fnmatchcase(address, options.refuse))
    try:
        faults = parse_faults(options.faults, faults)
    except ValueError as error:
        parser.error(str(error))
    asyncio.run(_serve(options, faults))


async def _serve(options: argparse.Namespace, faults: Faults) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    catcher = Catcher(
        host=options.host,
        port=options.port,
        log=options.log,
        faults=faults,
        answer_after=options.answer_after,
    )
    async with catcher:
        print(catcher.port, flush=True)
        await stop.wait()


if __name__ == "__main__":
    main()
