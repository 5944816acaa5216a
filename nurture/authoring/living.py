"""What a file says of its own change: steps that have another name now, and whether a second person looks."""

from __future__ import annotations

from nurture.authoring.checking import Checking
from nurture.authoring.kinds import YES_NO
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.authoring.source import suggestion
from nurture.domain.campaign import Campaign

MOVED = "old names of steps with their new ones, such as `moved: {guide: welcome}`"


def read_moved(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Table) or not node.entries:
        check.wrong(node, MOVED)
        return None
    found = {}
    for old, value in node.entries.items():
        if isinstance(value, Scalar) and value.text:
            found[old] = value.text
        else:
            check.wrong(value, "the new name of the step")
    return found


def read_approve(check: Checking, node: Node) -> bool | None:
    if isinstance(node, Scalar) and node.text in YES_NO:
        return YES_NO[node.text]
    check.wrong(node, "`yes` or `no`: whether a second person approves each version")
    return None


def check_moved(check: Checking, root: Node, campaign: Campaign) -> None:
    """New names are steps; old ones are none any more."""
    assert isinstance(root, Table)
    moved = root.entries.get("moved")
    if not isinstance(moved, Table):
        return
    for old, value in moved.entries.items():
        if old in campaign.steps:
            text = f"`{old}` is a step of this file, so nobody is moved away from it"
            check.report("unknown-step", moved.keys[old], text, "Take the line out, or rename the step.")
        if isinstance(value, Scalar) and value.text not in campaign.steps:
            hint = suggestion(value.text, campaign.steps, "Its steps are")
            check.report("unknown-step", value, f"there is no step `{value.text}` to move to", hint)
