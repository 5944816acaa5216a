"""Who gets a lead: what the rules of routing need to know is gathered here, and the turn is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select, update

from nurture.domain.members import Member
from nurture.domain.routing import Handover, Look, Routed, Standing, in_turn, route
from nurture.domain.routing_policy import ACCOUNT_OWNER, LEAD_OWNER, LEAST_BUSY, SAME_COMPANY, RoutingPolicy
from nurture.services.capacity import room
from nurture.services.desk import Desk
from nurture.services.entry_facts import entry_facts
from nurture.services.facts import Lead, lead_row
from nurture.services.library import Rules
from nurture.store.tables import handoffs, leads, users

OWNER_FIELD = "account.owner"
"""The field of the dictionary in which a company's owner stands by their address, where there is one."""
OPEN = (handoffs.c.state == "open", handoffs.c.kind == "handoff", handoffs.c.joined_to.is_(None))


@dataclass(frozen=True)
class Given:
    """Whose the lead is now, and why."""

    user: str | None
    """None: it waits in the queue of ``team``."""
    team: str
    rule: str
    looks: tuple[Look, ...]
    policy: str | None
    """The hash of the routing policy."""
    member: Member | None = None

    def to_json(self) -> dict[str, Any]:
        """For the task: which rule, and why."""
        return {"rule": self.rule, "why": self.looks[-1].said if self.looks else "", "policy": self.policy}


def give(
    conn: Connection,
    desk: Desk,
    rules: Rules,
    lead_id: str,
    team: str,
    *,
    only: str | None = None,
    leads: bool = True,
) -> Given:
    """Whose the lead is from now; takes the turn of the round robin. The people are locked before they are
    looked at, so that two who are handed over at once go to two of them. ``only``: nobody of another team;
    ``leads`` False: no lead is handed over, so that no capacity is asked."""
    return _given(conn, desk, rules, lead_id, team, take=True, only=only, leads=leads)


def explain(conn: Connection, desk: Desk, rules: Rules, lead_id: str, team: str) -> Given:
    """Who would get the lead now; nothing is changed."""
    return _given(conn, desk, rules, lead_id, team, take=False)


def anybody_free(conn: Connection, desk: Desk, rules: Rules) -> bool:
    """Whether anyone could take a lead now, whichever it is."""
    people = _people(conn, desk, rules, RoutingPolicy(), lock=False)
    return any(not one.hindered for one in _within_capacity(conn, desk, rules, people).values())


def pass_on(conn: Connection, desk: Desk, rules: Rules, team: str, user_id: str | None) -> str | None:
    """To the next of the team, not to the one who has it if there is another."""
    people = _people(conn, desk, rules, RoutingPolicy(), lock=True)
    has = next((one.email for key, one in people.items() if key == user_id), None)
    found = in_turn(list(people.values()), team, has)
    return _take(conn, people, found) if found else None


def _given(
    conn: Connection,
    desk: Desk,
    rules: Rules,
    lead_id: str,
    team: str,
    *,
    take: bool,
    only: str | None = None,
    leads: bool = True,
) -> Given:
    policy, version = desk.library.routing(conn)
    people = _people(conn, desk, rules, policy, lock=take)
    if leads:
        people = _within_capacity(conn, desk, rules, people)
    if only:
        people = {user: one for user, one in people.items() if one.team == only}
    handover = _handover(conn, desk, rules, policy, lead_row(conn, lead_id), team)
    found = route(policy, rules.conditions, list(people.values()), handover)
    return _as_given(conn, people, found, team, version, take=take)


def _within_capacity(
    conn: Connection, desk: Desk, rules: Rules, people: dict[str, Standing]
) -> dict[str, Standing]:
    """Asked while the people are locked, so that two at once do not both take the last place."""
    now = desk.clock.now(conn)
    teams = {name: team.capacity for name, team in rules.sales.teams.items() if team.capacity is not None}
    full = {name: most for name, most in teams.items() if room(conn, rules, name, now) == 0}
    if not full:
        return people
    return {user: replace(one, team_full=full.get(one.team)) for user, one in people.items()}


def _as_given(
    conn: Connection,
    people: Mapping[str, Standing],
    found: Routed,
    team: str,
    version: str | None,
    *,
    take: bool,
) -> Given:
    owner = found.owner
    if owner is None:
        return Given(None, team, found.rule, found.looks, version)
    user = _take(conn, people, owner) if take else _id(people, owner)
    return Given(user, owner.team or team, found.rule, found.looks, version, owner.member)


