"""People and mails for the tests of the demo."""

from __future__ import annotations

from datetime import UTC, datetime

from nurture.demo.mailbox import Mail
from nurture.demo.nations import NATIONS
from nurture.demo.people import Company, Person
from nurture.demo.temperaments import EAGER, Temperament

NOW = datetime(2026, 3, 3, 8, 1, 30, tzinfo=UTC)
BASE = "http://127.0.0.1:1"
MAIL = Mail(
    recipient="lena.weber@hanse.example",
    message_id="<one@tidewell.example>",
    campaign="guide",
    step="checklist",
    pixel=f"{BASE}/o/p.gif",
    links=(f"{BASE}/c/1", f"{BASE}/c/2"),
    hidden=(f"{BASE}/c/honey",),
    answers=(),
    pages=(f"{BASE}/u/page",),
    unsubscribe=f"{BASE}/u/out",
)


def person(
    temperament: Temperament = EAGER,
    name: str = "lena.weber",
    *,
    guarded: bool = False,
    prefetches: bool = False,
) -> Person:
    nation = next(nation for nation in NATIONS if nation.code == "DE")
    company = Company("Hanse Tools", "hanse.example", "manufacturing", 40, nation, guarded)
    return Person(
        f"{name}@hanse.example", "Lena", "Weber", "Buyer", "Europe/Berlin", company, temperament, prefetches
    )
