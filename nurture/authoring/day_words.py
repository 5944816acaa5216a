"""Days as people write them at first, and what to write instead."""

from __future__ import annotations

import re

from nurture.domain.day_rules import MONTHS, parse_days
from nurture.domain.windows import DAYS

SHORT = {month[:3]: index for index, month in enumerate(MONTHS, 1)}
MONTH = rf"(?P<month>{'|'.join(SHORT)})[a-z]*\.?"
DAY, YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?", r"(?:,?\s+(?P<year>\d{4}))?"
WRITTEN = (
    re.compile(rf"^(?:the )?{DAY}\s*(?:of )?{MONTH}{YEAR}$"),
    re.compile(rf"^{MONTH}\s*(?:the )?{DAY}{YEAR}$"),
    re.compile(r"^(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})?$"),
)
TO = re.compile(r"\s+(?:to|until|till|through|-|\u2013)\s+|\s*\u2013\s*")
NTHS = {"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "last": "last"}
NTH = re.compile(
    rf"^(?:the )?({'|'.join([*NTHS, *NTHS.values()])}) ({'|'.join(DAYS)})[a-z]* "
    rf"(?:of|in) ({'|'.join(SHORT)})[a-z]*$"
)
FEASTS = {
    "good friday": "easter - 2",
    "easter monday": "easter + 1",
    "easter sunday": "easter",
    "ascension day": "easter + 39",
    "whit monday": "easter + 50",
    "corpus christi": "easter + 60",
    "christmas": "12-25",
    "christmas day": "12-25",
    "christmas eve": "12-24",
    "boxing day": "12-26",
    "new year": "01-01",
    "new year's day": "01-01",
    "thanksgiving": "4th thu of november",
}


def day_hint(text: str) -> str:
    """``Write `12-20 to 01-06` `` for ``20 December to 6 January``; empty if nothing can be made of it."""
    words = " ".join(text.lower().split())
    if found := NTH.match(words):
        return f"Write `{NTHS.get(found[1], found[1])} {found[2]} of {MONTHS[SHORT[found[3]] - 1]}`."
    parts = [_day(part) for part in TO.split(words)]
    meant = " to ".join(parts)
    return f"Write `{meant}`." if all(parts) and meant != words and _is_a_day(meant) else ""


def _is_a_day(text: str) -> bool:
    try:
        parse_days(text)
    except ValueError:
        return False
    return True


def _day(words: str) -> str:
    """``12-20``, or ``2026-12-20``; empty if it is no day."""
    if words in FEASTS:
        return FEASTS[words]
    found = next((match for form in WRITTEN if (match := form.match(words))), None)
    if found is None:
        return words if re.fullmatch(r"(?:\d{4}-)?\d\d-\d\d", words) else ""
    month = SHORT.get(found["month"]) or int(found["month"])
    year = f"{found['year']}-" if found["year"] else ""
    return f"{year}{month:02}-{int(found['day']):02}"
