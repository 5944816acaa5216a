"""The accounts that carry mail: what stopped one, what to do, and the button that lets it go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from nurture.services import breakers
from nurture.services.channels import wake_rested
from nurture.services.desk import Desk
from nurture.services.sign_in import User
from nurture.services.standing_accounts import shares, standing_accounts
from nurture.services.wakes import Spread
from nurture.store.queries.users import admins
from nurture.web.origin import from_our_page
from nurture.web.pages import page
from nurture.web.signed_in import Me
from nurture.web.site import site_of, with_banners

router = APIRouter(include_in_schema=False, dependencies=[Depends(with_banners)])

RATE = 20.0
"""Journeys that go on per second."""
ADVICE: Mapping[str, tuple[str, ...]] = {
    "complaints": (
        "Find which campaign they complain about: `nurture report`, and pause it with `nurture pause`.",
        "Ask whether these people wanted the mail, and whether the way out is easy to find.",
        "Resume when that is mended. Send to those who were active lately first.",
    ),
    "bounces": (
        "Find where the addresses came from: an old list, or an import of the last days.",
        "Take that list out, or let it be checked by somebody whose trade that is.",
        "Resume then. Addresses that are gone are suppressed already.",
    ),
    "refusals": (
        "Look at SPF, DKIM and DMARC of the sender's domain: `nurture doctor` checks them.",
        "Look whether your address or domain stands on a block list, and ask to be taken off.",
        "Resume then, slowly: a warm-up plan or a lower rate in the file of accounts.",
    ),
}
OTHERWISE = ("`nurture doctor` says more. It is tried again by itself; resume once you have mended it.",)


@router.get("/sending")
async def sending(request: Request, me: Me) -> Response:
    site = site_of(request)
    found = await site.store.read(_told, site.desk)
    named = await site.store.read(admins)
    return page(request, "sending.html", admins=named, may_resume=_may(me, named), **found)


@router.post("/sending/{account}/resume", dependencies=[Depends(from_our_page)])
async def resume(request: Request, me: Me, account: str) -> Response:
    site = site_of(request)
    if not _may(me, await site.store.read(admins)):
        raise HTTPException(403)
    if await site.store.write(breakers.resume, site.desk, account, me.id):
        after, count, more = None, 0, True
        while more:
            after, woken = await site.store.write(wake_rested, after, Spread(RATE, count))
            count, more = count + woken, after is not None
        site.store.poke()
        site.banners.look_again()
    return RedirectResponse("/sending", 303)


def _may(me: User, named: Sequence[str]) -> bool:
    """Where the policy names no admin, whoever signs in."""
    return me.sees_all or not named


def _told(conn: Connection, desk: Desk) -> dict[str, Any]:
    limits = breakers.breakers_of(desk)
    found = [
        {
            "is": one,
            "shares": shares(one, limits, at_trip=one.stopped),
            "handed": one.trip.counts["handed"] if one.stopped and one.trip else one.counts.handed,
            "advice": ADVICE.get(one.resting.reason, OTHERWISE) if one.resting else (),
        }
        for one in standing_accounts(conn, desk)
    ]
    past = [row for row in breakers.history(conn) if row.resumed_at is not None]
    return {"accounts": found, "past": past, "least": limits.least, "now": desk.clock.now(conn)}
