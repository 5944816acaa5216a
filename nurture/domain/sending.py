"""When one message may go out: how late is too late, which window counts, and when to be quiet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from nurture.domain.calendars import Calendar
from nurture.domain.campaign import Campaign
from nurture.domain.caps import via_of
from nurture.domain.day_rules import NamedDays
from nurture.domain.dictionary import Dictionary
from nurture.domain.durations import Duration
from nurture.domain.facts import EventFact, Facts
from nurture.domain.steps.send import Send
from nurture.domain.windows import ANY_TIME, Closed, Window

LATE_AFTER = Duration(7, "days")
MARKETING = "marketing"
SOON = timedelta(hours=1)
ELAPSING = ("minutes", "hours", "business hours")
"""Units that may be over sooner than that."""
ALL_DAY = Window(frozenset(range(7)), time(), time())


@dataclass(frozen=True)
class Quiet:
    until: datetime
    why: str


def window_of(step: Send, campaign: Campaign, dictionary: Dictionary) -> str | None:
    """The step's; then the channel's own, of the campaign before the company; then those for all."""
    if step.window:
        return step.window
    own, company, via = campaign.sending, dictionary.sending, via_of(step)
    return own.of(via).window or company.of(via).window or own.window or company.window


def tracks(campaign: Campaign, dictionary: Dictionary) -> bool:
    """Whether clicks and opens are noted. Only stricter: a "no" of either place holds."""
    return campaign.sending.tracking is not False and dictionary.sending.tracking is not False


def within_of(step: Send, campaign: Campaign, dictionary: Dictionary) -> Duration:
    """The nearest wins."""
    return step.within or campaign.sending.within or dictionary.sending.within or LATE_AFTER


def too_late(
    within: Duration, planned: datetime, facts: Facts, at: datetime | None = None
) -> timedelta | None:
    """How late it is at ``at``, now if left out, if that is later than ``within``."""
    then = at or facts.now
    late = then - planned
    if late <= timedelta() or (late < SOON and within.count and within.unit not in ELAPSING):
        return None
    return late if within.after(planned, facts.zone, facts.calendar) < then else None


def opens(
    step: Send, campaign: Campaign, dictionary: Dictionary, facts: Facts, instant: datetime
) -> datetime:
    """The first instant, not before ``instant``, with the window open on a day that is not blocked."""
    name = window_of(step, campaign, dictionary)
    blocked = _blocked(step, campaign, dictionary)
    if name is None or name == ANY_TIME:
        return ALL_DAY.opens(instant, facts.zone, _closed(blocked)) if blocked else instant
    window = dictionary.windows[name]
    return window.opens(instant, facts.zone, _closed(blocked, None if window.holidays else facts.calendar))


def why_shut(step: Send, campaign: Campaign, dictionary: Dictionary, facts: Facts) -> str:
    """In the words of the timeline."""
    today = facts.now.astimezone(facts.zone).date()
    for days in _blocked(step, campaign, dictionary):
        if name := days.name(today):
            return f"no marketing messages today: {name}"
    holiday = facts.calendar.holidays.name(today)
    return f"the window is shut, {holiday}" if holiday else "the window is shut"


def opens_window(window: Window, facts: Facts, instant: datetime) -> datetime:
    """Of a window by itself, as a wait goes into it."""
    return window.opens(instant, facts.zone, _closed((), None if window.holidays else facts.calendar))


def _blocked(step: Send, campaign: Campaign, dictionary: Dictionary) -> list[NamedDays]:
    if step.kind != MARKETING:
        return []
    return [days for days in (dictionary.sending.blocked, campaign.sending.blocked) if days]


def _closed(blocked: Sequence[NamedDays], calendar: Calendar | None = None) -> Closed | None:
    """None: every day is open."""
    if calendar and calendar.holidays:
        blocked = [*blocked, calendar.holidays]
    if not blocked:
        return None

    def closed(day: date) -> bool:
        return any(days.name(day) for days in blocked)

    return closed


def quiet_of(campaign: Campaign, dictionary: Dictionary) -> Mapping[str, Duration]:
    """Happening -> how long; the longer of the company's and the campaign's."""
    company, own = dictionary.sending.quiet_after, campaign.sending.quiet_after
    if not company or not own:
        return company or own
    both = {**company, **own}
    return {name: max(span, company.get(name, span), key=Duration.span) for name, span in both.items()}


def quiet(
    rules: Mapping[str, Duration], dictionary: Dictionary, events: Sequence[EventFact], facts: Facts
) -> Quiet | None:
    """The quiet time that ends last."""
    found: list[Quiet] = []
    for name, span in rules.items():
        happening = dictionary.happenings[name]
        at = max((e.at for e in events if happening.matches(e.type, e.data)), default=None)
        if at and (until := span.after(at, facts.zone, facts.calendar)) > facts.now:
            found.append(Quiet(until, f"{span} of quiet after {name}"))
    return max(found, key=lambda one: one.until, default=None)
