"""Headers that every answer has: nothing runs or loads but what we serve ourselves."""

from __future__ import annotations

from collections.abc import Iterable

from nurture.web.body import App, Message, Receive, Send

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "img-src 'self' data:"
)
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For a mail shown inside a page: its own styles, no scripts, nothing loaded."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",  # stricter, and older browsers would not name the origin of a form
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
"""Those that an answer sets itself stay as they are."""

KEPT = "public, max-age=86400"
"""For static files: their addresses change with them."""

Pair = tuple[bytes, bytes]


def _pairs(headers: dict[str, str]) -> tuple[Pair, ...]:
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


USUAL = _pairs(HEADERS)
OF_FILES = _pairs({**HEADERS, "Cache-Control": KEPT})


class SecurityHeaders:
    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                of_a_file = message["status"] == 200 and scope["path"].startswith("/static/")
                message["headers"] = _completed(message["headers"], OF_FILES if of_a_file else USUAL)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _completed(given: Iterable[Pair], usual: Iterable[Pair]) -> list[Pair]:
    headers = list(given)
    set_already = {name for name, _ in headers}
    return [*headers, *(pair for pair in usual if pair[0] not in set_already)]
