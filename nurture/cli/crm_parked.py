"""`nurture crm parked`: what the CRM said that Nurture could not act on, and what a person must see to."""

from __future__ import annotations

from typing import Annotated

import typer

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing
from nurture.domain.errors import NurtureError
from nurture.services.crm_links import give_up
from nurture.store.queries.crm import parked as of_store

COLUMNS = ("id", "crm", "what", "email", "remote_id", "reason", "at")


def parked(
    settle: Annotated[str, typer.Option(help="It is seen to: the id of one.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 50,
    json: Json = False,
    data: Data = None,
) -> None:
    """What is left for a person: values that nobody mapped, unknown owners, strangers, deleted people."""
    with opened(data) as at:
        if settle:
            if not at.store.write_sync(give_up, settle):
                text = f"nothing that is open has the id {settle}"
                raise NurtureError(text, "`nurture crm parked` lists them")
            print("Settled.")
            return
        found = at.store.read_sync(of_store, limit)
    listing(found, COLUMNS, as_json=json, empty="Nothing waits for a person.")
