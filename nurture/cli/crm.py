"""`nurture crm`: what the CRM has not been told yet, or refused, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy import Connection

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing, print_json
from nurture.cli.wording import of_them
from nurture.crm.registry import CRMS
from nurture.domain.errors import NurtureError
from nurture.services import crm_outbox
from nurture.services.crm_rest import gate_state, try_again
from nurture.services.pause import lead_of
from nurture.store.queries.crm import UNSETTLED, changes, links

COLUMNS = ("id", "email", "what", "state", "tries", "next_try", "error")
STATES = {"open": ("open",), "refused": ("dead",), "done": ("done",), "": UNSETTLED}
SAID = {
    "resting": "The CRM is down; a few changes try it again and again, and the others wait for them.",
    "gone": "The CRM answered that it wants nothing any more. `nurture crm retry` lets changes go again.",
}

Lead = Annotated[str, typer.Option(help="Only of this lead: an e-mail address or an id.")]


def crm(
    lead: Lead = "",
    state: Annotated[str, typer.Option(help="open, refused or done.  [default: open and refused]")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 50,
    json: Json = False,
    data: Data = None,
) -> None:
    """Changes that the CRM has not been told yet, or has refused; with --lead also what it was told."""
    if state not in STATES:
        raise NurtureError(f"there is no state {state}", "there are: open, refused, done")
    with opened(data) as at:
        lead_id = at.store.read_sync(lead_named, lead) if lead else None
        states = ("open", "dead", "done", "cancelled") if lead and not state else STATES[state]
        found = at.store.read_sync(changes, lead_id, states, limit)
        known = at.store.read_sync(links, lead_id) if lead_id else []
        gates = {name: at.store.read_sync(gate_state, name) for name in CRMS}
    if json:
        print_json({"changes": found, "links": known, "crms": gates})
        return
    for name, gate in gates.items():
        if gate in SAID:
            print(f"{name}: {SAID[gate]}")
    if known:
        listing(known, ("crm", "state", "remote_id", "pushed_at", "error"), as_json=False)
    listing(found, COLUMNS, as_json=False, empty="The CRM has been told everything.")


def retry(lead: Lead = "", data: Data = None) -> None:
    """Try refused changes again, and waiting ones at once."""
    with opened(data) as at:
        lead_id = at.store.read_sync(lead_named, lead) if lead else None
        count = at.store.write_sync(try_again, CRMS, lead_id)
        at.store.poke()
    print(f"{of_them(count, 'change')} will be tried again.")


def skip(
    change: Annotated[int, typer.Argument(help="Its id, as `nurture crm` lists it.", show_default=False)],
    data: Data = None,
) -> None:
    """Give one change up: the CRM is never told. Later changes of the lead go on."""
    with opened(data) as at:
        if not at.store.write_sync(crm_outbox.skip, change):
            raise NurtureError(f"no open or refused change has the id {change}", "`nurture crm` lists them")
    print("Given up.")


def lead_named(conn: Connection, text: str) -> str:
    """The id of the lead with this address; an id is taken as it is."""
    return lead_of(conn, text) if "@" in text else text
