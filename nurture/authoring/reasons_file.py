"""Why sales may give a lead back, and what follows each reason: of ``policies/sales.yaml``."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, read_named, read_table
from nurture.authoring.kinds import (
    YES_NO,
    read_campaign,
    read_duration,
    read_name,
    read_points,
    read_text,
    read_word,
)
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.domain.reasons import STAGES


def read_reasons(check: Checking, node: Node) -> Plain:
    if isinstance(node, Table):
        for key in node.keys.values():
            read_name(check, key)
    return read_named(check, node, _reason, "reasons as texts, or with `says:` and what follows")


def read_returned(check: Checking, node: Node) -> Plain:
    return read_table(check, node, RETURNED, "what follows a lead who is given back until a day")


def read_yes_no(check: Checking, node: Node) -> bool | None:
    if isinstance(node, Scalar) and node.text in YES_NO:
        return YES_NO[node.text]
    check.wrong(node, "`yes` or `no`")
    return None


def _reason(check: Checking, name: str, node: Node) -> Plain:
    if isinstance(node, Table):
        return read_table(check, node, REASON, f"the reason `{name}`")
    return read_text(check, node)


RETURNED: Mapping[str, Field] = {
    "then": Field(read_campaign),
    "score": Field(read_points),
    "stage": Field(lambda check, node: read_word(check, node, STAGES)),
}
REASON: Mapping[str, Field] = {
    "says": Field(read_text, required=True),
    "rest": Field(read_duration),
    **RETURNED,
}
