"""What a forecast is made of: campaigns of files or of the database, and whose leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import typer

from nurture.authoring.content import Content
from nurture.authoring.simulation.leads_file import read_leads
from nurture.authoring.stories.playing import Rules
from nurture.authoring.stories.story import Lead
from nurture.cli.content import one_campaign
from nurture.cli.opening import opened
from nurture.cli.simulate import DATABASE
from nurture.domain.campaign import Campaign, load_campaign
from nurture.domain.errors import NurtureError
from nurture.secrets_file import signing_secrets
from nurture.services.known_leads import known_leads
from nurture.services.library import Library
from nurture.services.versions import LIVE, version

HASH = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True)
class Side:
    name: str
    """How the forecast calls it."""
    campaign: Campaign
    rules: Rules


def other_side(word: str, ours: Side, of: Content, content: Path | None, data: Path | None) -> Side:
    """A campaign of the files; or ours as it is in the database, under the policies that are live there."""
    if word in of.campaigns or not (word == LIVE or HASH.fullmatch(word)):
        other, found = one_campaign(word, content)
        return Side(word, found, other.rules())
    with opened(data) as at:
        row = at.store.read_sync(version, ours.campaign.name, word)
        live = at.store.read_sync(Library().rules)
    rules = Rules(live.dictionary, live.conditions, live.sales, live.scoring, live.calendars)
    return Side(word, load_campaign(row.document), rules)


def people(file: str, ours: Side, zone: str, most: int | None, data: Path | None) -> list[Lead]:
    """``zone``: of those who have none."""
    if file == DATABASE:
        return _of_database(ours, most, data)
    found, unknown = read_leads(Path(file), ours.rules.dictionary, zone)
    if unknown:
        typer.echo(f"Columns that are no field, left out: {', '.join(unknown)}.", err=True)
    return found[:most]


def _of_database(ours: Side, most: int | None, data: Path | None) -> list[Lead]:
    with opened(data) as at:
        now = at.store.read_sync(at.clock.now)
        rules = at.store.read_sync(Library().rules)
        secrets = signing_secrets(at.settings)
        found = at.store.read_sync(
            lambda conn: list(known_leads(conn, rules, ours.campaign, now, secrets, most))
        )
    if not found:
        raise NurtureError("There are no leads in the database.", "Import some, or leave out --from.")
    return found
