"""The ``sending`` keys, of the company and of a campaign."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.caps import read_cap
from nurture.authoring.checking import Checking, Field, read_named, read_table
from nurture.authoring.days import read_days
from nurture.authoring.kinds import DICTIONARY, read_duration, read_window, read_word
from nurture.authoring.link_tags import read_utm, read_yes_no
from nurture.authoring.nodes import Node, Plain, Scalar
from nurture.authoring.source import nearest, suggestion
from nurture.countries import zones
from nurture.domain.replies import ON_REPLY
from nurture.domain.sending_policy import CHANNELS


def read_zone(check: Checking, node: Node) -> str | None:
    known = zones()
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


def _quiet_after(check: Checking, node: Node) -> Plain:
    return read_named(check, node, _quiet, "happenings with durations, such as `{bought: 14d}`")


def _quiet(check: Checking, name: str, node: Node) -> Plain:
    known = check.words.dictionary.happenings
    if name not in known:
        text = f"there is no happening `{name}` in {DICTIONARY}"
        check.report("unknown-happening", node, text, suggestion(name, known, "There are"))
        return None
    return read_duration(check, node)


def _channel(check: Checking, node: Node) -> Plain:
    return read_table(check, node, CHANNEL, "a channel")


CHANNEL: Mapping[str, Field] = {"window": Field(read_window), "cap": Field(read_cap)}
CAMPAIGN_SENDING: Mapping[str, Field] = {
    **CHANNEL,
    "within": Field(read_duration),
    "blocked": Field(read_days),
    "quiet_after": Field(_quiet_after),
    "on_reply": Field(lambda check, node: read_word(check, node, ON_REPLY)),
    "reply_hold": Field(read_duration),
    "tracking": Field(read_yes_no),
    "utm": Field(read_utm),
    **{channel: Field(_channel) for channel in CHANNELS},
}
COMPANY_SENDING: Mapping[str, Field] = {**CAMPAIGN_SENDING, "zone_fallback": Field(read_zone)}


def read_campaign_sending(check: Checking, node: Node) -> Plain:
    return read_table(check, node, CAMPAIGN_SENDING, "`sending`")


def read_company_sending(check: Checking, node: Node) -> Plain:
    return read_table(check, node, COMPANY_SENDING, "`sending`")