def _take(conn: Connection, people: Mapping[str, Standing], chosen: Standing) -> str:
    user = _id(people, chosen)
    latest = max(one.turn for one in people.values())
    conn.execute(update(users).where(users.c.id == user).values(last_assigned=latest + 1))
    return user


def _id(people: Mapping[str, Standing], chosen: Standing) -> str:
    return next(user for user, one in people.items() if one.email == chosen.email)


def _people(
    conn: Connection, desk: Desk, rules: Rules, policy: RoutingPolicy, *, lock: bool
) -> dict[str, Standing]:
    """User -> how they stand. Locked in the order of their ids, and only then is it known whose turn it
    is: the order of a locking query is that of before the lock."""
    query = select(users).where(users.c.active.is_(True)).order_by(users.c.id)
    rows = conn.execute(query.with_for_update(key_share=True) if lock else query).all()
    members = {one.email: one for team in rules.sales.teams.values() for one in team.members}
    now, company = desk.clock.now(conn), rules.dictionary.company_zone
    limited = any(one.open_at_most is not None for one in members.values())
    counts = _open(conn) if limited or any(rule.pick == LEAST_BUSY for rule in policy.rules) else {}
    emails = {row.id: row.email for row in rows}
    found = {}
    for row in rows:
        member = members.get(row.email) or Member(row.name, row.email, zone=row.zone)
        gone = row.away_until if row.away_until and row.away_until > now else None
        if gone and row.substitute in emails:
            member = replace(member, substitute=emails[row.substitute])
        found[row.id] = Standing(
            member,
            row.team,
            row.last_assigned,
            counts.get(row.id, 0),
            f"until {gone.astimezone(member.clock(company)):%d %b}" if gone else member.away_on(now, company),
            member.at_work(now, company, rules.calendars),
        )
    return found


def _open(conn: Connection) -> dict[str, int]:
    """User -> how many handoffs wait for their answer."""
    query = select(handoffs.c.owner, func.count()).where(*OPEN, handoffs.c.owner.is_not(None))
    return {row[0]: row[1] for row in conn.execute(query.group_by(handoffs.c.owner))}


def _handover(
    conn: Connection, desk: Desk, rules: Rules, policy: RoutingPolicy, lead: Lead, team: str
) -> Handover:
    facts = entry_facts(conn, rules, lead, desk.clock.now(conn), [rule.when for rule in policy.rules])
    knowing = {}
    if policy.asks(LEAD_OWNER):
        knowing[LEAD_OWNER] = _email(conn, lead.owner)
    if policy.asks(ACCOUNT_OWNER):
        named = facts.fields.get(OWNER_FIELD)
        knowing[ACCOUNT_OWNER] = str(named).lower() if named else _email(conn, _account_owner(conn, lead))
    if policy.asks(SAME_COMPANY):
        knowing[SAME_COMPANY] = _email(conn, _same_company(conn, lead))
    return Handover(team, facts, {word: email for word, email in knowing.items() if email})


def _account_owner(conn: Connection, lead: Lead) -> str | None:
    """Who has a colleague of theirs, the latest."""
    if not lead.account_id:
        return None
    query = select(leads.c.owner).where(
        leads.c.account_id == lead.account_id, leads.c.owner.is_not(None), leads.c.id != lead.id
    )
    found: str | None = conn.scalar(query.order_by(leads.c.updated_at.desc(), leads.c.id).limit(1))
    return found


def _same_company(conn: Connection, lead: Lead) -> str | None:
    if not lead.account_id:
        return None
    query = (
        select(handoffs.c.owner)
        .join(leads, handoffs.c.lead_id == leads.c.id)
        .where(leads.c.account_id == lead.account_id, leads.c.id != lead.id)
        .where(handoffs.c.state == "open", handoffs.c.owner.is_not(None))
    )
    found: str | None = conn.scalar(query.order_by(handoffs.c.created_at, handoffs.c.id).limit(1))
    return found


def _email(conn: Connection, user_id: str | None) -> str | None:
    found: str | None = conn.scalar(select(users.c.email).where(users.c.id == user_id)) if user_id else None
    return found
