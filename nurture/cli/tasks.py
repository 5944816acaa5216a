"""`nurture tasks`: the tasks of sales, and links to sign in with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, select

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing
from nurture.clock import Clock
from nurture.services.sign_in import sign_in_link
from nurture.store.queries.inbox import Task, names_of
from nurture.store.queries.inbox import tasks as tasks_of
from nurture.store.tables import installation
from nurture.web.words import left, person

COLUMNS = ("due", "left", "team", "owner", "kind", "lead", "company", "why", "state")


def tasks(
    team: Annotated[str, typer.Option(help="Only of this team.")] = "",
    done: Annotated[bool, typer.Option("--done", help="The answered ones, the latest first.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 50,
    json: Json = False,
    data: Data = None,
) -> None:
    """Tasks that wait for an answer, the most urgent first. `nurture tasks link EMAIL` lets somebody in."""
    with opened(data) as at:
        found = at.store.read_sync(_rows, at.clock, team or None, done, limit)
    listing(found, COLUMNS, as_json=json, empty="Nothing is answered yet." if done else "Nothing is waiting.")


def link(
    email: Annotated[str, typer.Argument(help="Of a member of a team of policies/sales.yaml.")],
    data: Data = None,
) -> None:
    """Print a link that signs a member of a sales team in: once, within a day."""
    with opened(data) as at:
        base = at.store.read_sync(lambda conn: conn.scalar(select(installation.c.base_url)))
        token = at.store.write_sync(sign_in_link, email)
        print(f"{base or at.settings.web_url}/signin/{token}")


def _rows(conn: Connection, clock: Clock, team: str | None, done: bool, limit: int) -> list[dict[str, Any]]:
    now = clock.now(conn)
    found = tasks_of(conn, team, None, done=done, limit=limit)
    names = names_of(conn, (task.answered_by for task in found))
    return [
        {
            "id": task.id,
            "due": task.due,
            "left": _left(task, now) if task.state == "open" else None,
            "team": task.team,
            "kind": task.kind,
            "task": (task.context or {}).get("task"),
            "owner": task.owner_name,
            "lead": person(task),
            "lead_id": task.lead_id,
            "company": task.account_name or task.account_domain,
            "why": (task.context or {}).get("why"),
            "score": (task.context or {}).get("score"),
            "state": task.state,
            "reason": task.reason,
            "answered_by": names.get(task.answered_by or ""),
            "answered_at": task.answered_at,
            "version": task.version,
        }
        for task in found
    ]


def _left(task: Task, now: datetime) -> str:
    """Of one that is nobody's no clock runs yet."""
    return left(task.due, now) if task.clock else "in the queue"
