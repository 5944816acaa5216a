"""Why a lead is ready, in words: what a task page says of the score, the lead and the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from nurture.domain.bant import BANT, FIELDS, Said, standing
from nurture.domain.scoring import explain, total
from nurture.domain.with_sales import STARTED
from nurture.services.desk import Desk
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.services.library import Rules
from nurture.services.qualifying import words_of
from nurture.store.columns import new_id
from nurture.store.queries import inbox
from nurture.store.tables import campaign_versions, campaigns, journeys
from nurture.web.words import label

STRONGEST = 5
PROFILE = ("lead.phone", "lead.country", "lead.zone", "lead.language", "account.country")
NAMED = ("lead.email", "lead.first_name", "lead.last_name", "account.name", "account.domain")
HIDDEN = frozenset((*NAMED, *PROFILE, *FIELDS.values()))


@dataclass(frozen=True)
class Strong:
    """One reason of the score: all points of one rule together."""

    rule: str
    points: float
    times: int
    latest: datetime | None


@dataclass(frozen=True)
class Reason:
    """What a campaign told sales."""

    words: str
    campaign: str
    say: str = ""
    """What they may say next."""


@dataclass(frozen=True)
class Why:
    task: inbox.Task
    joined: Sequence[inbox.Task]
    earlier: Sequence[tuple[inbox.Task, str | None]]
    answered_by: str | None
    reasons: Sequence[Reason]
    """Why the campaigns handed the lead over."""
    score: int
    engagement: int
    fit: int
    strongest: Sequence[Strong]
    against: Sequence[Strong]
    """What counts against the lead."""
    profile: Mapping[str, Any]
    story: Sequence[inbox.Happened]
    told: Sequence[Said]
    """Budget, authority, need and timing, as far as known."""
    asked: Sequence[str]
    """What of them nobody knows yet."""
    now: datetime
    rejections: Mapping[str, str]
    """The reasons that the sales policy allows."""
    mates: Mapping[str, str]
    """Who else could have the task: id -> name."""
    starting: Starting


@dataclass(frozen=True)
class Starting:
    """What a person of sales may begin for a lead."""

    messages: Mapping[str, str]
    """Campaigns of one message -> their titles."""
    nurtures: Mapping[str, str]
    rests: datetime | None
    company_rests: datetime | None
    has_company: bool
    nonce: str
    """Makes what is begun from this page happen once."""
    going: Sequence[Going] = ()


@dataclass(frozen=True)
class Going:
    """A message that a person of sales has begun, and that is not out yet."""

    title: str
    due: datetime
    hold: str | None


def _going(conn: Connection, lead_id: str) -> Sequence[Going]:
    theirs = journeys.c.lead_id == lead_id, journeys.c.state == "open", journeys.c.effect == "send_message"
    query = select(journeys.c.campaign, journeys.c.due, journeys.c.hold).where(*theirs)
    ours = query.where(journeys.c.cause.startswith(STARTED)).order_by(journeys.c.due, journeys.c.id)
    found = conn.execute(ours).all()
    titles = published_titles(conn, [row.campaign for row in found])
    named = {name: title for name, (title, _) in titles.items()}
    return [Going(named.get(row.campaign, label(row.campaign)), row.due, row.hold) for row in found]


def starting_of(conn: Connection, rules: Rules, lead_id: str, now: datetime) -> Starting:
    lead = lead_row(conn, lead_id)
    found = published_titles(conn, rules.sales.may_start)
    rests = [at if at and at > now else None for at in (lead.rests_until, lead.account_rests_until)]
    return Starting(
        {name: title for name, (title, alone) in found.items() if alone},
        {name: title for name, (title, alone) in found.items() if not alone},
        rests[0],
        rests[1],
        bool(lead.account_id),
        new_id(),
        _going(conn, lead_id) if rules.sales.may_start else (),
    )


def published_titles(conn: Connection, names: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Of those that are live: the title, and whether it is one message and nothing else."""
    if not names:
        return {}
    query = (
        select(campaigns.c.name, campaign_versions.c.document)
        .join(campaign_versions, campaign_versions.c.hash == campaigns.c.live)
        .where(campaigns.c.name.in_(names))
    )
    found = {row.name: row.document for row in conn.execute(query)}
    return {
        name: (str(found[name].get("title") or label(name)), _is_message(found[name]))
        for name in names
        if name in found
    }


def _is_message(document: Mapping[str, Any]) -> bool:
    steps = document.get("steps", [])
    return [next(iter(step)) for step in steps if "end" not in step] == ["send"]


def why(conn: Connection, desk: Desk, handoff_id: str) -> Why | None:
    task = inbox.task(conn, handoff_id)
    if task is None:
        return None
    now, rules = desk.clock.now(conn), desk.library.rules(conn)
    fields = lead_fields(lead_row(conn, task.lead_id), rules.dictionary)
    dated = entries(conn, task.lead_id)
    score = total(dated, rules.scoring, now, fields)
    strong = _by_rule(explain(dated, fields, rules.scoring, now))
    stands = standing(words_of(conn, task.lead_id), rules.dictionary.lifecycle.stale)
    joined = inbox.joined(conn, task)
    return Why(
        task=task,
        joined=joined,
        earlier=inbox.earlier(conn, task),
        answered_by=inbox.names_of(conn, [task.answered_by]).get(task.answered_by or ""),
        reasons=_reasons([task, *joined]),
        score=score.total,
        engagement=score.engagement,
        fit=score.fit,
        strongest=[one for one in strong if one.points >= 0.5][:STRONGEST],
        against=[one for one in reversed(strong) if one.points <= -0.5][:STRONGEST],
        profile=profile_of(fields),
        story=inbox.story(conn, task.lead_id),
        told=[stands[item] for item in BANT if item in stands],
        asked=[item for item in BANT if item not in stands],
        now=now,
        rejections=rules.sales.reasons,
        mates=inbox.mates(conn, task),
        starting=starting_of(conn, rules, task.lead_id, now),
    )


def _by_rule(lines: Sequence[Any]) -> list[Strong]:
    """The strongest first."""
    found: dict[str, Strong] = {}
    for line in lines:
        known = found.get(line.rule, Strong(line.rule, 0.0, 0, None))
        latest = max(filter(None, (known.latest, line.at)), default=None)
        times = known.times + (1 if line.at else 0)
        found[line.rule] = Strong(line.rule, known.points + line.now, times, latest)
    return sorted(found.values(), key=lambda one: (-one.points, one.rule))


def _reasons(tasks: Sequence[inbox.Task]) -> list[Reason]:
    """Each once."""
    contexts = [task.context or {} for task in tasks]
    told = [Reason(*(str(one.get(name) or "") for name in ("why", "campaign", "say"))) for one in contexts]
    return list(dict.fromkeys(one for one in told if one.words or one.campaign))


def profile_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of the lead beside name and address, by the words that a reader would use."""
    known = {name: fields[name] for name in PROFILE if name in fields}
    known |= {name: value for name, value in sorted(fields.items()) if name not in HIDDEN}
    return {_label(name): value for name, value in known.items()}


def _label(name: str) -> str:
    kind, _, word = name.partition(".")
    label = word.replace("_", " ").replace("-", " ")
    return f"Company {label}" if kind == "account" else label.capitalize()
