"""``policies/sales.yaml``: teams, and the reasons for a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from nurture.authoring.checking import Checking, Field, Words, read_named, read_table, rows, unknown
from nurture.authoring.kinds import read_campaign, read_duration, read_name, read_word
from nurture.authoring.members_file import check_ladders, check_substitutes, read_email, read_member
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.reasons_file import read_reasons, read_returned, read_yes_no
from nurture.authoring.source import Source
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.sales import ESCALATE, GIVE_UP, LIVE, REMIND, SHADOW, ladder_of
from nurture.domain.sla import NEXT

UTC_ZONE = ZoneInfo("UTC")
TRIED = tuple(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour) for hour in range(7 * 24))
"""Each hour of a week without holidays."""


def check_sales(source: Source, root: Node, campaigns: frozenset[str] | None = None) -> Mapping[str, Plain]:
    """``campaigns``: those that there are; None: that is not looked at."""
    check = Checking(source, Words(campaigns=campaigns))
    document = read_table(check, root, FIELDS, "the sales policy")
    check_substitutes(check, root, document)
    check_ladders(check, root, document)
    _check_handing_on(check, root, document)
    return document


def _check_handing_on(check: Checking, root: Node, document: Mapping[str, Plain]) -> None:
    """To another team that is there."""
    known = frozenset(document.get("teams", {}))
    teams = root.entries.get("teams") if isinstance(root, Table) else None
    for name, team in teams.entries.items() if isinstance(teams, Table) else ():
        to = team.entries.get("hand_on") if isinstance(team, Table) else None
        if not isinstance(to, Scalar):
            continue
        if to.text == name:
            text = f"`{name}` hands its leads on to itself"
            check.report("unknown-team", to, text, "Name another team, or leave `hand_on` out.")
        elif to.text not in known:
            unknown(check, "unknown-team", to, "team", known, "policies/sales.yaml")


def _members(check: Checking, node: Node) -> Plain:
    there = rows(check, node, "a list of members, each with `name` and `email`")
    if not there and isinstance(node, Rows):
        check.wrong(node, "at least one member")
    found = [read_member(check, item) for item in there]
    return [member for member in found if member]


def _team(check: Checking, name: str, node: Node) -> Plain:
    team = read_table(check, node, TEAM, f"the team `{name}`")
    ladder = ladder_of(team.get("escalate", ESCALATE))
    remind = parse_duration(team.get("remind", REMIND))
    give_up = parse_duration(team.get("give_up", GIVE_UP))
    _in_order(check, node, ("remind", remind), ("escalate", ladder[0].after))
    _in_order(check, node, ("escalate", ladder[-1].after), ("give_up", give_up))
    return {"members": [], **team}


def _in_order(
    check: Checking, node: Node, earlier: tuple[str, Duration], later: tuple[str, Duration]
) -> None:
    if not _ever_before(earlier[1], later[1]) and isinstance(node, Table):
        at = node.keys.get(later[0]) or node.keys.get(earlier[0]) or node
        text = f"`{earlier[0]}` ({earlier[1].spoken}) never comes before `{later[0]}` ({later[1].spoken})"
        check.report("keys-together", at, text, "Make it shorter, or the other longer.")


def _ever_before(first: Duration, second: Duration) -> bool:
    """Whether there is a time in a week from which the first is over before the second: hours that elapse
    and hours of work can only be compared on a calendar, and each owner has their own."""
    return any(first.after(at, UTC_ZONE) < second.after(at, UTC_ZONE) for at in TRIED)


def _escalate(check: Checking, node: Node) -> Plain:
    """A duration, one rung, or rungs that each come after the one before."""
    if isinstance(node, Scalar):
        return read_duration(check, node)
    rungs = items(node)
    if not rungs:
        check.wrong(node, "at least one rung, such as `{after: 4h, to: next}`")
    found: list[Plain] = []
    for row in rungs:
        rung = read_table(check, row, RUNG, "a rung of the ladder")
        if "to" in rung and "tell" in rung:
            text = "a rung gives the task `to` somebody or does `tell` somebody, not both"
            check.report("keys-together", row, text, "Write two rungs.")
        if found and "after" in rung and not _ever_before(_after(found[-1]), _after(rung)):
            text = f"this rung comes no later than the one before, {_after(found[-1]).spoken}"
            check.report("keys-together", row, text)
        if "after" in rung:
            found.append(rung)
    return found or None


def _after(rung: Mapping[str, Plain]) -> Duration:
    return parse_duration(rung["after"])


def _to(check: Checking, node: Node) -> str | None:
    return NEXT if isinstance(node, Scalar) and node.text == NEXT else read_email(check, node)


def _may_start(check: Checking, node: Node) -> Plain:
    found = [read_campaign(check, item) for item in items(node)]
    return [name for name in found if name] or None


def _admins(check: Checking, node: Node) -> Plain:
    found = [read_email(check, item) for item in items(node)]
    return [email for email in found if email] or None


def _capacity(check: Checking, node: Node) -> int | None:
    if isinstance(node, Scalar) and isinstance(node.value, int) and node.value > 0:
        return int(node.value)
    check.wrong(node, "how many leads the team can take on a working day, such as 20")
    return None


def _teams(check: Checking, node: Node) -> Plain:
    if isinstance(node, Table):
        for key in node.keys.values():
            read_name(check, key)
    return read_named(check, node, _team, "teams with their members")


RUNG: Mapping[str, Field] = {
    "after": Field(read_duration, required=True),
    "to": Field(_to),
    "tell": Field(read_email),
}
TEAM: Mapping[str, Field] = {
    "members": Field(_members, required=True),
    "due": Field(read_duration),
    "remind": Field(read_duration),
    "escalate": Field(_escalate),
    "give_up": Field(read_duration),
    "queue_for": Field(read_duration),
    "hand_on": Field(read_name),
    "head": Field(read_email),
    "handoff": Field(lambda check, node: read_word(check, node, (SHADOW, LIVE))),
    "capacity": Field(_capacity),
}
FIELDS: Mapping[str, Field] = {
    "teams": Field(_teams, required=True),
    "reasons": Field(read_reasons),
    "returned": Field(read_returned),
    "company": Field(read_yes_no),
    "digest": Field(read_yes_no),
    "may_start": Field(_may_start),
    "admins": Field(_admins),
}
