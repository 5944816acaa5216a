"""`nurture doctor`: one line for each thing that this installation needs."""

import asyncio
from dataclasses import asdict

from nurture.cli.doctor_checks import Line, look, look_outside
from nurture.cli.doctor_domains import look_at_domains
from nurture.cli.doctor_hooks import look_at_old_accounts
from nurture.cli.opening import Data, Json, settings_of
from nurture.cli.output import print_json
from nurture.cli.wording import wrapped
from nurture.settings import Settings

WORDS = {"ok": "ok", "look": "look", "bad": "BAD"}
WIDTH = 20


def doctor(json: Json = False, data: Data = None) -> int:
    """Look at database, Temporal, mail server, address, secret, disk, clock and content, and at what the DNS
    says of your senders' domains. No mail is sent.

    Ends with 1 when one of them is bad.
    """
    settings = settings_of(data)
    lines: list[Line] = [*look(settings), *look_at_old_accounts(settings), *asyncio.run(_outside(settings))]
    if json:
        print_json([asdict(line) for line in lines])
    else:
        print("\n".join(_told(line) for line in lines))
    return int(any(line.state == "bad" for line in lines))


async def _outside(settings: Settings) -> list[Line]:
    return [*await look_outside(settings), *await look_at_domains(settings)]


def _told(line: Line) -> str:
    """What to write stands whole, on a line of its own, so that it can be copied."""
    said = wrapped(line.what, WIDTH, f"  {WORDS[line.state]:<5} {line.name} ")
    return "\n".join([said, *(f"        write into the DNS:\n          {record}" for record in line.write)])
