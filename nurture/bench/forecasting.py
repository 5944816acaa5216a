"""The campaign and the people of the simulation's row: fifteen steps in sixty days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CAMPAIGN: Mapping[str, Any] = {
    "campaign": "bench",
    "enrol": {"on": "guide-form"},
    "leave": {"customer": "lead.customer", "meeting": 'happened("demo-booked")'},
    "goal": "meeting",
    "rules": [
        {"rule": "prices", "when": 'count("prices-page", "7d") >= 2', "then": [{"go": "talk"}]},
    ],
    "steps": [
        {"send": "guide", "kind": "operational", "window": "any-time"},
        {"wait": "3d"},
        {"send": "checklist"},
        {"wait": "up to 7d", "until": 'clicked("checklist")'},
        {"send": "case-study"},
        {"wait": "5d"},
        {"send": "your-interest", "answers": {"now": "Now", "later": "Later", "never": "Never"}},
        {"wait": "up to 7d", "until": 'answered("your-interest")'},
        {"go": "talk", "if": 'answer("your-interest") == "now"'},
        {"send": "webinar"},
        {"wait": "10d"},
        {"send": "offer", "unless": 'clicked("webinar")'},
        {"wait": "14d"},
        {"send": "digest"},
        {"end": "silent"},
    ],
    "sections": {"talk": [{"handoff": "inside-sales"}, {"end": "nobody-called"}]},
}
DICTIONARY: Mapping[str, Any] = {
    "fields": {"lead.customer": "yes/no"},
    "happenings": {
        "guide-form": {"event": "form.submitted", "form": "guide"},
        "prices-page": {"event": "page.viewed", "path": "/prices*"},
        "demo-booked": {"event": "meeting.booked"},
    },
    "windows": {"office": {"days": "mon-fri", "hours": "09:00-17:00"}},
    "sending": {"window": "office", "cap": {"day": 1, "week": 3}},
}
SALES: Mapping[str, Any] = {
    "teams": {"inside-sales": {"members": [{"name": "Ann", "email": "ann@ours.example"}]}},
    "reasons": {"not-now": "Not now", "no-need": "No need"},
}
BEHAVIOUR: Mapping[str, Any] = {
    "people": {
        "eager": {
            "share": 20,
            "reacts": "3h",
            "opens": 85,
            "clicks": 45,
            "answers": 60,
            "replies": 2,
            "unsubscribes": 0.2,
            "happens": {"prices-page": 12, "demo-booked": 2},
        },
        "usual": {
            "share": 45,
            "reacts": "10h",
            "opens": 45,
            "clicks": 15,
            "answers": 25,
            "unsubscribes": 0.5,
            "happens": {"prices-page": 3},
        },
        "silent": {"share": 30, "reacts": "2d", "opens": 8, "unsubscribes": 1},
        "gone": {"share": 5, "bounces": 100},
    },
    "zones": {"Europe/Berlin": 80, "America/New_York": 20},
}
