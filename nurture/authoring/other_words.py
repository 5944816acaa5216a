"""Words of other tools, and what they are called here."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

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
ELSEWHERE: Mapping[str, str] = {
    "subject": SUBJECT,
    "body": "The text stands in the message: templates/NAME.md.",
    "delay": "Put a step `- wait: 3d` above this one.",
    "title": "People read the `title:` of the campaign.",
}
DAYS = re.compile(
    r"^\s*(?:(\d{1,4})|(one|two|three|four|five|six|seven|a|an)\s+([a-z]+?)s?)\s*$", re.IGNORECASE
)
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
RANGE = re.compile(r"^\s*(\d+)\s*(?:-|to)\s*(\d+)\s*([a-z]+)\s*$")
AT_A_TIME = re.compile(r"^\s*((?:to\s+)?[a-z]+\.\S+.*?),?\s+(?:@\s*)?(\d{1,2}:\d{2})\s*$")
"""A time behind a date."""
UNITS = {"minute": "m", "hour": "h", "day": "d", "week": "w", "month": " months"}


def instead(word: str, known: Container[str]) -> str:
    """What to write instead of a word of another tool; empty if that is not known."""
    folded = word.lower()
    ours = next((name for name, theirs in INSTEAD.items() if folded in theirs and name in known), None)
    return f"Write `{ours}`." if ours else ELSEWHERE.get(folded, "")


def duration_hint(text: str) -> str:
    """What to write for a length of time as people write it at first."""
    if found := RANGE.match(text):
        return f"Choose one: `{found[1]}{found[3]}` or `{found[2]}{found[3]}`."
    if found := AT_A_TIME.match(text):
        return f"Write `{found[1]} at {found[2]}`."
    if re.match(r"^\s*until\b", text):
        return "Write `wait: up to 14d`, and `until:` with the condition below it."
    if re.match(r"^\s*\d+\s*(y|years?)\s*$", text):
        return "Years are counted in months: `12 months`."
    if re.match(r"^\s*\d*\.\d+\s*[a-z]+", text):
        return "Write a whole number of a smaller unit, such as `12h` for half a day."
    if re.match(r"^\s*-", text):
        return "A wait goes forward. To be early for a date, write `to lead.renewal - 60d`."
    if re.match(r"^\s*\d+\s*[a-z]+\s+\d+\s*[a-z]+", text):
        return "Write it in one unit, such as `76h`."
    if (found := DAYS.match(text)) is None:
        return ""
    if found[1]:
        return f"Write a unit: `{found[1]}d` are days, `{found[1]}h` hours."
    unit = UNITS.get(found[3].lower())
    return f"Write `{NUMBERS[found[2].lower()]}{unit}`." if unit else ""
