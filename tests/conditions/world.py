"""A dictionary, a campaign's steps and a lead to ask conditions of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from nurture.conditions import Conditions, Steps
from nurture.domain.conditions import Answer, Condition
from nurture.domain.dictionary import Dictionary, Happening
from nurture.domain.facts import Click, EventFact, Facts, HandoffFact, SendFact

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DICTIONARY = Dictionary(
    fields={
        "lead.industry": "text",
        "lead.title": "text",
        "lead.employees": "number",
        "lead.customer": "yes/no",
        "deal.renewal_date": "date",
    },
    happenings={
        "prices-page": Happening("prices-page", "page.viewed", {"path": "/prices*"}),
        "demo-booked": Happening("demo-booked", "demo.booked"),
    },
    lists={"competitors": ("rival.example",)},
    segments={
        "big": ("lead.employees >= 200", 'lead.industry == "software"'),
        "warm": ("score >= 60",),
        "big-and-warm": ('in_segment("big")', 'in_segment("warm")'),
        "turning": ('in_segment("round")',),
        "round": ('score > 1 && in_segment("turning")',),
    },
)
STEPS = Steps(
    sends=["checklist", "your-interest", "never-sent"],
    answers={"your-interest": ["now", "soon", "later"]},
    tasks=["inside-sales", "call-her"],
)
FACTS = Facts(
    now=NOW,
    zone=ZoneInfo("Europe/Berlin"),
    entered=NOW - 5 * DAY,
    fields={"lead.industry": "software", "lead.employees": 50},
    score=35,
    fit=10,
    engagement=25,
    stage="MQL",
    tags=frozenset({"webinar"}),
    lists=frozenset({"competitors"}),
    sends={
        "checklist": SendFact(
            "checklist",
            2,
            "sent",
            NOW - 3 * DAY,
            clicks=(Click(NOW - DAY, "https://x.example/prices?a=[1]"),),
        ),
        "your-interest": SendFact("your-interest", 1, "bounced", NOW - DAY, bounced=True),
    },
    events=(
        EventFact("page.viewed", NOW - 20 * DAY, {"path": "/prices/big"}),
        EventFact("page.viewed", NOW - 2 * DAY, {"path": "/prices"}),
        EventFact("page.viewed", NOW - DAY, {"path": "/blog"}),
        EventFact("lead.changed", NOW - 2 * DAY, {"fields": ["lead.title"]}),
    ),
    handoffs={
        ("inside-sales", 1): HandoffFact("accepted", None, NOW),
        ("inside-sales", 2): HandoffFact("open", None, None),
    },
)


def asked(conditions: Conditions, *lines: str, facts: Facts = FACTS, every: bool = True) -> Answer:
    return conditions.ask(Condition(lines, every), facts)


def complaint(conditions: Conditions, text: str, kind: str = "if") -> str:
    return " / ".join(f"{one.line}:{one.column} {one}" for one in conditions.check(text, STEPS, kind))
