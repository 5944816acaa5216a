"""Where a journey of one version stands in another: decided alike for a preview and for the move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Asks, Condition
from nurture.domain.dictionary import Dictionary
from nurture.domain.effects import Effect
from nurture.domain.facts import Facts
from nurture.domain.position import Position
from nurture.domain.renames import renames_between
from nurture.domain.steps.step import Rest, Stay, Step
from nurture.domain.steps.wait import Wait
from nurture.domain.walk import arrive, settle
from nurture.domain.walker import Walker

Fate = Literal["same", "later", "sooner", "at once", "next step", "nowhere"]
"""``same``: nothing about its time changes. ``at once``: its wait is over by the new version."""
NOT_ITS_OWN = (None, "window")
"""Holds that a new window changes; caps and pauses hold whatever the file says."""


@dataclass(frozen=True)
class Standing:
    """What a move looks at of a journey's row."""

    position: Position
    effect: Effect
    due: datetime
    hold: str | None = None


@dataclass(frozen=True)
class Placed:
    fate: Fate
    standing: Standing
    """In the new version; of ``nowhere`` the old one."""
    reason: str = ""
    asks: bool = False
    """The condition that it waits for is another now, and is asked at once."""


@dataclass(frozen=True)
class Moving:
    """From one version of a campaign to another. ``keeps_waits``: a wait that is under way keeps its end."""

    old: Campaign
    new: Campaign
    dictionary: Dictionary
    asks: Asks
    keeps_waits: bool = False

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Step of the old version -> what it is called in the new one; those that are gone are left out."""
        renames = renames_between(self.old.document, self.new.document)
        found = {name: renames.new(name) for name in self.old.steps}
        return {name: new for name, new in found.items() if new in self.new.steps}

    def untouched(self, step: str, rests_in: str) -> bool:
        """Whether nothing changes for anybody who stands there."""
        if rests_in and self.new.after.get(rests_in) != step:
            return False
        return self._as_it_was(step) and (not rests_in or self._as_it_was(rests_in))

    def _as_it_was(self, name: str) -> bool:
        same = self.names.get(name) == name and self.old.steps[name] == self.new.steps[name]
        return same and self.old.sending == self.new.sending

    def place(self, was: Standing, facts: Facts, at: datetime | None = None) -> Placed:
        """``facts``: now, zone and fields are read. ``at``: when it goes on if its time is over, later than
        now to spread many; nothing is asked, so that it is the same whatever else is known of the lead."""
        here = where(was, facts.now)
        rests_in = here if here != was.position.step else ""
        if self.untouched(was.position.step, rests_in):
            return Placed("same", was)
        old, new = self.old.steps.get(here), self.new.steps.get(self.names.get(here, ""))
        back = self._renamed(_stepped_back(was.position) if rests_in else was.position)
        if old is None or new is None or type(old) is not type(new):
            return self._gone(was, back, here, facts, at or facts.now)
        if isinstance(new, Wait) and isinstance(old, Wait) and (rests_in or was.position.waiting):
            return self._waits(was, back, (old, new), facts, at or facts.now)
        return self._stands(was, back, (old, new), facts)

    def _waits(
        self, was: Standing, back: Position, steps: tuple[Wait, Wait], facts: Facts, at: datetime
    ) -> Placed:
        old, new = steps
        ends = _end(was)
        if ends <= facts.now:  # it goes on by itself
            return Placed("same", replace(was, position=back))
        deadline = ends if self.keeps_waits else self._deadline(new, back, facts)
        if deadline is None:
            return Placed("nowhere", was, f"{new.name} waits for a date that the lead does not have")
        over = deadline <= facts.now
        stay = Stay("check_engagement", at if over else deadline, until=at if over else deadline)
        start = replace(back, waiting=False, until=None)
        decided = settle(self._walker(start, facts), stay if over or new.until else Rest(deadline))
        stands = Standing(decided.position, decided.effect, decided.due)
        looks = was.effect == stands.effect == "check_engagement"
        if looks and deadline == ends and was.due < stands.due:
            stands = replace(stands, due=was.due)  # the daily look that is planned already
        asks = bool(new.until) and new.until != old.until and not self.keeps_waits
        if asks and not over:
            stands = replace(stands, due=at)
        changed = _fate(ends, deadline)
        if changed == "same" and stands.effect == was.effect != "check_engagement":
            changed = _fate(was.due, stands.due)  # by another window
        return Placed("at once" if over else changed, stands, asks=asks)

    def _deadline(self, wait: Wait, position: Position, facts: Facts) -> datetime | None:
        """By what the new version says, from when the wait began. None: the date is empty."""
        bare = replace(wait, until=Condition())
        move = bare.enter(self._walker(replace(position, waiting=False, until=None), facts))
        return move.until if isinstance(move, Rest) else None

    def _stands(self, was: Standing, back: Position, steps: tuple[Step, Step], facts: Facts) -> Placed:
        """At a step whose effect is still to be done, or whose task is open."""
        new = steps[1]
        same = replace(was, position=back)
        if was.position.waiting or was.effect == "check_engagement" or was.due <= facts.now:
            return Placed("same", same)
        if not new.effect:  # done anew by what the new version says
            return Placed("same", replace(same, effect="check_engagement"))
        if was.hold not in NOT_ITS_OWN:
            return Placed("same", same)
        due = new.ready(self._walker(back, facts), max(back.planned, facts.now))
        return Placed(_fate(was.due, due), replace(same, due=due))

    def _gone(self, was: Standing, back: Position, here: str, facts: Facts, at: datetime) -> Placed:
        if was.position.marks:
            return Placed("nowhere", was, f"{here} has an open task")
        if self.keeps_waits and here not in self.names and _end(was) > facts.now:
            return Placed("nowhere", was, f"{here}, in which it waits, is not in the new version")
        following = self.names.get(here) or self._following(here)
        if following is None:
            return Placed("nowhere", was, f"neither {here} nor what follows it is in the new version")
        there = arrive(self._walker(back, facts), following, at)
        return Placed("next step", Standing(there.position, there.effect, there.due))

    def _following(self, here: str) -> str | None:
        """The first step below, in the order of the old version, that the new one has."""
        name: str | None = here
        while name is not None:
            name = self.old.after.get(name)
            if name is not None and name in self.names:
                return self.names[name]
        return None

    def _renamed(self, position: Position) -> Position:
        taken = set(self.names.values())

        def new(name: str) -> str:
            return self.names.get(name, name)

        def there(counts: Mapping[str, int]) -> dict[str, int]:
            """Without those of steps that are gone, where another has the name now."""
            return {
                new(name): count for name, count in counts.items() if name in self.names or name not in taken
            }

        return replace(
            position,
            step=new(position.step),
            rests_in=new(position.rests_in),
            visits=there(position.visits),
            loops=there(position.loops),
        )

    def _walker(self, position: Position, facts: Facts) -> Walker:
        return Walker(self.new, self.dictionary, self.asks, facts, position)


def where(was: Standing, now: datetime) -> str:
    """The step that a journey is at for people: the wait, as long as it sleeps before the next effect."""
    position = was.position
    return position.rests_in if position.rests_in and position.planned > now else position.step


def _stepped_back(position: Position) -> Position:
    """In the wait again: the visit of the step after it has not begun."""
    visits = dict(position.visits)
    visits[position.step] = visits.get(position.step, 1) - 1
    since = position.rests_since or position.since
    return replace(
        position,
        step=position.rests_in,
        waiting=True,
        since=since,
        planned=since,
        until=position.planned,
        rests_in="",
        rests_since=None,
        visits={name: count for name, count in visits.items() if count},
    )


def _end(was: Standing) -> datetime:
    """When its wait ends by the version that it is on."""
    return was.position.until or was.position.planned


def _fate(old: datetime, new: datetime) -> Fate:
    return "same" if old == new else "later" if new > old else "sooner"
