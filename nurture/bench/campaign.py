"""The campaign of the bench: five messages, four waits, and a lead who became a customer leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MESSAGES = ("welcome", "checklist", "case-study", "invitation", "goodbye")
CAMPAIGN = "bench"
DICTIONARY: Mapping[str, Any] = {
    "fields": {"lead.industry": "text", "lead.customer": "yes/no"},
    "windows": {"office": {"days": "mon-fri", "hours": "09:00-17:00"}},
    "sending": {"window": "any-time", "zone_fallback": "UTC"},
}
BODY = """Hello {{ lead.first_name }},

many teams in {{ lead.industry or "your field" }} begin with a small step. Here is what they told us:

- Plans that live in one place are looked at twice as often.
- A weekly quarter of an hour is enough.

[Read more](https://ours.example/{name}) or [see an example](https://ours.example/{name}/example).

With kind regards,
{{ sender.name }}
"""
LAYOUT = """<html><head><style>p { margin: 0 0 1em } a { color: #245 }</style></head><body>{{ content }}
<p>{{ company.name }}, {{ company.address }} <a href="{{ unsubscribe_url }}">Leave</a></p></body></html>"""
LAYOUT_TEXT = "{{ content }}\n\n{{ company.address }}\n{{ unsubscribe_url }}\n"


def document(waits: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """``waits``: the step between each two messages."""
    steps: list[Mapping[str, Any]] = [{"send": MESSAGES[0]}]
    for wait, message in zip(waits, MESSAGES[1:], strict=True):
        steps += [wait, {"send": message}]
    leave = {"customer": "lead.customer"}
    return {"campaign": CAMPAIGN, "enrol": {}, "leave": leave, "steps": [*steps, {"end": "done"}], **more}


def waits(span: str) -> list[dict[str, Any]]:
    return [{"wait": span} for _ in MESSAGES[1:]]


def checked_waits(span: str) -> list[dict[str, Any]]:
    """Of each it is asked at its end whether the mail before was clicked."""
    return [{"wait": f"up to {span}", "until": f'clicked("{message}")'} for message in MESSAGES[:-1]]


def texts() -> dict[str, dict[str, Any]]:
    return {name: _text(name) for name in MESSAGES}


def _text(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "format": "md",
        "subject": f"Your {name}",
        "body": BODY.replace("{name}", name),
        "text": None,
        "preheader": "",
        "layout": LAYOUT,
        "layout_text": LAYOUT_TEXT,
        "places": {},
    }
