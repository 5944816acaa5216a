"""A route that is asked for thousands of times a second."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from nurture.web.body import Message

Answering = Callable[[Request], Awaitable[Response]]


class Straight(Route):
    """Asked first, and without what the framework does for the parameters and answers of others: most of what
    a small call costs is that. It stands in no description by itself: ``described`` is its part, and empty
    without a ``description``."""

    def __init__(self, path: str, answer: Answering, description: dict[str, Any] | None = None) -> None:
        super().__init__(path, answer, methods=["POST"])
        described = {"post": {"operationId": answer.__name__, **(description or {})}}
        self.described = {path: described} if description else {}

    def matches(self, scope: Message) -> tuple[Match, Message]:
        match, found = super().matches(scope)
        return match, {**found, "route": self} if found else found
