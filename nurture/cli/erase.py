"""`nurture erase` and `nurture export-person`: what a person may ask of whoever keeps their data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from nurture.cli.errors import DONE, WRONG_INPUT
from nurture.cli.lead import record_of
from nurture.cli.move import sure
from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import as_json, print_json, write_file
from nurture.cli.wording import moment
from nurture.secrets_file import signing_secrets
from nurture.services import erasing
from nurture.services.opening import open_desk
from nurture.services.pause import lead_of

Who = Annotated[str, typer.Argument(metavar="LEAD", help="An address or an id.", show_default=False)]


def erase(
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
    data: Data = None,
) -> int:
    """Forget a person for good: their journeys end, what tells of them goes, and no import brings them back.

    Their address stays as a hash, so that nothing makes them a lead again. A CRM is told to erase them too.
    You see what is kept, and are asked. There is no way back: hand out before what they ask for, by
    `nurture export-person`.
    """
    with opened(data) as at:
        lead = at.store.read_sync(lead_of, who)
        found, _ = at.store.read_sync(record_of, lead, signing_secrets(at.settings))
        if not json:
            print("\n".join(_kept(found)))
        if not yes and not sure("Forget all of it, for good?"):
            print("Nothing was changed.")
            return WRONG_INPUT
        gone = at.store.write_sync(erasing.erase, open_desk(at.store, at.settings), lead)
        at.store.tidy()
    if json:
        print_json({"lead": lead, "gone": gone})
    else:
        print("\n".join(_done(lead, gone, found["lead"]["erased_at"])))
    return DONE


def export_person(
    who: Who,
    to: Annotated[
        Path | None, typer.Option("--to", help="A file to write.  [default: standard output]")
    ] = None,
    data: Data = None,
) -> None:
    """All that is kept of a person, as JSON: for whoever asks for a copy of their data."""
    with opened(data) as at:
        found, _ = at.store.read_sync(_found, who, signing_secrets(at.settings))
    if to is None:
        print_json(found)
        return
    write_file(to, as_json(found).encode())
    print(f"Written: {to}. It is personal data; remove it when it is handed over.")


def _found(conn: Connection, who: str, secrets: tuple[str, ...]) -> tuple[Mapping[str, Any], Any]:
    return record_of(conn, lead_of(conn, who), secrets)


def _kept(found: Mapping[str, Any]) -> Iterator[str]:
    lead = found["lead"]
    name = " ".join(filter(None, (lead["first_name"], lead["last_name"], lead["email"])))
    yield f"{name or 'Nobody any more'} ({lead['id']})"
    if lead["erased_at"]:
        yield f"  erased on {moment(lead['erased_at'])}; what has come in since goes too"
    counts = {part: len(rows) for part, rows in found.items() if isinstance(rows, list) and rows}
    for part, count in counts.items():
        yield f"  {count:>6,}  {part}"


def _done(lead: str, gone: Mapping[str, int], before: datetime | None) -> Iterator[str]:
    yield f"Erased{' again' if before else ''}: lead {lead}."
    yield f"Journeys ended: {gone.get('journeys ended', 0)}. Rows removed or emptied: {sum(gone.values()):,}."
    yield "Backups and files that were imported still hold their data: see docs/privacy.md."
