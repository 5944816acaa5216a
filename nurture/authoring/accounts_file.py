"""The file that NURTURE_ACCOUNTS names: several accounts to send by, their ways, limits and breakers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from nurture.authoring.accounts_values import (
    read_day,
    read_days,
    read_domains,
    read_factor,
    read_kinds,
    read_number,
    read_rate,
    read_share,
    read_texts,
)
from nurture.authoring.checking import Checking, Field, read_named, read_table, rows
from nurture.authoring.kinds import read_name
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.problems import errors, render
from nurture.authoring.reader import read_yaml
from nurture.authoring.source import Source, suggestion
from nurture.domain.accounts.account import Account, WarmUp, parse_rate, ramp
from nurture.domain.accounts.breakers import Breakers
from nurture.domain.accounts.families import FAMILY_OF, OTHERS, by_domain
from nurture.domain.accounts.routes import Accounts, Route
from nurture.domain.errors import NurtureError

LONGEST = 20
"""Characters of a name: it stands in the name of a variable, of a queue and of a hold."""


class AccountsWrong(NurtureError):
    """The file of accounts cannot be used; the message has every problem with its line."""


def load_accounts(path: Path | None) -> Accounts | None:
    """None: no file is named, so that there is one account. Raises AccountsWrong."""
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AccountsWrong(f"NURTURE_ACCOUNTS: {path} cannot be read ({error.strerror}).") from None
    found, source = read_accounts(path.name, data)
    if found is None:
        raise AccountsWrong(f"NURTURE_ACCOUNTS cannot be used.\n{render(errors(source.problems))}")
    return found


def read_accounts(name: str, data: bytes) -> tuple[Accounts | None, Source]:
    source, root = read_yaml(name, data)
    if root is None:
        return None, source
    check = Checking(source)
    document = read_table(check, root, FIELDS, "the file of accounts")
    if isinstance(root, Table) and not errors(source.problems):
        _check_names(check, root, document)
    return (None if errors(source.problems) else _made(document)), source


def _made(document: Mapping[str, Plain]) -> Accounts:
    families = by_domain({name: tuple(names) for name, names in document.get("families", {}).items()})
    return Accounts(
        {name: _account(name, given) for name, given in document["accounts"].items()},
        tuple(_route(given) for given in document.get("routes", [])),
        {**FAMILY_OF, **families},
        {name: parse_rate(text) for name, text in document.get("limits", {}).items()},
        Breakers(**document.get("breakers", {})),
    )


def _account(name: str, given: Mapping[str, Plain]) -> Account:
    rate, plan = given.get("rate"), given.get("warm_up")
    days = () if plan is None else plan.get("days") or ramp(plan["first"], plan["by"], plan["to"])
    return Account(
        name,
        tuple(given.get("senders", ())),
        parse_rate(rate) if rate else None,
        given.get("daily"),
        WarmUp(date.fromisoformat(plan["begins"]), days) if plan else None,
    )


def _route(given: Mapping[str, Plain]) -> Route:
    parts = ("use", "campaigns", "kinds", "from", "to")
    return Route(*(tuple(given.get(part, ())) for part in parts))


def _check_names(check: Checking, root: Table, document: Mapping[str, Plain]) -> None:
    """What routes use must be there, and a family is not half of another one."""
    accounts = frozenset(document["accounts"])
    known = frozenset({*FAMILY_OF.values(), *document.get("families", {}), OTHERS})
    given = root.entries.get("routes")
    for route in given.items if isinstance(given, Rows) else ():
        assert isinstance(route, Table)
        for node in items(route.entries["use"]):
            if isinstance(node, Scalar) and node.text not in accounts:
                hint = suggestion(node.text, accounts, "There are")
                check.report("wrong-kind", node, f"there is no account `{node.text}` in this file", hint)
        for node in items(route.entries["to"]) if "to" in route.entries else ():
            _domain_or_family(check, node, known)
    limits = root.entries.get("limits")
    for key in limits.keys.values() if isinstance(limits, Table) else ():
        _domain_or_family(check, key, known)


def _domain_or_family(check: Checking, node: Node, families: frozenset[str]) -> None:
    if isinstance(node, Scalar) and "." not in node.text and node.text not in families:
        text = f"`{node.text}` is neither a domain nor a family of domains"
        check.report("wrong-kind", node, text, suggestion(node.text, families, "There are"))


def _accounts(check: Checking, node: Node) -> Plain:
    for key in node.keys.values() if isinstance(node, Table) else ():
        if (name := read_name(check, key)) and len(name) > LONGEST:
            check.report("name", key, f"`{name}` is longer than {LONGEST} characters", "Make it shorter.")
    found = read_named(check, node, _read_account, "accounts with their keys")
    if found == {}:
        check.wrong(node, "at least one account", "Such as `main: {}`, the one of NURTURE_MAIL_URL.")
    return found


def _read_account(check: Checking, _name: str, node: Node) -> Plain:
    empty = isinstance(node, Scalar) and node.value is None
    return {} if empty else read_table(check, node, ACCOUNT, "an account")


def _routes(check: Checking, node: Node) -> Plain:
    found = rows(check, node, "a list of routes, each as `- {campaigns: ..., use: ...}`")
    return [read_table(check, one, ROUTE, "a route") for one in found]


def _families(check: Checking, node: Node) -> Plain:
    return read_named(
        check, node, lambda check, _name, node: read_domains(check, node), "families of domains"
    )


def _limits(check: Checking, node: Node) -> Plain:
    return read_named(check, node, lambda check, _name, node: read_rate(check, node), "limits such as 20/min")


def _breakers(check: Checking, node: Node) -> Plain:
    return read_table(check, node, BREAKERS, "breakers") or None


def _warm_up(check: Checking, node: Node) -> Plain:
    found = read_table(check, node, WARM_UP, "warm_up")
    ramped = {"first", "by", "to"} & set(found)
    if "begins" in found and ("days" in found) != (len(ramped) == 3):
        return found
    if not errors(check.source.problems):
        hint = "Write days: [50, 100, 250], or first: 50, by: 1.5 and to: 20000."
        check.report("keys-together", node, "`warm_up` needs either `days` or a ramp", hint)
    return None


WARM_UP: Mapping[str, Field] = {
    "begins": Field(read_day, True),
    "days": Field(read_days),
    "first": Field(read_number),
    "by": Field(read_factor),
    "to": Field(read_number),
}
ACCOUNT: Mapping[str, Field] = {
    "senders": Field(read_domains),
    "rate": Field(read_rate),
    "daily": Field(read_number),
    "warm_up": Field(_warm_up),
}
ROUTE: Mapping[str, Field] = {
    "campaigns": Field(read_texts),
    "kinds": Field(read_kinds),
    "from": Field(read_domains),
    "to": Field(read_texts),
    "use": Field(read_texts, True),
}
BREAKERS: Mapping[str, Field] = {
    "complaints": Field(read_share),
    "bounces": Field(read_share),
    "refusals": Field(read_share),
    "least": Field(read_number),
}
FIELDS: Mapping[str, Field] = {
    "accounts": Field(_accounts, True),
    "routes": Field(_routes),
    "families": Field(_families),
    "limits": Field(_limits),
    "breakers": Field(_breakers),
}
