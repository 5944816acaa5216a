"""When mails of a campaign go out: the company's rules and its own, told as the one set that they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nurture.authoring.explaining.days import NAMES, days_said
from nurture.authoring.explaining.tell import Tell
from nurture.authoring.explaining.values import duration, listed, often, plainly, quoted
from nurture.domain.durations import parse_duration
from nurture.domain.replies import GO_ON, HOLD, HOLD_COMPANY, HOLD_FOR
from nurture.domain.sending import LATE_AFTER
from nurture.domain.sending_policy import CHANNELS
from nurture.domain.steps.step import Doc
from nurture.domain.windows import ANY_TIME, Window

SOME = 2
CALLED = {"sms": "Text messages"}
REPLIES: Mapping[str, str] = {
    HOLD: "Marketing mails to a lead who has written back wait until somebody has answered, at most {}",
    HOLD_COMPANY: "When a lead has written back, marketing mails to everybody of that company wait until "
    "somebody has answered, at most {}",
    GO_ON: "Mails go on also to a lead who has written back",
}


def told_sending(tell: Tell, own: Doc, company: Doc) -> Iterator[str]:
    """``own``: the ``sending`` of the campaign. The nearest counts; of what only gets stricter, all."""
    yield from _window(tell, own, company, "Mails")
    late, whose = _nearest("within", own, company)
    yield f"At most {duration(late) if late else LATE_AFTER.spoken} late, else skipped{whose}"
    if zone := company.get("zone_fallback"):
        yield f"Where nobody knows the lead's time zone, that of {zone} counts"
    yield from _caps(own, company)
    blocked = {**company.get("blocked", {}), **own.get("blocked", {})}
    if blocked:
        yield f"None on {listed([f'{days_said(day)} ({name})' for day, name in blocked.items()], 'or')}"
    for name, span in _quiet(own, company).items():
        yield f"None for {duration(span)} after {quoted(name)}"
    yield _reply(own, company)
    if False in (own.get("tracking"), company.get("tracking")):
        yield "Nobody notes who opens or clicks: links are plain"
    if tags := own.get("utm", company.get("utm")):
        sites = tags.get("sites") or company.get("utm", {}).get("sites", ())
        yield f"Links to {listed(list(sites))} are tagged for their statistics"
    for channel in CHANNELS:
        ours, theirs = own.get(channel, {}), company.get(channel, {})
        yield from _window(tell, ours, theirs, CALLED[channel])
        yield from (f"{CALLED[channel]}: {text[:1].lower()}{text[1:]}" for text in _caps(ours, theirs))


def _nearest(key: str, own: Doc, company: Doc) -> tuple[Any, str]:
    """The value, and whose it is where both say something."""
    if key in own:
        theirs = company.get(key)
        differs = theirs not in (None, own[key])
        return own[key], f", not {plainly(theirs)} as in other campaigns" if differs else ""
    return company.get(key), ""


def _window(tell: Tell, own: Doc, company: Doc, what: str) -> Iterator[str]:
    name, whose = _nearest("window", own, company)
    if name is None or name == ANY_TIME:
        yield from [f"{what} go out at any time{whose}"] if name else []
        return
    window = tell.dictionary.windows.get(name)
    hours = f" {window_said(window)}," if window else ""
    yield f"{what} go out{hours} by the lead's clock (the window {quoted(name)}{whose})"


def window_said(window: Window) -> str:
    """``Monday to Friday, 09:00 to 17:00``."""
    holidays = ", also on holidays" if window.holidays else ""
    return f"{_days(sorted(window.days))}, {window.start:%H:%M} to {window.end:%H:%M}{holidays}"


def _days(days: list[int]) -> str:
    if len(days) == len(NAMES):
        return "every day"
    if len(days) > SOME and days[-1] - days[0] == len(days) - 1:
        return f"{NAMES[days[0]]} to {NAMES[days[-1]]}"
    return listed([NAMES[day] for day in days])


def _caps(own: Doc, company: Doc) -> Iterator[str]:
    caps = dict(company.get("cap", {}))
    for period, most in own.get("cap", {}).items():
        caps[period] = min(int(most), int(caps.get(period, most)))
    if caps:
        parts = [f"{most} {often(period)}" for period, most in caps.items()]
        yield f"To one lead at most {listed(parts)}, from all campaigns together"


def _quiet(own: Doc, company: Doc) -> dict[str, Any]:
    found = dict(company.get("quiet_after", {}))
    for name, span in own.get("quiet_after", {}).items():
        found[name] = max(span, found.get(name, span), key=lambda one: parse_duration(one).span())
    return found


def _reply(own: Doc, company: Doc) -> str:
    mode, whose = _nearest("on_reply", own, company)
    span, _ = _nearest("reply_hold", own, company)
    how_long = duration(span) if span else HOLD_FOR.spoken
    return REPLIES[mode or HOLD].format(how_long) + (", unlike in other campaigns" if whose else "")
