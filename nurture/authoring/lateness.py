"""``within`` of days that is over before the window opens again: due on Friday evening, and never sent."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nurture.authoring.checking import Checking
from nurture.authoring.nodes import Node, Place, Table
from nurture.domain.campaign import Campaign
from nurture.domain.durations import Duration
from nurture.domain.sending import ELAPSING, window_of, within_of
from nurture.domain.sending_policy import Sending
from nurture.domain.steps.send import Send
from nurture.domain.windows import ANY_TIME, Window

ZONE = ZoneInfo("UTC")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
"""Of a week like any other."""


def check_lateness(check: Checking, root: Table, campaign: Campaign) -> None:
    told: set[str] = set()
    for step in campaign.steps.values():
        if not isinstance(step, Send) or not (step.within or campaign.sending.within):
            continue
        name = window_of(step, campaign, check.words.dictionary)
        within = within_of(step, campaign, check.words.dictionary)
        if step.within:
            _tell(check, check.places[step.name], within, name)
        elif name not in told:
            told.add(name or "")
            _tell(check, _within(root), within, name)


def check_company_lateness(check: Checking, root: Node, sending: Sending) -> None:
    if isinstance(root, Table) and sending.within:
        _tell(check, _within(root), sending.within, sending.window)


def _within(root: Table) -> Node:
    sending = root.entries["sending"]
    return sending.entries["within"] if isinstance(sending, Table) else sending


def _tell(check: Checking, at: Node | Place, within: Duration, name: str | None) -> None:
    window = check.words.dictionary.windows.get(name or ANY_TIME)
    missed = lost(within, window) if window else None
    if missed is None:
        return
    due, opens = missed
    text = (
        f"a message that is due on a {due:%A} at {due:%H:%M} is skipped: the window `{name}` opens on "
        f"{opens:%A} at {opens:%H:%M}, later than {within}"
    )
    longer = Duration((opens - due).days + 1, "days")
    check.report("short-within", at, text, f"Write `within: {longer}`, or a `window:` that is open then.")


def lost(within: Duration, window: Window) -> tuple[datetime, datetime] | None:
    """When a message falls due that is never sent, and when its window opens next.

    Hours say that it is for soon or not at all: they are never told of.
    """
    if within.unit in ELAPSING:
        return None
    for day in range(7):
        due = _closes(window, day)
        opens = window.opens(due, ZONE)
        if within.after(due, ZONE) < opens:
            return due, opens
    return None


def _closes(window: Window, day: int) -> datetime:
    end = datetime.combine((MONDAY + timedelta(days=day)).date(), window.end, UTC)
    return end + timedelta(days=1) if window.end == time() else end
