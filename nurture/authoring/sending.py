"""The ``sending`` keys, of the company and of a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import available_timezones

from nurture.authoring.checking import Checking, Field, read_table
from nurture.authoring.kinds import read_duration, read_window
from nurture.authoring.nodes import Node, Plain, Scalar
from nurture.authoring.source import nearest

MOST = 50


def read_zone(check: Checking, node: Node) -> str | None:
    known = available_timezones()
    if isinstance(node, Scalar) and node.text in known:
        return node.text
    if isinstance(node, Scalar) and node.value is not None:
        near = nearest(node.text, known)
        hint = f"Did you mean `{near}`?" if near else ""
        check.report(
            "unknown-zone", node, f"there is no time zone `{node.text}`", hint or "Such as Europe/Berlin."
        )
    else:
        check.wrong(node, "a time zone such as Europe/Berlin")
    return None


def _most(check: Checking, node: Node) -> int | None:
    if isinstance(node, Scalar) and type(node.value) is int and 0 < node.value <= MOST:
        return node.value
    check.wrong(node, f"a number of messages from 1 to {MOST}")
    return None


def _cap(check: Checking, node: Node) -> Plain:
    return read_table(check, node, {"day": Field(_most), "week": Field(_most)}, "`cap`")


CAMPAIGN_SENDING: Mapping[str, Field] = {
    "window": Field(read_window),
    "within": Field(read_duration),
    "cap": Field(_cap),
}
COMPANY_SENDING: Mapping[str, Field] = {**CAMPAIGN_SENDING, "zone_fallback": Field(read_zone)}


def read_campaign_sending(check: Checking, node: Node) -> Plain:
    return read_table(check, node, CAMPAIGN_SENDING, "`sending`")


def read_company_sending(check: Checking, node: Node) -> Plain:
    return read_table(check, node, COMPANY_SENDING, "`sending`")
