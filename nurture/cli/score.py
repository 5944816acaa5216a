"""`nurture score explain`: every point of one lead's score."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing, print_json
from nurture.cli.wording import moment
from nurture.clock import Clock
from nurture.domain.bant import BANT, Said, standing
from nurture.domain.scoring import Score, ScoreLine, ScoringPolicy, account_score, cell, explain, grade, total
from nurture.domain.scoring.told import sentences, telling
from nurture.services.facts import account_people, entries, lead_fields, lead_row
from nurture.services.library import Library
from nurture.services.pause import lead_of
from nurture.services.qualifying import words_of
from nurture.store.queries.stages import stages_of

WHO = {"sales": "told to sales", "form": "said so", "inferred": "concluded"}
COLUMNS = ("rule", "when", "then", "now", "why")
FORMATS = ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def explain_score(
    lead: Annotated[str, typer.Argument(help="The address or the id.")],
    at: Annotated[datetime | None, typer.Option(formats=FORMATS, help="As it was then (UTC).")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every point by itself, as a table.")] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Every point of a lead's score: what for, when, how much it was and how much is left."""
    with opened(data) as here:
        lines, score, now, policy, known, stages, company = here.store.read_sync(_read, lead, here.clock, at)
    rows = [
        {
            "rule": line.rule,
            "when": line.at,
            "then": round(line.then, 1),
            "now": round(line.now, 1),
            "why": line.why,
        }
        for line in lines
    ]
    if json:
        score_now = {"engagement": score.engagement, "fit": score.fit, "total": score.total}
        been = [{"stage": one.data["stage"], "since": one.occurred_at} for one in stages]
        said = {one.item: {"value": one.value, "source": one.source, "at": one.at} for one in known}
        print_json(
            {
                "at": now,
                "score": score_now,
                "bant": said,
                "stages": been,
                "company": account_score(company.values(), policy),
                "lines": rows,
            }
        )
        return
    parts = f"{score.engagement} for what they did, {score.fit} for who they are"
    print(f"{score.total} points at {moment(now)}: {parts}.")
    if letter := grade(score.fit, policy):
        at_cell = cell(score, policy)
        print(f"Grade {letter}{f'; cell {at_cell[0]}: {at_cell[1]}' if at_cell else ''}.")
    if len(company) > 1:
        score_of = account_score(company.values(), policy)
        best = f"the best {policy.best} of " if policy.best and policy.best < len(company) else ""
        print(f"Company: {score_of} points, of {best}{len(company)} people.")
    for at_stage in stages:
        print(f"Stage {at_stage.data['stage']} since {at_stage.occurred_at:%-d %B %Y}.")
    for one in known:
        print(f"{one.item.capitalize()}: {one.value} ({WHO[one.source]}, {one.at:%-d %B %Y}).")
    print()
    if every or not lines:
        listing(rows, COLUMNS, as_json=False, empty="Nothing has given points yet.")
        return
    print("\n".join(telling(sentences(lines, policy))))


def _read(
    conn: Connection, lead: str, clock: Clock, at: datetime | None
) -> tuple[list[ScoreLine], Score, datetime, ScoringPolicy, list[Said], Sequence[Any], dict[str, int]]:
    now = at.replace(tzinfo=UTC) if at else clock.now(conn)
    rules = Library().rules(conn)
    lead_id = lead_of(conn, lead)
    fields = lead_fields(lead_row(conn, lead_id), rules.dictionary)
    then = entries(conn, lead_id, now)
    lines = explain(then, fields, rules.scoring, now)
    stands = standing(
        (one for one in words_of(conn, lead_id) if one.at <= now), rules.dictionary.lifecycle.stale
    )
    known = [stands[item] for item in BANT if item in stands]
    been = stages_of(conn, lead_id, now)
    company = account_people(conn, rules, lead_row(conn, lead_id), now)
    return lines, total(then, rules.scoring, now, fields), now, rules.scoring, known, been, company
