"""`nurture pause` and `nurture resume`: a campaign, or one lead."""

from typing import Annotated

import typer

from nurture.cli.opening import Data, Opened, opened
from nurture.domain.errors import NurtureError
from nurture.services import pause as service
from nurture.services.wakes import Spread

Campaign = Annotated[str | None, typer.Argument(help="The campaign's name.")]
Lead = Annotated[str | None, typer.Option("--lead", help="One lead instead: the address or the id.")]


class WhatToPause(NurtureError):
    def __init__(self) -> None:
        super().__init__("Name a campaign, or one lead with --lead ADDRESS.", "Not both.")


def pause(campaign: Campaign = None, lead: Lead = None, data: Data = None) -> None:
    """Nothing is done for a campaign's leads, or for one lead, until `nurture resume`. Waits go on."""
    _one_of(campaign, lead)
    with opened(data) as at:
        if lead:
            lead_id = at.store.read_sync(service.lead_of, lead)
            count = at.store.write_sync(service.pause_lead, at.clock, lead_id)
            print(f"Paused: {_journeys(count)} of this lead.")
        elif campaign and at.store.write_sync(service.pause_campaign, at.clock, campaign):
            print(f"{campaign} is paused. New leads may enter and wait.")
        else:
            print(f"{campaign} was paused already.")


def resume(
    campaign: Campaign = None,
    lead: Lead = None,
    rate: Annotated[float, typer.Option(min=0.001, help="Journeys woken per second.")] = 20.0,
    data: Data = None,
) -> None:
    """Go on. What came due meanwhile happens now, if it is not later than its step's `within` allows."""
    _one_of(campaign, lead)
    with opened(data) as at:
        if lead:
            lead_id = at.store.read_sync(service.lead_of, lead)
            count = at.store.write_sync(service.resume_lead, lead_id)
            print(f"Resumed: {_journeys(count)} of this lead.")
        elif campaign:
            was = at.store.write_sync(service.resume_campaign, campaign)
            count = _wake(at, campaign, rate)
            print(f"{campaign} {'goes on' if was else 'was not paused'}. {_woken(count, rate)}")


def _wake(at: Opened, campaign: str, rate: float) -> int:
    """In pages, each its own transaction. Also when it was not paused: someone may have met its very end."""
    after, done = None, 0
    while True:
        after, count = at.store.write_sync(service.wake_paused, campaign, after, Spread(rate, done))
        done += count
        if after is None:
            return done


def _woken(count: int, rate: float) -> str:
    if not count:
        return "Nobody had come due meanwhile."
    return f"{_journeys(count)} had come due and go on, {rate:g} per second."


def _journeys(count: int) -> str:
    return f"{count:,} {'journey' if count == 1 else 'journeys'}"


def _one_of(campaign: str | None, lead: str | None) -> None:
    if bool(campaign) == bool(lead):
        raise WhatToPause
