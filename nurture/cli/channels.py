"""`nurture channels`: the accounts that carry mail, what each may still send today, and letting one go on."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

import typer

from nurture.cli.hold import wake_waiting
from nurture.cli.opening import Data, Json, Opened, opened
from nurture.cli.output import print_json
from nurture.cli.wording import moment, of_them, span, wrapped
from nurture.client import namespace
from nurture.domain.accounts.breakers import Breakers
from nurture.domain.errors import NurtureError
from nurture.services import breakers
from nurture.services.desk import Desk
from nurture.services.opening import desk_to_read
from nurture.services.standing_accounts import Standing, shares, standing_accounts


class NotResting(NurtureError):
    def __init__(self, name: str, resting: list[str]) -> None:
        hint = f"These rest: {', '.join(resting)}" if resting else "No account rests"
        super().__init__(f"The account {name} does not rest.", hint)


def channels(json: Json = False, data: Data = None) -> None:
    """The mail accounts: which go, rest or are stopped, today's places, and the last 24 hours.

    What was handed over is counted with a delay of up to 10 seconds.
    """
    with opened(data) as at:
        desk = _desk(at)
        found = at.store.read_sync(standing_accounts, desk)
        limits = breakers.breakers_of(desk)
        if json:
            print_json([_as_json(one, limits) for one in found])
            return
        print("\n\n".join("\n".join(_lines(one, limits)) for one in found))


def resume(
    account: Annotated[str, typer.Argument(help="Its name, as `nurture channels` says it.")],
    rate: Annotated[float, typer.Option(min=0.1, help="Journeys that go on per second.")] = 20.0,
    data: Data = None,
) -> None:
    """Let an account go on that a breaker has stopped, or that rests, once the cause is mended.

    Its breakers count afresh from now.
    """
    with opened(data) as at:
        desk = _desk(at)
        if not at.store.write_sync(breakers.resume, desk, account, getpass.getuser()):
            found = at.store.read_sync(standing_accounts, desk)
            raise NotResting(account, [one.name for one in found if one.resting])
        woken = wake_waiting(at.store, rate)
    print(f"{account} goes on. Journeys that waited for an account: {woken}")


def _desk(at: Opened) -> Desk:
    return desk_to_read(at.settings, at.clock, namespace())


def _lines(one: Standing, limits: Breakers) -> Iterator[str]:
    yield f"{one.name}: {_state(one)}"
    if one.most is not None:
        day = f", day {one.day} of its warm-up" if one.day else ""
        yield f"    today: {one.taken:,} of {one.most:,}{day}"
    yield f"    at most {one.rate:g} a second"
    told = (f"{share['what']} {share['share']:.2%} ({share['number']})" for share in shares(one, limits))
    yield f"    last 24 hours: {of_them(one.counts.handed, 'mail')}"
    yield f"        {', '.join(told)}"


def _state(one: Standing) -> str:
    if one.resting is None:
        return "goes"
    if one.stopped:
        return f"stopped for {one.resting.reason} since {moment(one.resting.since)}"
    left = span(timedelta(seconds=one.resting.seconds))
    return f"rests, is tried again in {left}\n{wrapped(f'{one.resting.why} ({one.resting.reason})', 4)}"


def _as_json(one: Standing, limits: Breakers) -> dict[str, Any]:
    return {
        "account": one.name,
        "state": one.state,
        "reason": one.resting.reason if one.resting else None,
        "since": one.resting.since if one.resting else None,
        "rate": one.rate,
        "today": {"taken": one.taken, "most": one.most, "warm_up_day": one.day},
        "handed": one.counts.handed,
        "breakers": shares(one, limits),
    }
