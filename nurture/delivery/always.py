"""What a text shows whatever is known of the lead: on every way through its conditions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from jinja2 import nodes

from nurture.delivery.sandbox import dotted_name

ALWAYS_THERE = frozenset({"unsubscribe_url", "preferences_url", "company.address", "company.name"})
"""Of a mail that needs them: a condition that asks for one of these holds."""

Names = frozenset[str]
NOTHING: Names = frozenset()


def always_shown(tree: nodes.Template) -> Names:
    return _all(tree.body)


def _all(body: Iterable[nodes.Node]) -> Names:
    return reduce(frozenset.union, map(_one, body), NOTHING)


def _one(node: nodes.Node) -> Names:
    match node:
        case nodes.Output():
            return reduce(frozenset.union, map(_printed, node.nodes), NOTHING)
        case nodes.If():
            return _chosen(node)
        case nodes.With():
            own = {target.name for target in node.targets if isinstance(target, nodes.Name)}
            return frozenset(name for name in _all(node.body) if name.partition(".")[0] not in own)
    return NOTHING


def _printed(node: nodes.Node | None) -> Names:
    while isinstance(node, nodes.Filter):
        node = node.node
    if isinstance(node, nodes.CondExpr):
        return _printed(node.expr1) & _printed(node.expr2)
    return frozenset({dotted_name(node)}) if node else NOTHING


def _chosen(node: nodes.If) -> Names:
    if _holds(node.test):
        return _all(node.body)
    ways = [_all(node.body), *(_all(other.body) for other in node.elif_), _all(node.else_)]
    return reduce(frozenset.intersection, ways)


def _holds(test: nodes.Node) -> bool:
    if isinstance(test, nodes.And):
        return _holds(test.left) and _holds(test.right)
    return dotted_name(test) in ALWAYS_THERE
