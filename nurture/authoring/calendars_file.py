"""``policies/calendars.yaml``: working days, working hours and holidays, by country."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, Words, read_named, read_table
from nurture.authoring.days import read_days, read_week
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.authoring.source import Source, suggestion
from nurture.countries import country_code, nearest_country


def check_calendars(source: Source, root: Node) -> Mapping[str, Plain]:
    check = Checking(source, Words())
    document = read_table(check, root, FIELDS, "the calendars")
    _check_own(check, root, document)
    return document


def _check_own(check: Checking, root: Node, document: Mapping[str, Plain]) -> None:
    """Our own country must have a calendar: leads without one follow it."""
    own, known = document.get("country"), document.get("countries", {})
    if own and own not in known and isinstance(root, Table):
        hint = suggestion(own, known, "There are") if known else f"Write `countries:` with `{own}:` below."
        check.report("unknown-country", root.entries["country"], f"`{own}` has no calendar below", hint)


def read_country(check: Checking, node: Node) -> str | None:
    if not isinstance(node, Scalar) or node.value is None:
        check.wrong(node, "a country such as `DE`")
        return None
    if country_code(node.text) == node.text:
        return node.text
    code, near = country_code(node.text), nearest_country(node.text)
    hint = f"Write `{code}`." if code else f"Did you mean {near}?" if near else "Such as DE, US or GB."
    check.report("unknown-country", node, f"`{node.text}` is not the code of a country", hint)
    return None


def _countries(check: Checking, node: Node) -> Plain:
    found = read_named(check, node, _calendar, "countries, each with its `holidays`")
    if isinstance(node, Table) and found:
        return {code: own for code, own in found.items() if read_country(check, node.keys[code])}
    return found


def _calendar(check: Checking, name: str, node: Node) -> Plain:
    if isinstance(node, Scalar) and node.value is None:
        return {}
    return read_table(check, node, COUNTRY, f"the country `{name}`")


def _business(check: Checking, node: Node) -> Plain:
    return read_week(check, node, "`business`")


COUNTRY: Mapping[str, Field] = {"business": Field(_business), "holidays": Field(read_days)}
FIELDS: Mapping[str, Field] = {**COUNTRY, "country": Field(read_country), "countries": Field(_countries)}
