"""What an error looks like: JSON for programs, a plain page for people, no person's data in either."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from nurture.traces import exception_types, places
from nurture.web.body import BodyTooLarge, BodyTooSlow
from nurture.web.origin import OtherOrigin
from nurture.web.pages import page
from nurture.web.signed_in import NotSignedIn

log = logging.getLogger("nurture.web")

RETRY_AFTER = {"Retry-After": "5"}
TEXTS: Mapping[int, str] = {
    400: "This request cannot be read.",
    403: "This form was not on one of our pages. Go back, reload the page and try again.",
    404: "There is no such page.",
    405: "This address does not take that kind of request.",
    408: "The request came too slowly.",
    413: "The request is too large.",
    500: "Something went wrong on our side. It has been noted.",
    503: "We cannot do this right now. Please try again in a minute.",
}


def problem(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status, headers=headers)


def of_a_program(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/hooks/"))


def plain(
    request: Request, status: int, headers: Mapping[str, str] | None = None, words: str = ""
) -> Response:
    message = words or TEXTS.get(status, HTTPStatus(status).phrase)
    if of_a_program(request):
        return problem(status, message[0].lower() + message[1:].rstrip("."), headers)
    answer = page(request, "problem.html", status, title=HTTPStatus(status).phrase, message=message)
    answer.headers.update(headers or {})
    return answer


def install(app: FastAPI) -> None:
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(NotSignedIn)(_sign_in)
    app.exception_handler(OtherOrigin)(_of(403))
    app.exception_handler(BodyTooLarge)(_too_large)
    app.exception_handler(BodyTooSlow)(_of(408, {"Connection": "close"}))
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.exception_handler(kind)(_database_down)
    app.exception_handler(Exception)(_bug)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return plain(request, error.status_code, error.headers)


async def _sign_in(request: Request, _error: Exception) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": "/signin"})
    return RedirectResponse("/signin", 303)


async def _database_down(request: Request, error: Exception) -> Response:
    """429, not 5xx: senders of webhooks take it as "later" and keep the event."""
    told = exception_types(error.orig) if isinstance(error, DBAPIError) and error.orig else ""
    log.error("database", extra={"exception": exception_types(error), "cause": told})
    if of_a_program(request):
        return problem(429, "the database does not answer: send this again later", RETRY_AFTER)
    return plain(request, 503, RETRY_AFTER)


async def _too_large(request: Request, error: Exception) -> Response:
    assert isinstance(error, BodyTooLarge)
    words = f"The request is larger than {error.most // 2**20} MiB."
    return plain(request, 413, {"Connection": "close"}, words)


async def _bug(request: Request, error: Exception) -> Response:
    log.error("bug", extra={"exception": exception_types(error), "at": (places(error) or ["?"])[-1]})
    return plain(request, 500)


def _of(status: int, headers: Mapping[str, str] | None = None):  # type: ignore[no-untyped-def]
    async def answer(request: Request, _error: Exception) -> Response:
        return plain(request, status, headers)

    return answer
