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
from nurture.domain.preferences import TOPIC
from nurture.secrets_file import signing_secrets
from nurture.services.erasing import addresses_of, family_of
from nurture.services.facts import lead_row, zone_of
from nurture.services.library import Library
from nurture.services.pause import lead_of
from nurture.services.suppress import address_hmac
from nurture.store.queries.lead_record import lead_record

Record = Mapping[str, Any]


def show(
    who: Annotated[str, typer.Argument(metavar="LEAD", help="An address or an id.")],
    json: Json = False,
    data: Data = None,
) -> None:
    """What a lead allowed and chose, with proof; --json: all that is kept of them, to hand out on request."""
    with opened(data) as at:
        found, zone = at.store.read_sync(_read, who, signing_secrets(at.settings))
    if json:
        print_json(found)
        return
    print("\n".join(_text(found, zone)))


def _read(conn: Connection, who: str, secrets: tuple[str, ...]) -> tuple[Record, ZoneInfo]:
    return record_of(conn, lead_of(conn, who), secrets)


def record_of(conn: Connection, lead: str, secrets: tuple[str, ...]) -> tuple[Record, ZoneInfo]:
    """And the zone of the lead."""
    family = family_of(conn, lead)
    own = [address_hmac(secret, one) for one in addresses_of(conn, family) for secret in secrets]
    zone = zone_of(lead_row(conn, lead), Library().rules(conn).dictionary)
    return lead_record(conn, family, own), zone


def _text(found: Record, zone: ZoneInfo) -> Iterator[str]:
    lead = found["lead"]
    name = " ".join(filter(None, (lead["first_name"], lead["last_name"])))
    yield " ".join(filter(None, (name, f"<{lead['email']}>" if lead["email"] else "(no address)")))
    yield f"  id        {lead['id']}"
    yield f"  gets      {_gets(found)}"
    yield f"  how often {lead['often'] or 'as the rules for sending say'}"
    if lead["mail_pause_until"]:
        yield f"  paused    until {moment(lead['mail_pause_until'], zone)}"
    yield f"  measured  {'yes' if lead['tracking'] else 'no: plain links, and nothing is noted'}"
    yield f"  consent   {_consent(lead['consent'], lead['consent_until'], zone)}"
    yield "" if found["consents"] else "No consent was ever recorded."
    for said in found["consents"]:
        yield from _said(said, zone)


def _gets(found: Record) -> str:
    stops = [one for one in found["suppressions"] if not one["lifted"]]
    whole = [one["reason"] for one in stops if not one["scope"].startswith(TOPIC)]
    topics = [one["scope"].removeprefix(TOPIC) for one in stops if one["scope"].startswith(TOPIC)]
    if whole:
        return f"nothing: {whole[0]}"
    return f"all but {', '.join(topics)}" if topics else "everything"


def _consent(basis: str | None, until: datetime | None, zone: ZoneInfo) -> str:
    if basis is None:
        return "none on record"
    return basis if until is None else f"{basis}, until {moment(until, zone)}"


def _said(said: Record, zone: ZoneInfo) -> Iterator[str]:
    what = [said["purpose"], said["state"], said["basis"], said["source"]]
    yield f"{moment(said['at'], zone)}  {', '.join(filter(None, what))}"
    if said["expires_at"]:
        yield f"    until   {moment(said['expires_at'], zone)}"
    if said["wording"]:
        yield f"    read    {said['wording']}"
    for key, value in (said["proof"] or {}).items():
        yield f"    {key:7} {value}"
