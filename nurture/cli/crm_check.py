"""`nurture crm check`: does the CRM have what the mapping needs, and what would be written there?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from nurture.cli.crm import lead_named
from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing, print_json
from nurture.crm.connector import Checked, CrmDown, CrmRefused, Would
from nurture.crm.registry import connector, listens, tells
from nurture.domain.errors import NurtureError
from nurture.services.crm_opening import shared_of
from nurture.services.crm_preview import previews
from nurture.services.desk import Desk
from nurture.services.opening import open_desk
from nurture.store.session import Store

COLUMNS = ("lead", "there", "field", "would", "value")


def check(
    lead: Annotated[str, typer.Option(help="Of this lead: an e-mail address or an id.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many leads that were told last.")] = 10,
    json: Json = False,
    data: Data = None,
) -> int:
    """Look whether the CRM has what `policies/crm.yaml` needs, and show what would be written. Writes
    nothing."""
    with opened(data) as at:
        desk = open_desk(at.store, at.settings)
        lead_id = at.store.read_sync(lead_named, lead) if lead else None
        crm = connector(at.settings, shared_of(at.settings, at.store, desk))
        heard = listens(crm) or tells(crm)
        if crm is None or heard is None:
            raise NurtureError("there is no CRM to look at", "set NURTURE_CRM")
        missing, would = asyncio.run(_ask(at.store, desk, heard, lead_id, limit))
    if json:
        print_json({"missing": list(missing), "would": [_plain(one) for one in would]})
    else:
        for line in missing:
            print(line)
        if not missing:
            print(f"{crm.name} has all that is needed.")
        listing(_rows(would), COLUMNS, as_json=False, empty="Nothing would be written.")
    return 1 if missing else 0


async def _ask(
    store: Store, desk: Desk, crm: Checked, lead_id: str | None, limit: int
) -> tuple[Sequence[str], Sequence[Would]]:
    try:
        changes = await store.read(previews, desk, crm.name, lead_id, limit)
        mapping = await store.read(desk.library.crm, crm.name)
        return await crm.missing(mapping), await crm.would(changes)
    except (CrmDown, CrmRefused) as failed:
        text = f"{crm.name} did not answer: {failed.kind}"
        raise NurtureError(text, "look at its address and keys") from None
    finally:
        await crm.close()


def _plain(one: Would) -> dict[str, object]:
    sides = {"write": dict(one.push), "take": dict(one.take), "keep": dict(one.kept)}
    return {"lead": one.lead_id, "remote_id": one.remote_id, "new": one.new, **sides}


def _rows(would: Sequence[Would]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for one in would:
        for word, values in (("write", one.push), ("take from there", one.take), ("leave", one.kept)):
            there = one.remote_id or "new"
            rows += [
                {"lead": one.lead_id, "there": there, "field": name, "would": word, "value": value}
                for name, value in values.items()
            ]
    return rows
