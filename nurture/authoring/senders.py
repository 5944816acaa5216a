"""Who mails are from: ``senders`` of the dictionary, and ``sender`` and ``thread`` of a send."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, read_named, read_table, unknown
from nurture.authoring.kinds import DICTIONARY, read_name, read_text
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.authoring.source import suggestion
from nurture.domain.campaign import Campaign
from nurture.domain.steps.send import OWNER, Send

ADDRESS = re.compile(r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")


def read_senders(check: Checking, node: Node) -> Plain:
    for key in node.keys.values() if isinstance(node, Table) else ():
        read_name(check, key)
    return read_named(check, node, _sender, "senders with `name` and `address`")


def _sender(check: Checking, _name: str, node: Node) -> Plain:
    found = read_table(check, node, SENDER, "a sender")
    return found if set(found) == set(SENDER) else None


def _address(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and ADDRESS.match(node.text):
        return node.text
    check.wrong(node, "an address such as anna@your-company.example")
    return None


def read_sender(check: Checking, node: Node) -> str | None:
    name = read_name(check, node, "`owner`, or the name of a sender")
    known = {OWNER, *check.words.dictionary.senders}
    if name is not None and name not in known:
        assert isinstance(node, Scalar)
        unknown(check, "unknown-sender", node, "sender", frozenset(known), DICTIONARY)
        return None
    return name


def check_threads(check: Checking, campaign: Campaign) -> None:
    sends = [name for name, step in campaign.steps.items() if isinstance(step, Send)]
    for step in campaign.steps.values():
        thread = step.thread if isinstance(step, Send) else None
        if thread is None:
            continue
        if thread not in sends or thread == step.name:
            text = f"`thread: {thread}` is no earlier send of this campaign"
            others = [name for name in sends if name != step.name]
            hint = suggestion(thread, others, "There are")
            check.report("unknown-step", check.places[step.name], text, hint)


SENDER: Mapping[str, Field] = {
    "name": Field(read_text, required=True),
    "address": Field(_address, required=True),
}
