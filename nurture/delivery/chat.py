"""Rooms of Slack and Teams, where sales hears of its tasks: incoming webhooks, whose addresses are
secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from nurture.domain.errors import NurtureError
from nurture.settings import Settings

Kind = Literal["slack", "teams"]
EVERY_TEAM = "*"


class BadRoom(NurtureError):
    """A setting that names no room; the message names the variable and never the address."""


@dataclass(frozen=True)
class Room:
    kind: Kind
    team: str
    """Of policies/sales.yaml, or ``*``."""
    url: str = field(repr=False)

    @property
    def name(self) -> str:
        """As rows keep it."""
        return f"{self.kind}/{self.team}"

    def hears_of(self, team: str) -> bool:
        return self.team in (EVERY_TEAM, team)


@dataclass(frozen=True)
class Words:
    """What is said of a task: never a word about who the lead is."""

    subject: str
    lines: tuple[str, ...]
    links: Mapping[str, str]
    """What a link is for -> its address."""


def rooms(settings: Settings) -> tuple[Room, ...]:
    """None while mail is only caught, or time is stepped. Raises BadRoom."""
    if settings.delivery == "catch" or settings.clock == "stepped":
        return ()
    slack = _rooms("slack", "NURTURE_SLACK_WEBHOOK", settings.slack_webhook.get_secret_value())
    teams = _rooms("teams", "NURTURE_TEAMS_WEBHOOK", settings.teams_webhook.get_secret_value())
    return (*slack, *teams)


def body(kind: Kind, words: Words) -> bytes:
    return json.dumps(BODIES[kind](words)).encode()


def _rooms(kind: Kind, variable: str, given: str) -> list[Room]:
    found = []
    for part in filter(None, (part.strip() for part in given.split(","))):
        team, equals, url = part.partition("=") if not part.startswith("http") else (EVERY_TEAM, "=", part)
        if not equals or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise BadRoom(f"{variable} holds something that is no address.", "Write URL, or team=URL")
        found.append(Room(kind, team.strip(), url.strip()))
    return found


def _slack(words: Words) -> dict[str, Any]:
    links = " · ".join(f"<{url}|{said}>" for said, url in words.links.items())
    return {"text": "\n".join([f"*{_escaped(words.subject)}*", *map(_escaped, words.lines), links])}


def _teams(words: Words) -> dict[str, Any]:
    """A card, as its workflows take it."""
    texts: Sequence[dict[str, Any]] = [
        {"type": "TextBlock", "text": words.subject, "weight": "bolder", "wrap": True},
        *({"type": "TextBlock", "text": line, "wrap": True} for line in words.lines),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": texts,
        "actions": [
            {"type": "Action.OpenUrl", "title": said, "url": url} for said, url in words.links.items()
        ],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


BODIES = {"slack": _slack, "teams": _teams}
