"""`nurture lead show`: what one person allowed and chose; with --json all that is kept of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Connection

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json
from nurture.cli.wording import moment
from nurture.secrets_file import signing_secrets
from nurture.services.consents import MARKETING
from nurture.services.desk import Desk
from nurture.services.erasing import addresses_of, family_of
from nurture.services.facts import lead_row, zone_of
from nurture.services.library import Library
from nurture.services.pause import lead_of
from nurture.services.suppress import address_hmac
from nurture.services.wishes import Getting, getting
from nurture.store.queries.lead_record import lead_record

Record = Mapping[str, Any]


def show(
    who: Annotated[str, typer.Argument(metavar="LEAD", help="An address or an id.")],
    json: Json = False,
    data: Data = None,
) -> None:
    """What a lead allowed and chose, with proof; --json: all that is kept of them, to hand out on request."""
    with opened(data) as at:
        desk = Desk(at.clock, signing_secrets(at.settings), "", "", allowed=at.settings.delivery_allowed)
        found, gets, now, zone = at.store.read_sync(_read, desk, who)
    if json:
        print_json(found)
        return
    print("\n".join(_text(found, gets, now, zone)))


def _read(conn: Connection, desk: Desk, who: str) -> tuple[Record, Getting, datetime, ZoneInfo]:
    lead, now = lead_of(conn, who), desk.clock.now(conn)
    found, zone = record_of(conn, lead, desk.secrets)
    gets = getting(conn, desk, desk.library.rules(conn).dictionary, lead_row(conn, lead), now)
    return found, gets, now, zone


def record_of(conn: Connection, lead: str, secrets: tuple[str, ...]) -> tuple[Record, ZoneInfo]:
    """And the zone of the lead."""
    family = family_of(conn, lead)
    own = [address_hmac(secret, one) for one in addresses_of(conn, family) for secret in secrets]
    zone = zone_of(lead_row(conn, lead), Library().rules(conn).dictionary)
    return lead_record(conn, family, own), zone


def _text(found: Record, gets: Getting, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    lead = found["lead"]
    name = " ".join(filter(None, (lead["first_name"], lead["last_name"])))
    yield " ".join(filter(None, (name, f"<{lead['email']}>" if lead["email"] else "(no address)")))
    yield f"  id        {lead['id']}"
    yield f"  gets      {_gets(gets, zone)}"
    if gets.no_texts:
        yield f"  texts     none: {gets.no_texts}"
    yield f"  how often {lead['often'] or 'as the rules for sending say'}"
    yield f"  measured  {'yes' if lead['tracking'] else 'no: plain links, and nothing is noted'}"
    yield f"  consent   {_consent(found, now, zone)}"
    yield "" if found["consents"] else "No consent was ever recorded."
    for said in found["consents"]:
        yield from _said(said, zone)


def _gets(gets: Getting, zone: ZoneInfo) -> str:
    if gets.nothing:
        return f"nothing: {gets.nothing}"
    if gets.no_marketing:
        return f"no marketing: {gets.no_marketing}"
    but = f"all but {', '.join(gets.but)}" if gets.but else "everything"
    return f"no marketing until {moment(gets.paused, zone)}: paused; then {but}" if gets.paused else but


def _consent(found: Record, now: datetime, zone: ZoneInfo) -> str:
    basis, until = found["lead"]["consent"], found["lead"]["consent_until"]
    if basis is None:
        said = [one for one in found["consents"] if one["purpose"] == MARKETING]
        last = max(said, key=lambda one: (one["at"], one["state"]), default=None)
        return f"taken back on {moment(last['at'], zone)}" if last else "none on record"
    if until is None:
        return str(basis)
    return f"{basis}, {'until' if until > now else 'ran out on'} {moment(until, zone)}"


def _said(said: Record, zone: ZoneInfo) -> Iterator[str]:
    what = [said["purpose"], said["state"], said["basis"], said["source"]]
    yield f"{moment(said['at'], zone)}  {', '.join(filter(None, what))}"
    if said["expires_at"]:
        yield f"    until   {moment(said['expires_at'], zone)}"
    if said["wording"]:
        yield f"    read    {said['wording']}"
    for key, value in (said["proof"] or {}).items():
        yield f"    {key:7} {value}"
