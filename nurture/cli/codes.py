"""`nurture codes`: how many codes are left, and more of them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing
from nurture.cli.wording import of_them
from nurture.domain.errors import NurtureError
from nurture.services.codes import add_codes, pools

COLUMNS = ("campaign", "pool", "codes", "left")
HEADER = "code"


def codes(
    campaign: Annotated[str | None, typer.Argument(help="Only of this campaign.")] = None,
    pool: Annotated[str | None, typer.Argument(help="The pool that gets more codes.")] = None,
    file: Annotated[Path | None, typer.Argument(help="One code on each line.")] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """How many codes each pool has, and how many are left. With a pool and a file: adds codes.

    Codes that are there already are left out. Journeys that wait for a code go on.
    """
    if pool and not file:
        raise NurtureError(f"Name the file with the codes for {pool}.", "It has one code on each line.")
    with opened(data) as at:
        if campaign and pool and file:
            new = at.store.write_sync(add_codes, campaign, pool, _read(file))
            print(f"{of_them(new, 'new code')} in the pool {pool} of {campaign}.")
            return
        found = at.store.read_sync(pools, campaign)
    listing([asdict(one) for one in found], COLUMNS, as_json=json, empty="There are no codes.")


def _read(file: Path) -> list[str]:
    if not file.is_file():
        raise NurtureError(f"There is no file {file}.", "It has one code on each line.")
    lines = [line.strip().strip('"') for line in file.read_text(encoding="utf-8-sig").splitlines()]
    return [line for line in lines if line and line.lower() != HEADER]
