"""How long a lead is at a step, at least and at most. Every verb that takes time is told here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nurture.authoring.bounds.durations import ZERO, Durations
from nurture.domain.campaign import Campaign
from nurture.domain.caps import caps_of
from nurture.domain.dictionary import Dictionary
from nurture.domain.sales import SalesPolicy
from nurture.domain.sending import ALL_DAY, quiet_of, window_of, within_of
from nurture.domain.sending_policy import span_of
from nurture.domain.steps.handoff import Handoff
from nurture.domain.steps.send import Send
from nurture.domain.steps.step import Step
from nurture.domain.steps.task import Task
from nurture.domain.steps.wait import Wait
from nurture.domain.windows import ANY_TIME, Window


class Endless(Exception):
    """There is no longest time; the text says why."""


@dataclass(frozen=True)
class Times:
    campaign: Campaign
    dictionary: Dictionary
    sales: SalesPolicy
    durations: Durations

    def at_least(self, step: Step, way: str | None) -> timedelta:
        """``way``: the arm by which it is left; None: on with the line below, or to a section."""
        if isinstance(step, Wait):
            length = step.span.time or (step.span.up_to if way == "time_up" or not step.until else None)
            return self.durations.least(length) if length else ZERO
        return ZERO

    def at_most(self, step: Step, *, held: bool) -> timedelta:
        """``held``: with every mail held up as long as it may be. Raises Endless."""
        for kind, of in LONGEST.items():
            if isinstance(step, kind):
                return of(self, step, held)
        if step.takes_time:
            raise Endless(f"nobody knows how long `{step.name}` takes")
        return ZERO

    def _wait(self, step: Wait, held: bool) -> timedelta:
        if step.span.anchor:
            raise Endless(f"`{step.name}` waits for the date in `{step.span.anchor.field}`")
        length = step.span.time or step.span.up_to
        window = self._window(step.span.into)
        return (self.durations.most(length) if length else ZERO) + (
            self.durations.shut(window) if window else ZERO
        )

    def _send(self, step: Send, held: bool) -> timedelta:
        if not held:
            return ZERO
        caps = [span_of(cap.period) for cap in caps_of(step, self.campaign, self.dictionary)]
        quiet = map(self.durations.most, quiet_of(self.campaign, self.dictionary).values())
        late = self.durations.most(within_of(step, self.campaign, self.dictionary))
        return late + max([*caps, *quiet], default=ZERO) + self._shut(step)

    def _shut(self, step: Send) -> timedelta:
        places = (self.dictionary.sending, self.campaign.sending)
        blocked = [place.blocked for place in places if place.blocked]
        window = self._window(window_of(step, self.campaign, self.dictionary))
        return self.durations.shut(window or ALL_DAY, blocked) if window or blocked else ZERO

    def _window(self, name: str | None) -> Window | None:
        return None if name is None or name == ANY_TIME else self.dictionary.windows[name]

    def _open(self, step: Handoff | Task, held: bool) -> timedelta:
        team = self.sales.teams.get(step.team)
        due = (step.due if isinstance(step, Task) else None) or (team.give_up if team else None)
        if due is None:
            raise Endless(f"nobody knows the team of `{step.name}`")
        return self.durations.most(due)


LONGEST: Mapping[type[Step], Callable[[Times, Any, bool], timedelta]] = {
    Wait: Times._wait,
    Send: Times._send,
    Handoff: Times._open,
    Task: Times._open,
}
