"""``policies/sales.yaml``: teams, and the reasons for a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from nurture.authoring.checking import Checking, Field, Words, read_named, read_table, rows
from nurture.authoring.kinds import read_duration, read_name
from nurture.authoring.members_file import check_ladders, check_substitutes, read_email, read_member
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table
from nurture.authoring.reasons_file import read_reasons, read_returned, read_yes_no
from nurture.authoring.source import Source
from nurture.domain.durations import parse_duration
from nurture.domain.sales import ESCALATE, GIVE_UP, REMIND, ladder_of
from nurture.domain.sla import NEXT


def check_sales(source: Source, root: Node, campaigns: frozenset[str] | None = None) -> Mapping[str, Plain]:
    """``campaigns``: those that there are; None: that is not looked at."""
    check = Checking(source, Words(campaigns=campaigns))
    document = read_table(check, root, FIELDS, "the sales policy")
    check_substitutes(check, root, document)
    check_ladders(check, root, document)
    return document


def _members(check: Checking, node: Node) -> Plain:
    there = rows(check, node, "a list of members, each with `name` and `email`")
    if not there and isinstance(node, Rows):
        check.wrong(node, "at least one member")
    found = [read_member(check, item) for item in there]
    return [member for member in found if member]


def _team(check: Checking, name: str, node: Node) -> Plain:
    team = read_table(check, node, TEAM, f"the team `{name}`")
    ladder = ladder_of(team.get("escalate", ESCALATE))
    spans = {
        "remind": (team.get("remind", REMIND), parse_duration(team.get("remind", REMIND)).span()),
        "escalate": (str(ladder[0].after), ladder[0].after.span()),
        "give_up": (team.get("give_up", GIVE_UP), parse_duration(team.get("give_up", GIVE_UP)).span()),
    }
    _in_order(check, node, spans, ("remind", "escalate"))
    spans["escalate"] = (str(ladder[-1].after), ladder[-1].after.span())
    _in_order(check, node, spans, ("escalate", "give_up"))
    return {"members": [], **team}


def _in_order(
    check: Checking, node: Node, spans: Mapping[str, tuple[str, timedelta]], keys: tuple[str, str]
) -> None:
    earlier, later = keys
    if spans[earlier][1] >= spans[later][1] and isinstance(node, Table):
        at = node.keys.get(later) or node.keys.get(earlier) or node
        check.report(
            "keys-together", at, f"`{earlier}` must come before `{later}`, which is {spans[later][0]}"
        )


def _escalate(check: Checking, node: Node) -> Plain:
    """A duration, or rungs that each come after the one before."""
    if not isinstance(node, Rows):
        return read_duration(check, node)
    if not node.items:
        check.wrong(node, "at least one rung, such as `{after: 4h, to: next}`")
    found: list[Plain] = []
    for row in node.items:
        rung = read_table(check, row, RUNG, "a rung of the ladder")
        if "to" in rung and "tell" in rung:
            text = "a rung gives the task `to` somebody or does `tell` somebody, not both"
            check.report("keys-together", row, text, "Write two rungs.")
        if found and "after" in rung and _span(rung) <= _span(found[-1]):
            check.report(
                "keys-together", row, f"this rung comes no later than the one before, {found[-1]['after']}"
            )
        if "after" in rung:
            found.append(rung)
    return found or None


def _span(rung: Mapping[str, Plain]) -> timedelta:
    return parse_duration(rung["after"]).span()


def _to(check: Checking, node: Node) -> str | None:
    return NEXT if isinstance(node, Scalar) and node.text == NEXT else read_email(check, node)


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
    "capacity": Field(_capacity),
}
FIELDS: Mapping[str, Field] = {
    "teams": Field(_teams, required=True),
    "reasons": Field(read_reasons),
    "returned": Field(read_returned),
    "company": Field(read_yes_no),
}
