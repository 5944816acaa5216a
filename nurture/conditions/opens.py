"""Whether an open alone can make a condition true: then it must not move a score, a stage or a handoff."""

from __future__ import annotations

from nurture.conditions.expression import Call, Node


def by_opens_alone(node: Node) -> bool:
    if not isinstance(node, Call):
        return False
    if node.function == "opened":
        return True
    if node.function == "_||_":
        return any(by_opens_alone(arg) for arg in node.args)
    if node.function == "_&&_":
        return any(by_opens_alone(arg) for arg in node.args) and all(
            by_opens_alone(arg) or _absence(arg) for arg in node.args
        )
    return False


def _absence(node: Node) -> bool:
    """``!clicked("x")``: that something did not happen is no evidence beside an open."""
    return isinstance(node, Call) and node.function == "!_"
