"""Leads of a CSV file, to send through a forecast."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from nurture.authoring.stories.items import value_of
from nurture.authoring.stories.story import Lead
from nurture.domain.consent_policy import EXPRESS
from nurture.domain.date_fields import all_at_home
from nurture.domain.dictionary import Dictionary
from nurture.domain.errors import NurtureError
from nurture.domain.facts import Value

ZONE = "zone"


def read_leads(path: Path, dictionary: Dictionary, usual: str) -> tuple[list[Lead], list[str]]:
    """The leads, and the columns that no field is called like. ``usual``: the zone of those without one."""
    if not path.is_file():
        raise NurtureError(f"There is no file {path}.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        columns = {name: _field(name, dictionary) for name in rows.fieldnames or ()}
        leads = [_lead(row, columns, dictionary, usual) for row in rows]
    if not leads:
        raise NurtureError(f"{path} has no leads.", "The first line names the columns, each other is a lead.")
    return leads, [name for name, field in columns.items() if field is None]


def _field(column: str, dictionary: Dictionary) -> str | None:
    name = column.strip().lower().replace(" ", "_")
    if name in (ZONE, f"lead.{ZONE}"):
        return ZONE
    return next((one for one in (name, f"lead.{name}") if one in dictionary.fields), None)


def _lead(
    row: Mapping[str, str], columns: Mapping[str, str | None], dictionary: Dictionary, usual: str
) -> Lead:
    """A value that does not fit its field is left out, as an import refuses it."""
    fields: dict[str, Value] = {}
    zone = usual
    for column, name in columns.items():
        text = (row.get(column) or "").strip()
        if name == ZONE:
            zone = text if text in available_timezones() else zone
        elif name and text and (value := value_of(dictionary.fields[name], text)) is not None:
            fields[name] = value
    return Lead(zone=ZoneInfo(zone), fields=all_at_home(fields, ZoneInfo(zone)), consent=EXPRESS)
