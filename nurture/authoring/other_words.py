"""Words of other tools, and what they are called here."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence

INSTEAD: Mapping[str, tuple[str, ...]] = {
    "send": ("email", "mail", "message", "send_email", "send-email", "sms", "post"),
    "wait": ("delay", "sleep", "pause", "timer", "wait_for", "wait-for"),
    "choose": ("if", "branch", "switch", "condition", "decision", "when", "case"),
    "split": ("ab", "ab-test", "ab_test", "test", "random", "experiment"),
    "end": ("exit", "stop", "finish", "quit", "terminate"),
    "go": ("goto", "go-to", "go_to", "jump", "next"),
    "handoff": ("hand-over", "handover", "hand_off", "assign", "sales"),
    "task": ("todo", "call", "activity"),
    "campaign": ("name", "id", "workflow", "journey", "program", "programme"),
    "enrol": ("trigger", "start", "entry", "enter", "enrollment", "enrolment"),
    "leave": ("exits", "exit", "exit_criteria", "suppress", "unenrol", "unenroll", "stop"),
    "steps": ("actions", "flow", "sequence", "emails"),
    "on": ("event", "happening", "trigger", "form"),
    "again": ("reenter", "re-enter", "re_enter", "reenrol", "reentry", "repeat"),
    "otherwise": ("else", "default", "none"),
    "when": ("if", "condition"),
    "if": ("condition", "when", "where", "only_if"),
    "unless": ("if_not", "skip_if", "not"),
    "time_up": ("timeout", "on_timeout", "else", "otherwise", "expired"),
    "until": ("for", "event", "condition"),
    "kind": ("type",),
    "message": ("template", "email", "mail"),
    "window": ("hours", "time", "schedule"),
    "within": ("expires", "deadline", "max_delay"),
    "variants": ("ab", "versions", "test"),
    "set": ("update", "fields", "field"),
    "cap": ("caps", "limit", "frequency", "max"),
    "why": ("reason", "notes", "text", "note"),
    "then": ("steps", "do", "actions"),
    "way": ("name", "branch"),
    "give_up": ("timeout", "expire"),
}
"""Our word -> theirs."""
SUBJECT = "The subject stands in the message: `subject:` at the top of templates/NAME.md."
NOON, LAST_HOUR = 12, 23
ELSEWHERE: Mapping[str, str] = {
    "subject": SUBJECT,
    "body": "The text stands in the message: templates/NAME.md.",
    "delay": "Put a step `- wait: 3d` above this one.",
    "after": "Put a step `- wait: 3d` above this one.",
    "at": "The hours of a message are a window of policies/dictionary.yaml: `window: office`.",
    "to": "A message goes to the lead. To tell somebody of yours, write `- do: tell` with `notify:`.",
    "cc": "A message goes to the lead. To tell somebody of yours, write `- do: tell` with `notify:`.",
    "from": "Write `sender:` with a sender of policies/dictionary.yaml, or `owner`.",
    "from_name": "Write `sender:` with a sender of policies/dictionary.yaml, or `owner`.",
    "title": "People read the `title:` of the campaign.",
}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = re.compile(
    r"^\s*(?:(\d{1,4})|(one|two|three|four|five|six|seven|a|an)\s+([a-z]+?)s?)\s*$", re.IGNORECASE
)
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
RANGE = re.compile(r"^\s*(\d+)\s*(?:-|to)\s*(\d+)\s*([a-z]+)\s*$")
WORKING = re.compile(r"(?<=\d)\s*(?:work|working|week|office)[ -]?(day|hour)s?\b", re.IGNORECASE)
YEARS = re.compile(r"^(\d+)\s*(?:y|years?)$")
INTO = re.compile(r"^(\d+\s*[a-z]+)\s+into\s+([a-z][a-z0-9-]*)$")
SPREAD = re.compile(r"^(?:random|randomly|between)\D*(\d+)\s*[a-z]*\s*(?:-|to|and)\s*(\d+)\s*([a-z]+)$")
EACH_WEEK = re.compile(rf"\b({'|'.join(('day', *WEEK))})s?\b", re.IGNORECASE)
MONTHLY = re.compile(r"\b(?:first|1st|last|month|monthly)\b", re.IGNORECASE)
CLOCK = re.compile(r"\b(\d{1,2})(:\d{2})?\s*([ap]m)?\b")
AT_A_TIME = re.compile(r"^(?!.*\sat\s)\s*((?:to\s+)?[a-z]+\.\S+.*?),?\s+(?:@\s*)?(\d{1,2}:\d{2})\s*$")
"""A time behind a date."""
DAY_NAMES = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|day|business day"
ON_A_DAY = re.compile(
    rf"^(?:up )?(?:to|until|till|on|next|every)?\s*(?:the )?(?:next )?({DAY_NAMES})\b[^0-9]*"
    r"(?:(\d{1,2})(:\d{2})?\s*([ap]m)?)?",
    re.IGNORECASE,
)
FIELD = r"[a-z]+\.[a-z][a-z0-9_]*"
FROM_A_FIELD = re.compile(rf"^(?:(?:until|till|at|on)\s+)?({FIELD}\s*(?:[+-].*)?)$")
FROM_A_SUM = re.compile(rf"^(?:(?:to|until|till)\s+)?({FIELD}.*[+-])\s*(\d+\s*[a-z]+)\s+(\d+\s*[a-z]+)$")
"""A date and ``1h 30m``."""
BESIDE = re.compile(rf"^(?:(?:to|until|till)\s+)?(\d+\s*[a-z]+(?: [a-z]+)?)\s+(before|after)\s+({FIELD})$")
BY_WORD = {"tomorrow": "1d", "daily": "1d", "today": "4h", "next week": "1w", "weekly": "1w", "an hour": "1h"}
UNITS = {"minute": "m", "hour": "h", "day": "d", "week": "w", "month": " months"}


def instead(word: str, known: Container[str]) -> str:
    """What to write instead of a word of another tool; empty if that is not known."""
    folded = word.lower()
    ours = next((name for name, theirs in INSTEAD.items() if folded in theirs and name in known), None)
    return f"Write `{ours}`." if ours else ELSEWHERE.get(folded, "")


def duration_hint(text: str) -> str:
    """What to write for a length of time as people write it at first."""
    for form, said in FORMS:
        if found := form.search(text.strip()):
            return said(found)
    return ""


def date_hint(text: str) -> str:
    """The same where no ``to`` stands before the date."""
    return duration_hint(text).replace("`to ", "`", 1)


def schedule_hint(text: str) -> str:
    """What to write for times that come again and again."""
    day, clock = EACH_WEEK.search(text), CLOCK.search(EACH_WEEK.sub("", text.lower()))
    named = day[1].lower() if day else "monday" if MONTHLY.search(text) else "day"
    said = f"Write `{named} {_clock(*clock.groups()) if clock else '09:00'}`."
    return (
        f"{said} With `again: after 28d` nobody comes in more than once a month."
        if MONTHLY.search(text)
        else said
    )


def _years(text: str) -> str:
    """Years are counted in months."""
    found = YEARS.match(text)
    return f"{12 * int(found[1])} months" if found else text


def digest_hint(text: str) -> str:
    """What to write for the time of day at which notices are gathered."""
    found = CLOCK.search(text.lower())
    return f"Write `daily {_clock(*found.groups())}`." if found else "Write `daily`."


def _days(found: re.Match[str]) -> str:
    if found[1]:
        return f"Write a unit: `{found[1]}d` are days, `{found[1]}h` hours."
    unit = UNITS.get(found[3].lower())
    return f"Write `{NUMBERS[found[2].lower()]}{unit}`." if unit else ""


def _business(found: re.Match[str]) -> str:
    return f" business {found[1].lower()}{'' if found.string[: found.start()].endswith('1') else 's'}"


def _clock(hour: str | None, minutes: str | None, half: str | None) -> str:
    """``9``, ``:30``, ``pm`` as ``21:30``."""
    if hour is None or int(hour) > LAST_HOUR:
        return "09:00"
    later = NOON if (half or "").lower() == "pm" and int(hour) < NOON else 0
    midnight = NOON if (half or "").lower() == "am" and int(hour) == NOON else 0
    return f"{int(hour) + later - midnight:02}{minutes or ':00'}"


FORMS: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = (
    (RANGE, lambda found: f"Choose one: `{found[1]}{found[3]}` or `{found[2]}{found[3]}`."),
    (WORKING, lambda found: f"Write `{WORKING.sub(_business, found.string)}`."),
    (AT_A_TIME, lambda found: f"Write `{found[1]} at {found[2]}`."),
    (FROM_A_SUM, lambda found: f"Write `to {found[1]} {found[2]} {found[1][-1]} {found[3]}`."),
    (
        BESIDE,
        lambda found: f"Write `to {found[3]} {'-' if found[2] == 'before' else '+'} {_years(found[1])}`.",
    ),
    (INTO, lambda found: f"Write `wait: {found[1]}`, and `into: {found[2]}` below it."),
    (SPREAD, lambda found: f"Choose one: `{found[1]}{found[3]}` or `{found[2]}{found[3]}`."),
    (ON_A_DAY, lambda found: f"Write `to next {found[1].lower()} {_clock(*found.group(2, 3, 4))}`."),
    (FROM_A_FIELD, lambda found: f"Write `to {found[1]}`."),
    (
        re.compile(r"^(?:to|until)\s+\d{4}-\d\d-\d\d"),
        lambda _: "A wait aims at a field that holds the date, such as `to lead.trial_ends - 3d`.",
    ),
    (
        re.compile("^(?:tomorrow|daily|today|next week|weekly|an hour)$", re.IGNORECASE),
        lambda found: f"Write `{BY_WORD[found[0].lower()]}`.",
    ),
    (
        re.compile(r"^until\b"),
        lambda _: "Write `wait: up to 14d`, and `until:` with the condition below it.",
    ),
    (re.compile(r"^\d+\s*(y|years?)$"), lambda _: "Years are counted in months: `12 months`."),
    (
        re.compile(r"^\d*\.\d+\s*[a-z]+"),
        lambda _: "Write a whole number of a smaller unit, such as `12h` for half a day.",
    ),
    (
        re.compile(r"^-"),
        lambda _: "A wait goes forward. To be early for a date, write `to lead.renewal - 60d`.",
    ),
    (re.compile(r"^\d+\s*[a-z]+\s+\d+\s*[a-z]+"), lambda _: "Write it in one unit, such as `76h`."),
    (DAYS, _days),
)
"""How people write a time, and what to write instead; the first that fits."""
