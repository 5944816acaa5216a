"""How the values in the file of accounts are read."""

from __future__ import annotations

import re
from datetime import date

from nurture.authoring.checking import Checking, rows
from nurture.authoring.kinds import parsed
from nurture.authoring.nodes import Node, Plain, Scalar, items
from nurture.domain.accounts.account import parse_rate

MOST_DAYS = 120
DOMAIN = re.compile(r"^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$")
SHARE = re.compile(r"^(\d{1,2}(?:\.\d{1,3})?) ?%$")
KINDS = ("marketing", "operational")


def read_rate(check: Checking, node: Node) -> str | None:
    return parsed(check, node, parse_rate, "how many in which time, such as 20/min")


def read_share(check: Checking, node: Node) -> float | None:
    found = SHARE.match(node.text) if isinstance(node, Scalar) else None
    if found and float(found[1]) > 0:
        return float(found[1]) / 100
    check.wrong(node, "a share such as 0.3%")
    return None


def read_number(check: Checking, node: Node) -> int | None:
    if isinstance(node, Scalar) and type(node.value) is int and node.value > 0:
        return node.value
    check.wrong(node, "a number from 1, such as 500")
    return None


def read_factor(check: Checking, node: Node) -> float | None:
    if isinstance(node, Scalar) and isinstance(node.value, int | float) and 1 < float(node.value) <= 10:
        return float(node.value)
    check.wrong(node, "how many times the day before, such as 1.5")
    return None


def read_days(check: Checking, node: Node) -> Plain:
    found = [read_number(check, one) for one in rows(check, node, "how many on each day, as [50, 100, 250]")]
    if len(found) > MOST_DAYS or not found:
        check.wrong(node, f"1 to {MOST_DAYS} days")
    return found if all(found) else None


def read_day(check: Checking, node: Node) -> str | None:
    return parsed(check, node, date.fromisoformat, "a day such as 2026-11-23")


def read_domains(check: Checking, node: Node) -> Plain:
    found = [one.text.lower() if isinstance(one, Scalar) else "" for one in items(node)]
    if found and all(map(DOMAIN.match, found)):
        return found
    check.wrong(node, "domains such as ours.example")
    return None


def read_texts(check: Checking, node: Node) -> Plain:
    found = [one.text if isinstance(one, Scalar) and one.text else "" for one in items(node)]
    if found and all(found):
        return found
    check.wrong(node, "one name or a list of names")
    return None


def read_kinds(check: Checking, node: Node) -> Plain:
    found = read_texts(check, node)
    if found is None or set(found) <= set(KINDS):
        return found
    check.wrong(node, " or ".join(KINDS))
    return None
