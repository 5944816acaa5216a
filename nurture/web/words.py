"""How pages say times and happenings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nurture.delivery.moments import written_day

DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
"""What a style asks that is for dark mode."""
EVENTS: Mapping[str, str] = {
    "email.opened": "Opened the mail",
    "email.clicked": "Followed a link",
    "email.replied": "Replied",
    "email.bounced": "Mail came back",
    "email.complained": "Marked a mail as spam",
    "email.unsubscribed": "Unsubscribed",
    "survey.answered": "Answered",
    "form.submitted": "Filled in a form",
    "page.viewed": "Looked at a page",
    "meeting.booked": "Booked a meeting",
    "call.logged": "Was called",
    "visit.logged": "Was visited",
    "fair.logged": "Met us at a fair",
}
TELLING = ("message", "path", "form", "answer", "page", "title", "subject", "plan")
"""What of an event's data a person wants to read, in this order."""
STATES: Mapping[str, str] = {
    "open": "Open",
    "accepted": "Accepted",
    "qualified": "Qualified",
    "rejected": "Rejected",
    "returned": "Given back",
    "expired": "Time ran out",
    "cancelled": "No longer needed",
    "done": "Done",
    "skipped": "Skipped",
}
KINDS: Mapping[str, str] = {
    "handoff": "Handoff",
    "call": "Call",
    "linkedin": "LinkedIn",
    "visit": "Visit",
    "mail": "Mail",
    "other": "Task",
    "reply": "Reply",
}


def left(due: datetime, now: datetime) -> str:
    """``2 h left`` or ``3 d late``."""
    return f"{span(abs(due - now))} {'late' if due < now else 'left'}"


def ago(at: datetime, now: datetime) -> str:
    passed = now - at
    return "just now" if abs(passed) < timedelta(minutes=1) else f"{span(passed)} ago"


def ahead(at: datetime, now: datetime) -> str:
    return "at once" if at - now < timedelta(minutes=1) else f"in {span(at - now)}"


def span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def urgency(due: datetime, now: datetime) -> str:
    """The name of a style."""
    if due < now:
        return "late"
    return "soon" if due - now < timedelta(hours=4) else "calm"


def instant(at: datetime, zone: str | None) -> str:
    """In the reader's zone, named where it is not theirs."""
    try:
        known = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        known = ZoneInfo("UTC")
    return at.astimezone(known).strftime("%a %d %b %Y, %H:%M %Z")


def day(at: datetime) -> str:
    """Of a day that somebody named: it has no hour and no zone."""
    return at.astimezone(UTC).strftime("%d %b %Y").lstrip("0")


def happening(kind: str) -> str:
    return EVENTS.get(kind, kind.replace(".", " ").replace("_", " ").replace("-", " ").capitalize())


def about(data: Mapping[str, Any] | None) -> str:
    """The telling part of an event's data."""
    told = dict(data or {})
    if told.get("message"):
        told["message"] = f"“{label(str(told['message']))}”"
    said = [str(told[name]) for name in TELLING if told.get(name)]
    if told.get("found_by") == "address":
        said.append("known by the address alone")
    return " · ".join(said)


def state(name: str) -> str:
    return STATES.get(name, name)


def kind(name: str) -> str:
    return KINDS.get(name, label(name))


def person(row: Any) -> str:
    """Of a row with a lead's columns."""
    return " ".join(filter(None, (row.first_name, row.last_name))) or row.email or "Somebody who was erased"


def company(row: Any) -> str:
    return row.account_name or row.account_domain or ""


def label(name: str) -> str:
    """A name from a file, read aloud: ``case-study`` is ``Case study``."""
    words = name.removeprefix("step ").replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def points(number: float) -> str:
    return f"{number:+.0f}"


def by_day(html: str) -> str:
    """A mail as a program shows it that is not in dark mode, whatever this machine is in."""
    return DARK.sub("not all", html)


def by_night(html: str) -> str:
    return DARK.sub("all", html)


FILTERS: Mapping[str, Callable[..., str]] = {
    "by_day": by_day,
    "by_night": by_night,
    "written_day": written_day,
    "left": left,
    "ahead": ahead,
    "ago": ago,
    "urgency": urgency,
    "instant": instant,
    "day": day,
    "happening": happening,
    "about": about,
    "state": state,
    "kind": kind,
    "points": points,
    "person": person,
    "company": company,
    "label": label,
}
