"""`nurture attention`: what waits for a person, and one retry for all journeys of a cause."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from nurture.cli.opening import Data, Json, Opened, opened
from nurture.cli.output import print_json
from nurture.cli.wording import hanging, moment, of_them, wrapped
from nurture.domain.errors import NurtureError
from nurture.services.attention import retry
from nurture.services.held_door import held_counts
from nurture.services.wakes import Spread
from nurture.store.queries.crm import parked_counts
from nurture.store.queries.journeys import causes

HINTS = {
    "crashed": "Its effect ended the worker three times. `nurture trace` says more; mend, then retry.",
    "condition": (
        "A condition could not be answered; `nurture trace JOURNEY` says why. Mend the field or the campaign,"
        " then retry."
    ),
    "template": (
        "The text cannot be rendered for these leads; `nurture trace JOURNEY` says why. Mend it and"
        " `nurture publish --copy`: they go on by themselves. Where the lead was mended instead, retry."
    ),
    "version": (
        "Their version of the campaign cannot be read by this Nurture; `nurture trace JOURNEY` says why."
        " Publish one that can, take them there with `nurture move`, then retry."
    ),
    "codes": (
        "A pool of codes is empty; `nurture codes` tells which. Add codes to its file and `nurture publish`,"
        " or `nurture codes CAMPAIGN POOL FILE`: they go on by themselves."
    ),
}
HELD = {
    "surplus": (
        "Ten times more than `expect` says would come in. Look at what lets them in; if it is right:"
        " `nurture enrol {campaign} --confirm`."
    ),
    "canary": "They come in after the canary, or with `nurture release-canary {campaign}`.",
    "draining": "They come in when the last journey on an older version of {campaign} has ended.",
}
PARKED = (
    "What a CRM said and Nurture could not act on. `nurture crm parked` tells of whom and why; it goes away"
    " by itself once it is mended."
)
ANY = "all"


class NothingParked(NurtureError):
    def __init__(self, cause: str, known: list[str]) -> None:
        hint = f"Parked are: {', '.join(known)}" if known else "No journey needs attention"
        super().__init__(f"No journey is parked for {cause}.", hint)


def attention(
    cause: Annotated[
        str | None, typer.Option("--retry", help="Let the journeys of this cause go on (all: of any).")
    ] = None,
    rate: Annotated[float, typer.Option(min=0.001, help="Journeys per second, with --retry.")] = 10.0,
    json: Json = False,
    data: Data = None,
) -> None:
    """Journeys that need attention, by cause, with examples; --retry lets them go on from where they are."""
    with opened(data) as at:
        found = at.store.read_sync(causes, at.store.read_sync(at.clock.now))
        held = at.store.read_sync(held_counts)
        parked = at.store.read_sync(parked_counts)
        if cause:
            _check(cause, [group["cause"] for group in found])
            count = _retry(at, None if cause == ANY else cause, rate)
            print(f"{of_them(count, 'journey')} to go on, {rate:g} per second.")
        elif json:
            doors = ({"cause": "held at the door", **one} for one in held)
            print_json([*found, *doors, *({"cause": "parked by the CRM", **one} for one in parked)])
        else:
            told = [*map(_text, found), *map(_held, held), *map(_parked, parked)]
            print("\n\n".join(told) or "No journey needs attention.")


def _held(group: Mapping[str, Any]) -> str:
    many, campaign = of_them(group["count"], "lead"), group["campaign"]
    head = f"held at the door: {many} of {campaign}, since {moment(group['since'])}"
    return "\n".join([hanging(head, 4), wrapped(HELD[group["reason"]].format(campaign=campaign), 4)])


def _parked(group: Mapping[str, Any]) -> str:
    head = f"{group['crm']}: {group['what']}, {group['count']} times, since {moment(group['since'])}"
    return "\n".join([hanging(head, 4), wrapped(PARKED, 4)])


def _check(cause: str, known: list[str]) -> None:
    if not known or cause not in (ANY, *known):
        raise NothingParked(cause, sorted(set(known)))


def _retry(at: Opened, cause: str | None, rate: float) -> int:
    after, done = None, 0
    while True:
        after, count = at.store.write_sync(retry, cause, after, Spread(rate, done))
        done += count
        if after is None:
            return done


def _text(group: Mapping[str, Any]) -> str:
    many = of_them(group["count"], "journey")
    head = (
        f"{group['cause']}: {many} of {group['campaign']} at {group['step']}, since {moment(group['since'])}"
    )
    lines = [hanging(head, 4)]
    if hint := HINTS.get(group["cause"]):
        lines.append(wrapped(hint, 4))
    for example in group["examples"]:
        incident = f"  {example['error'] or 'incident'} {example['incident']}" if example["incident"] else ""
        lines.append(f"    {example['journey']}{incident}")
    return "\n".join(lines)
