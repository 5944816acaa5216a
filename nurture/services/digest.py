"""What waits, in the morning: a mail to everybody who has tasks, and to whoever leads a team."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from nurture.domain.members import Member
from nurture.domain.sales import SalesPolicy
from nurture.services.desk import Desk
from nurture.services.library import Rules
from nurture.services.notices import tell
from nurture.store.tables import handoffs, shadows, users

AT = time(8)
"""Local time, on a working day."""
FARTHEST = 14
"""Days looked at for the next one on which somebody works."""
DAY = timedelta(days=1)
OPEN = (handoffs.c.state == "open", handoffs.c.joined_to.is_(None))
UNJUDGED = shadows.c.verdict.is_(None)
SUBJECT = "What waits for you today"
# Made once: a stepped clock asks them in every round.
_WAITING = select(handoffs.c.owner, handoffs.c.team).where(*OPEN).distinct()
_PEOPLE = (
    select(users)
    .where(
        users.c.active.is_(True),
        or_(
            users.c.id.in_(bindparam("ids", expanding=True)),
            users.c.email.in_(bindparam("emails", expanding=True)),
        ),
    )
    .order_by(users.c.id)
)


def digests_due(conn: Connection, desk: Desk) -> Sequence[str]:
    """Users who have not been told yet today. Only reads."""
    rules, now = desk.library.rules(conn), desk.clock.now(conn)
    return [row.id for row in _concerned(conn, rules, now) if _due(rules, row, now)]


def next_morning(conn: Connection, desk: Desk) -> datetime | None:
    """When somebody for whom something waits is told next, after now: for a clock that is stepped."""
    rules, now = desk.library.rules(conn), desk.clock.now(conn)
    found = [_next(rules, row, now) for row in _concerned(conn, rules, now)]
    return min((at for at in found if at is not None), default=None)


def _concerned(conn: Connection, rules: Rules, now: datetime) -> Sequence[Row[Any]]:
    """Whom there may be something to tell: who has tasks, and who leads a team in which anything waits."""
    if not rules.sales.digest:
        return []
    waiting = conn.execute(_WAITING).all()
    heads = [(team.head, name) for name, team in rules.sales.teams.items() if team.head]
    teams = {row.team for row in waiting} | (_teams_told(conn, now) if heads else set())
    people = {row.owner for row in waiting} - {None}
    leading = [head for head, name in heads if name in teams]
    if not people and not leading:
        return []
    return conn.execute(_PEOPLE, {"ids": list(people), "emails": leading}).all()


def _teams_told(conn: Connection, now: datetime) -> set[str]:
    """Where something was answered, or waits for a yes or no."""
    answered = select(handoffs.c.team).where(handoffs.c.answered_at >= now - DAY)
    return set(conn.scalars(answered.union(select(shadows.c.team).where(UNJUDGED))))


def send_digest(conn: Connection, desk: Desk, user_id: str) -> bool:
    """Whether there was anything to tell."""
    rules, now = desk.library.rules(conn), desk.clock.now(conn)
    user = conn.execute(select(users).where(users.c.id == user_id).with_for_update()).one()
    if not _due(rules, user, now):
        return False
    morning = _morning(rules, user, now)
    day = f"{morning:%Y-%m-%d}"
    conn.execute(update(users).where(users.c.id == user_id).values(digest_on=day))
    lines = [*_own(conn, user, morning), *_teams(conn, rules.sales, user, morning)]
    if not lines:
        return False
    text = "\n".join([*lines, "", f"{desk.base_url}/inbox", ""])
    tell(conn, desk, f"digest/{user_id}/{day}", user_id, SUBJECT, text)
    return True


def _due(rules: Rules, user: Row[Any], now: datetime) -> bool:
    morning = _morning(rules, user, now)
    told = now < morning or user.digest_on == f"{morning:%Y-%m-%d}"
    return not told and _is_there(rules, user, now, morning.date())


def _next(rules: Rules, user: Row[Any], now: datetime) -> datetime | None:
    today = _morning(rules, user, now)
    for days in range(FARTHEST):
        morning = datetime.combine(today.date() + days * DAY, AT, today.tzinfo)
        if morning > now and _is_there(rules, user, morning, morning.date()):
            return morning.astimezone(UTC)
    return None


def _is_there(rules: Rules, user: Row[Any], at: datetime, day: date) -> bool:
    """Whether it is a working day of theirs, and they are not away."""
    member, company = _member(rules, user), rules.dictionary.company_zone
    if (user.away_until and user.away_until > at) or not member.calendar(rules.calendars).works(day):
        return False
    return member.away_on(at, company) is None


def _morning(rules: Rules, user: Row[Any], now: datetime) -> datetime:
    """Of today, where they are."""
    zone = _member(rules, user).clock(rules.dictionary.company_zone)
    return datetime.combine(now.astimezone(zone).date(), AT, zone)


def _member(rules: Rules, user: Row[Any]) -> Member:
    return rules.sales.member(user.email) or Member(user.name, user.email, zone=user.zone)


def _own(conn: Connection, user: Row[Any], morning: datetime) -> Iterator[str]:
    """Nothing where all of it came since the morning: that has just been told."""
    late = func.count().filter(handoffs.c.due < morning)
    today = func.count().filter(handoffs.c.due.between(morning, morning + timedelta(hours=16)))
    query = select(func.count(), late, today).where(*OPEN, handoffs.c.owner == user.id)
    there = conn.execute(query.where(handoffs.c.created_at < morning)).one()
    if there[0]:
        yield f"{_tasks(there[0])} for you: {there[1]} late, {there[2]} due today."


def _teams(conn: Connection, sales: SalesPolicy, user: Row[Any], morning: datetime) -> Iterator[str]:
    for name, team in sales.teams.items():
        if team.head == user.email:
            yield from _team(conn, name, morning)


def _team(conn: Connection, name: str, morning: datetime) -> Iterator[str]:
    late = func.count().filter(handoffs.c.due < morning)
    query = (
        select(users.c.name, func.count(), late)
        .select_from(handoffs.outerjoin(users, users.c.id == handoffs.c.owner))
        .where(*OPEN, handoffs.c.team == name, handoffs.c.created_at < morning)
        .group_by(users.c.name)
        .order_by(func.count().desc(), users.c.name)
    )
    for person, count, behind in conn.execute(query):
        yield f"{name}, {person or 'nobody yet'}: {count} open" + (f", {behind} late" if behind else "")
    day = handoffs.c.answered_at.between(morning - timedelta(days=1), morning)
    answered = select(func.count()).where(handoffs.c.team == name, day, handoffs.c.answered_by.is_not(None))
    if count := conn.scalar(answered):
        yield f"{name}: {count} answered since yesterday"
    waiting = select(func.count()).where(shadows.c.team == name, UNJUDGED)
    if morning.weekday() == 0 and (count := conn.scalar(waiting)):
        yield f"{name}: {count} leads in the shadow wait for your yes or no, at /shadow"


def _tasks(count: int) -> str:
    return f"{count} task{'' if count == 1 else 's'} wait{'s' if count == 1 else ''}"
