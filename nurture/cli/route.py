"""`nurture route explain`: who would get a lead, and what each rule says."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json
from nurture.cli.wording import wrapped
from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.services.library import Rules
from nurture.services.pause import lead_of
from nurture.services.routing import Given, explain


class WhichTeam(NurtureError):
    def __init__(self, team: str, known: list[str]) -> None:
        hint = f"Teams are: {', '.join(known)}" if known else "Publish policies/sales.yaml with a team"
        super().__init__(f"There is no team {team} here." if team else "Nobody takes leads here yet.", hint)


def explain_route(
    lead: Annotated[str, typer.Argument(help="The address or the id.")],
    team: Annotated[str, typer.Option(help="As if handed to this team; the first one if left out.")] = "",
    json: Json = False,
    data: Data = None,
) -> None:
    """Who would get the lead if it were handed over now, and why each rule does or does not decide."""
    with opened(data) as at:
        found = at.store.read_sync(_read, lead, team, at.clock)
    if json:
        looks = [{"rule": look.rule, "decides": look.decides, "why": look.said} for look in found.looks]
        owner = found.member.email if found.member else None
        print_json({"team": found.team, "owner": owner, "rule": found.rule, "rules": looks})
        return
    for look in found.looks:
        print(wrapped(look.said, 24, f"{'->' if look.decides else '  '} {look.rule}"))
    owner = f"{found.member.name} ({found.member.email})" if found.member else f"the queue of {found.team}"
    print(f"\nGoes to {owner}, by {found.rule}.")


def _read(conn: Connection, lead: str, team: str, clock: Clock) -> Given:
    desk = Desk(clock, (), "", "")
    rules = desk.library.rules(conn)
    return explain(conn, desk, rules, lead_of(conn, lead), _team(rules, team))


def _team(rules: Rules, team: str) -> str:
    known = list(rules.sales.teams)
    if team not in known and (team or not known):
        raise WhichTeam(team, known)
    return team or known[0]
