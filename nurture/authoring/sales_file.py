"""``policies/sales.yaml``: teams, and the reasons for a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, Words, read_named, read_table, rows
from nurture.authoring.kinds import read_duration, read_name, read_text
from nurture.authoring.members_file import check_substitutes, read_member
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table
from nurture.authoring.source import Source
from nurture.domain.durations import parse_duration
from nurture.domain.sales import ESCALATE, GIVE_UP, REMIND

IN_ORDER = {"remind": REMIND, "escalate": ESCALATE, "give_up": GIVE_UP}


def check_sales(source: Source, root: Node) -> Mapping[str, Plain]:
    check = Checking(source, Words())
    document = read_table(check, root, FIELDS, "the sales policy")
    check_substitutes(check, root, document)
    return document


def _members(check: Checking, node: Node) -> Plain:
    there = rows(check, node, "a list of members, each with `name` and `email`")
    if not there and isinstance(node, Rows):
        check.wrong(node, "at least one member")
    found = [read_member(check, item) for item in there]
    return [member for member in found if member]


def _team(check: Checking, name: str, node: Node) -> Plain:
    team = read_table(check, node, TEAM, f"the team `{name}`")
    spans = {key: parse_duration(team.get(key, default)).span() for key, default in IN_ORDER.items()}
    for earlier, later in zip(IN_ORDER, list(IN_ORDER)[1:], strict=False):
        if spans[earlier] >= spans[later] and isinstance(node, Table):
            at = node.keys.get(later) or node.keys.get(earlier) or node
            text = f"`{earlier}` must come before `{later}`, which is {team.get(later, IN_ORDER[later])}"
            check.report("keys-together", at, text)
    return {"members": [], **team}


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


def _reasons(check: Checking, node: Node) -> Plain:
    if isinstance(node, Table):
        for key in node.keys.values():
            read_name(check, key)
    return read_named(check, node, lambda check, _name, text: read_text(check, text), "reasons as texts")


TEAM: Mapping[str, Field] = {
    "members": Field(_members, required=True),
    "due": Field(read_duration),
    "remind": Field(read_duration),
    "escalate": Field(read_duration),
    "give_up": Field(read_duration),
    "capacity": Field(_capacity),
}
FIELDS: Mapping[str, Field] = {"teams": Field(_teams, required=True), "reasons": Field(_reasons)}
