"""``policies/routing.yaml``: who gets a lead; rules that never act, and people who are not there."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, Words, read_table, rows, unknown
from nurture.authoring.conditions import check_conditions
from nurture.authoring.door import ROUTE, check_door
from nurture.authoring.kinds import read_condition, read_name, read_team, read_word
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.proofs.dates import check_dates
from nurture.authoring.proofs.routing import check_order
from nurture.authoring.reasons_file import read_yes_no
from nurture.authoring.source import Source, suggestion
from nurture.domain.routing_policy import HOURS, KNOWN, OTHERWISE, PICKS, load_routing

SALES = "policies/sales.yaml"


def check_routing(source: Source, root: Node, words: Words) -> Mapping[str, Plain]:
    """Empty where it has problems."""
    check = Checking(source, words)
    before = len(source.problems)
    document = read_table(check, root, FIELDS, "the routing policy")
    sound = check_conditions(check, {})
    check_door(check)
    if sound:
        check_dates(check, words.conditions)
    if len(source.problems) == before:
        check_order(check, load_routing(document))
    return document if len(source.problems) == before else {}


def _rules(check: Checking, node: Node) -> Plain:
    found: list[Plain] = []
    for row in rows(check, node, "a list of rules, each with `rule` and `to`"):
        check.step = _name(row)
        rule = read_table(check, row, RULE, "a rule of routing")
        if check.step in check.places:
            check.report(
                "duplicate-name", row, f"the rule `{check.step}` is there already", "Name each once."
            )
        if check.step:
            check.places[check.step] = row.at
        found.append(rule)
    check.step = None
    return found


def _name(row: Node) -> str | None:
    named = row.entries.get("rule") if isinstance(row, Table) else None
    return named.text if isinstance(named, Scalar) else None


def _to(check: Checking, node: Node) -> Plain:
    """An address or several, a team, or a word for who knows the lead."""
    if isinstance(node, Rows):
        if not node.items:
            check.wrong(node, "at least one address")
        found = [_person(check, item) for item in items(node)]
        return [one for one in found if one] or None
    if not isinstance(node, Scalar) or node.value is None:
        check.wrong(node, f"an address, a list of addresses, a team, or one of {', '.join(KNOWN)}")
        return None
    if "@" in node.text:
        return [person] if (person := _person(check, node)) else None
    if node.text in KNOWN or node.text in check.words.teams:
        return node.text
    known = [*KNOWN, *sorted(check.words.teams)]
    text = f"there is no team `{node.text}` in {SALES}"
    check.report("unknown-team", node, text, suggestion(node.text, known, "It may be an address, or one of"))
    return None


def _person(check: Checking, node: Node) -> str | None:
    if not isinstance(node, Scalar) or node.value is None:
        check.wrong(node, "the address of a member of a team")
        return None
    if node.text.lower() in check.words.people:
        return node.text.lower()
    unknown(check, "unknown-person", node, "member", check.words.people, SALES)
    return None


FIELDS: Mapping[str, Field] = {
    "working_hours": Field(lambda check, node: read_word(check, node, HOURS)),
    "rules": Field(_rules),
    "otherwise": Field(lambda check, node: read_word(check, node, OTHERWISE)),
}
RULE: Mapping[str, Field] = {
    "rule": Field(read_name, required=True),
    "of": Field(read_team),
    "if": Field(lambda check, node: read_condition(check, node, ROUTE)),
    "to": Field(_to, required=True),
    "pick": Field(lambda check, node: read_word(check, node, tuple(PICKS))),
    "working_hours": Field(lambda check, node: read_word(check, node, HOURS)),
    "speak": Field(read_yes_no),
}
