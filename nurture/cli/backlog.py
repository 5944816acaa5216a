"""`nurture backlog`: who is good enough already, let in the best first as sales has room."""

from __future__ import annotations

from math import ceil
from typing import Annotated

import typer

from nurture.cli.opening import Data, Json, Opened, opened
from nurture.cli.output import listing, print_json
from nurture.cli.wording import of_them
from nurture.domain.conditions import Condition
from nurture.services.backlog import over_threshold, put, standing, team_of
from nurture.services.desk import Desk
from nurture.services.enrol_selection import check_selection, leads_after, matching
from nurture.services.opening import open_desk

AT_ONCE = 100
COLUMNS = ("campaign", "team", "waiting", "entered", "refused")


def backlog(
    campaign: Annotated[
        str, typer.Argument(help="A campaign that hands over. Left out: how it stands.")
    ] = "",
    where: Annotated[str, typer.Option(help="Who is good enough; the threshold of MQL if left out.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Begin; without it they are only counted.")] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Everyone who is good enough already comes into the campaign, the best first, as the team has room."""
    with opened(data) as at:
        if not campaign:
            found = at.store.read_sync(standing)
            listing(found, COLUMNS, as_json=json, empty="There is no backlog.")
            return
        desk = open_desk(at.store, at.settings)
        team = at.store.read_sync(team_of, desk, campaign)
        ids = _chosen(at, desk, where)
        most = at.store.read_sync(desk.library.rules).sales.teams[team].capacity
        added = at.store.write_sync(put, desk, campaign, team, ids) if yes else 0
        at.store.poke()
    if json:
        print_json({"campaign": campaign, "team": team, "found": len(ids), "added": added, "capacity": most})
        return
    if not yes:
        print(
            f"{of_them(len(ids), 'lead')} would come into {campaign}, the best first{_pace(len(ids), most)}."
        )
        print("Begin with --yes; whom sales has or had stays out.")
        return
    print(f"{of_them(added, 'lead')} wait to come into {campaign}, the best first{_pace(added, most)}.")


def _chosen(at: Opened, desk: Desk, where: str) -> list[str]:
    text = where or at.store.read_sync(over_threshold, desk)
    condition: Condition = at.store.read_sync(check_selection, desk, text)
    found: list[str] = []
    after: str | None = None
    while rows := at.store.read_sync(leads_after, after, AT_ONCE):
        found += at.store.read_sync(matching, desk, condition, rows)
        after = rows[-1].id
    return found


def _pace(count: int, capacity: int | None) -> str:
    if capacity is None:
        return ", all at once: the team has no `capacity`"
    days = ceil(count / capacity)
    return f", {capacity} on a working day: {days} day{'' if days == 1 else 's'}"
