"""`nurture shadow`: whom sales would have got, and whether whoever leads it agrees."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing, print_json
from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.services.shadow import Verdict, judge
from nurture.store.queries.shadows import Agreement, agreement, shadowed
from nurture.web.words import company, person

COLUMNS = ("id", "when", "lead", "company", "score", "cell", "team", "to", "why", "verdict")
BY = "command line"


def shadow(
    team: Annotated[str, typer.Option(help="Only of this team.")] = "",
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 7,
    judged: Annotated[bool, typer.Option("--judged", help="With those who have their yes or no.")] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Leads of a team with `handoff: shadow`: who would have been handed over, to whom and why."""
    teams = [team] if team else None
    with opened(data) as at:
        rows, agreed = at.store.read_sync(_read, at.clock, teams, days, judged)
    if json:
        low, high = agreed.between
        told = {**vars(agreed), "rate": agreed.rate, "low": low, "high": high}
        print_json({"agreement": told, "leads": rows})
        return
    listing(rows, COLUMNS, as_json=False, empty="Nobody waits for a yes or no.")
    print(f"\n{_told(agreed)}")


def yes(
    lead: Annotated[str, typer.Argument(help="The id of a line of `nurture shadow`.")], data: Data = None
) -> None:
    """It would have been right to hand the lead over."""
    _judge(lead, "yes", data)


def no(
    lead: Annotated[str, typer.Argument(help="The id of a line of `nurture shadow`.")], data: Data = None
) -> None:
    """It would have been wrong to hand the lead over."""
    _judge(lead, "no", data)


def _judge(shadow_id: str, verdict: Verdict, data: Any) -> None:
    with opened(data) as at:
        desk = Desk(at.clock, (), "", "")
        if not _is_id(shadow_id) or not at.store.write_sync(judge, desk, shadow_id, verdict, BY):
            raise NurtureError(f"There is no line {shadow_id}.", "Look at `nurture shadow --judged`.")
        print(_told(at.store.read_sync(agreement, None)))


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _read(
    conn: Connection, clock: Clock, teams: list[str] | None, days: int, judged: bool
) -> tuple[list[dict[str, Any]], Agreement]:
    since = clock.now(conn) - timedelta(days=days)
    rows = shadowed(conn, teams, since, judged=judged)
    return [_row(row) for row in rows], agreement(conn, teams)


def _row(row: Any) -> dict[str, Any]:
    told = row.context or {}
    return {
        "id": row.id,
        "when": row.created_at,
        "lead": person(row),
        "company": company(row),
        "score": told.get("score"),
        "cell": told.get("cell"),
        "team": row.team,
        "to": row.owner_name,
        "why": told.get("why"),
        "routed": (told.get("routed") or {}).get("why"),
        "verdict": row.verdict,
    }


def _told(agreed: Agreement) -> str:
    waits = f"{agreed.waiting:,} wait{'s' if agreed.waiting == 1 else ''} for a yes or no."
    if agreed.rate is None:
        return f"Nobody has judged yet; {waits}"
    low, high = agreed.between
    return (
        f"Agreement: {agreed.yes:,} of {agreed.judged:,}, {agreed.rate:.0%}"
        f" (the truth lies between {low:.0%} and {high:.0%}); {waits}"
    )
