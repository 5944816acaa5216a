"""The members of the teams of ``policies/sales.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from nurture.authoring.calendars_file import read_country
from nurture.authoring.checking import Checking, Field, read_table, unknown
from nurture.authoring.days import read_days
from nurture.authoring.kinds import read_text
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.sending import read_zone

LANGUAGE = re.compile(r"^[a-z]{2,3}$")


def read_member(check: Checking, node: Node) -> Mapping[str, Plain] | None:
    found = read_table(check, node, MEMBER, "a member")
    return found if {"name", "email"} <= set(found) else None


def check_substitutes(check: Checking, root: Node, document: Mapping[str, Plain]) -> None:
    """Who stands in is a member too, and somebody else; nobody is a member twice."""
    members = [member for team in document.get("teams", {}).values() for member in team["members"]]
    known = frozenset(member["email"].lower() for member in members)
    seen: dict[str, str] = {}
    for team, node in _member_nodes(root):
        own, instead = node.entries.get("email"), node.entries.get("substitute")
        email = own.text.lower() if isinstance(own, Scalar) else ""
        if email in seen and isinstance(own, Scalar):
            text = f"`{own.text}` is a member of `{seen[email]}` already"
            check.report("duplicate-name", own, text, "Name each person once: nobody is in two teams.")
        seen.setdefault(email, team)
        if isinstance(instead, Scalar) and instead.text.lower() == email:
            check.report("unknown-person", instead, "nobody stands in for themselves", "Name somebody else.")
        elif isinstance(instead, Scalar) and instead.text.lower() not in known:
            unknown(check, "unknown-person", instead, "member", known, "policies/sales.yaml")


def check_ladders(check: Checking, root: Node, document: Mapping[str, Plain]) -> None:
    """Whoever a ladder gives a task to, or leads a team, can sign in; who is only told may be anybody."""
    teams = root.entries.get("teams") if isinstance(root, Table) else None
    members = [member for team in document.get("teams", {}).values() for member in team["members"]]
    known = frozenset(member["email"].lower() for member in members)
    for team in teams.entries.values() if isinstance(teams, Table) else ():
        head = team.entries.get("head") if isinstance(team, Table) else None
        if isinstance(head, Scalar) and head.text.lower() not in known:
            unknown(check, "unknown-person", head, "member", known, "policies/sales.yaml")
        ladder = team.entries.get("escalate") if isinstance(team, Table) else None
        for rung in ladder.items if isinstance(ladder, Rows) else ():
            to = rung.entries.get("to") if isinstance(rung, Table) else None
            if isinstance(to, Scalar) and "@" in to.text and to.text.lower() not in known:
                unknown(check, "unknown-person", to, "member", known, "policies/sales.yaml")


def read_email(check: Checking, node: Node) -> str | None:
    if not isinstance(node, Scalar) or node.value is None:
        check.wrong(node, "an e-mail address")
        return None
    try:
        # A policy may name people of example domains; whether mail arrives is not this check's question.
        validate_email(node.text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        check.report("wrong-kind", node, f"expected an e-mail address, found `{node.text}`", str(error))
        return None
    return node.text


def _member_nodes(root: Node) -> list[tuple[str, Table]]:
    """Each with the name of the team."""
    teams = root.entries.get("teams") if isinstance(root, Table) else None
    found: list[tuple[str, Table]] = []
    for name, team in teams.entries.items() if isinstance(teams, Table) else ():
        members = team.entries.get("members") if isinstance(team, Table) else None
        there = members.items if isinstance(members, Rows) else ()
        found += [(name, node) for node in there if isinstance(node, Table)]
    return found


def _speaks(check: Checking, node: Node) -> Plain:
    found = []
    for item in items(node):
        if isinstance(item, Scalar) and LANGUAGE.match(item.text):
            found.append(item.text)
        else:
            check.wrong(item, "the code of a language, such as `de` or `en`")
    return found or None


def _address(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and urlsplit(node.text).scheme in {"http", "https"}:
        return node.text
    check.wrong(node, "the address of a page, such as https://book.ours.example/ada")
    return None


def _at_most(check: Checking, node: Node) -> int | None:
    if isinstance(node, Scalar) and type(node.value) is int and node.value > 0:
        return node.value
    check.wrong(node, "how many leads may wait for their answer at once, such as 15")
    return None


MEMBER: Mapping[str, Field] = {
    "name": Field(read_text, True),
    "email": Field(read_email, True),
    "zone": Field(read_zone),
    "country": Field(read_country),
    "speaks": Field(_speaks),
    "open_at_most": Field(_at_most),
    "away": Field(read_days),
    "substitute": Field(read_email),
    "booking": Field(_address),
}
