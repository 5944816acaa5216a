"""How long a lead is at a step, at least and at most. Every verb that takes time is told here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from nurture.authoring.bounds.durations import WEEK, least, most
from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary
from nurture.domain.sales import SalesPolicy
from nurture.domain.sending import PERIODS, caps_of, window_of, within_of
from nurture.domain.steps.handoff import Handoff
from nurture.domain.steps.send import Send
from nurture.domain.steps.step import Step
from nurture.domain.steps.task import Task
from nurture.domain.steps.wait import Wait
from nurture.domain.windows import ANY_TIME

ZERO = timedelta()
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
TRIED = [MONDAY + timedelta(hours=hour) for hour in range(24 * 7)]
"""Instants of one week, for what depends on the day and the hour."""


class Endless(Exception):
    """There is no longest time; the text says why."""


@dataclass(frozen=True)
class Times:
    campaign: Campaign
    dictionary: Dictionary
    sales: SalesPolicy

    def at_least(self, step: Step, way: str | None) -> timedelta:
        """``way``: the arm by which it is left; None: on with the line below, or to a section."""
        if isinstance(step, Wait):
            length = step.span.time or (step.span.up_to if way == "time_up" or not step.until else None)
            return least(length) if length else ZERO
        return ZERO

    def at_most(self, step: Step, *, held: bool) -> timedelta:
        """``held``: with every mail held up as long as it may be. Raises Endless."""
        for kind, of in LONGEST.items():
            if isinstance(step, kind):
                return of(self, step, held)
        if step.takes_time:
            raise Endless(f"nobody knows how long `{step.name}` takes")
        return ZERO

    def shut(self, window: str | None) -> timedelta:
        """How long a window is shut at most."""
        if window is None or window == ANY_TIME:
            return ZERO
        of = self.dictionary.windows[window]
        return max(of.opens(at, ZoneInfo("UTC")) - at for at in TRIED) + timedelta(hours=1)

    def _wait(self, step: Wait, held: bool) -> timedelta:
        if step.span.anchor:
            raise Endless(f"`{step.name}` waits for the date in `{step.span.anchor.field}`")
        length = step.span.time or step.span.up_to
        return (most(length) if length else ZERO) + self.shut(step.span.into)

    def _send(self, step: Send, held: bool) -> timedelta:
        if not held:
            return ZERO
        caps = caps_of(self.campaign, self.dictionary)
        period = max((PERIODS[period] for period in caps), default=ZERO)
        window = window_of(step, self.campaign, self.dictionary)
        return within_of(step, self.campaign, self.dictionary).span() + period + self.shut(window)

    def _open(self, step: Handoff | Task, held: bool) -> timedelta:
        team = self.sales.teams.get(step.team)
        if team is None:
            return WEEK
        zone = ZoneInfo("UTC")
        if isinstance(step, Task):
            return max(step.marks(team, at, zone)[-1].at - at for at in TRIED)
        return max(team.marks(at, zone)[-1].at - at for at in TRIED)


LONGEST: Mapping[type[Step], Callable[[Times, Any, bool], timedelta]] = {
    Wait: Times._wait,
    Send: Times._send,
    Handoff: Times._open,
    Task: Times._open,
}
