"""`nurture doctor`: one line for each thing that this installation needs."""

import asyncio
from dataclasses import asdict

from nurture.cli.doctor_checks import Line, look, look_outside
from nurture.cli.opening import Data, Json, settings_of
from nurture.cli.output import print_json
from nurture.cli.wording import wrapped

WORDS = {"ok": "ok", "look": "look", "bad": "BAD"}
WIDTH = 20


def doctor(json: Json = False, data: Data = None) -> int:
    """Look at database, Temporal, mail server, address, secret, disk, clock and content. No mail is sent.

    Ends with 1 when one of them is bad.
    """
    settings = settings_of(data)
    lines: list[Line] = [*look(settings), *asyncio.run(look_outside(settings))]
    if json:
        print_json([asdict(line) for line in lines])
    else:
        print("\n".join(wrapped(line.what, WIDTH, f"  {WORDS[line.state]:<5} {line.name}") for line in lines))
    return int(any(line.state == "bad" for line in lines))
