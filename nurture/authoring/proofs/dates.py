"""``==`` between dates: true at one instant only, at which nobody looks."""

from __future__ import annotations

from nurture.authoring.checking import Asked, Checking
from nurture.authoring.source import address
from nurture.conditions import Conditions
from nurture.conditions.expression import Call, Name, walk
from nurture.conditions.logic.linear import kind_of

EQUAL = ("_==_", "_!=_")
INSTANTS = ("date", "time")


def check_dates(check: Checking, conditions: Conditions) -> None:
    for asked in check.asked:
        tree = conditions.tree(asked.line.text)
        for node in walk(tree) if tree is not None else ():
            if isinstance(node, Call) and node.function in EQUAL:
                kinds = {kind_of(arg, conditions.dictionary.fields) for arg in node.args}
                if kinds & set(INSTANTS):
                    _report(check, asked, node)


def _report(check: Checking, asked: Asked, node: Call) -> None:
    sign = "==" if node.function == "_==_" else "!="
    offset = max(asked.line.text.find(sign), 0)
    text = "a date is a moment, to the second: it is almost never equal to another"
    if node.function == "_!=_":
        text = "a date is a moment, to the second: it is almost always unequal to another"
    check.report(
        "date-equality",
        address(asked.line, check.source, offset, 2),
        text,
        f"Write `<`, `<=`, `>` or `>=`; for a day, two of them.{_wait(node)}",
    )


def _wait(node: Call) -> str:
    field = next((part.name for part in walk(node) if isinstance(part, Name) and "." in part.name), None)
    return f" To act on the day itself, write `wait: to {field}`." if field else ""
