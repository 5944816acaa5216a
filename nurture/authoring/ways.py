"""The ways of a ``choose`` and of a ``split``: their names, what decides between them, and their steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nurture.authoring.checking import Checking, missing, rows, unknown_key
from nurture.authoring.kinds import WHOLE, read_condition, read_name
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.domain.keys import Kind

ReadBlock = Callable[..., Plain]
OTHERWISE = "otherwise"
DECIDES = {Kind.WAYS: "when", Kind.SHARED_WAYS: "share"}
"""Kind of ways -> the key that decides between them."""


def read_ways(check: Checking, node: Node, name: str, kind: Kind, read_block: ReadBlock) -> Plain:
    """``name``: of the step. ``read_block`` reads what belongs to a way."""
    decides = DECIDES[kind]
    found: list[dict[str, Any]] = []
    for item in rows(check, node, f"a list of ways, each with `way`, `{decides}` and `then`"):
        way = _way(check, item, name, decides, read_block)
        if way is None:
            check.walkable = False
        elif any(way["way"] == other["way"] for other in found) or way["way"] == OTHERWISE:
            assert isinstance(item, Table)
            check.report("duplicate-name", item.entries["way"], f"a second way `{way['way']}` in `{name}`")
            check.walkable = False
        else:
            found.append(way)
    if kind is Kind.SHARED_WAYS:
        _add_up(check, node, found)
    return found


def _way(
    check: Checking, item: Node, name: str, decides: str, read_block: ReadBlock
) -> dict[str, Any] | None:
    known = ("way", decides, "then")
    if not isinstance(item, Table):
        example = "50" if decides == "share" else "score >= 60"
        called = item.text if isinstance(item, Scalar) else "one"
        hint = f"Write `- way: {called}`, and below it `{decides}: {example}` and `then: next`."
        check.wrong(item, f"a way: `way`, `{decides}` and `then`", hint)
        return None
    for key in item.entries:
        if key not in known:
            unknown_key(check, item.keys[key], dict.fromkeys(known), "a way")
    if missing(check, item, list(known), "a way"):
        return None
    own = read_name(check, item.entries["way"])
    value = _share(check, item) if decides == "share" else read_condition(check, item.entries["when"], "when")
    then = read_block(check, item.entries["then"], f"{name}.{own}", arm=True)
    return None if own is None or value is None else {"way": own, decides: value, "then": then}


def _share(check: Checking, item: Table) -> int | None:
    node = item.entries["share"]
    text = node.text.strip().removesuffix("%").strip() if isinstance(node, Scalar) else ""
    if text.isdecimal() and 0 < int(text) <= WHOLE:
        return int(text)
    check.wrong(node, "a percentage between 1 and 100, such as `50`")
    return None


def _add_up(check: Checking, node: Node, ways: list[dict[str, Any]]) -> None:
    if len(ways) == 1 and check.walkable:
        check.report("shares", node, "a split has two ways or more", "Add a second `- way:`.")
    elif check.walkable and (whole := sum(way["share"] for way in ways)) != WHOLE:
        check.report("shares", node, f"the shares add up to {whole}, not to 100")
