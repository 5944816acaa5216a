"""What the actions that reach further than the lead take: lists, notices to our own people, webhooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nurture.authoring.changing import read_changes
from nurture.authoring.checking import Checking, Field, read_table, unknown
from nurture.authoring.kinds import DICTIONARY, parsed, read_names, read_team, read_text
from nurture.authoring.members_file import read_email
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.other_words import digest_hint
from nurture.authoring.variants import read_variants
from nurture.authoring.webhooks import read_webhook
from nurture.domain.digests import EXPECTED, hour_of
from nurture.domain.keys import Key, Kind


def read_lists(check: Checking, node: Node) -> Plain:
    for item in items(node):
        if isinstance(item, Scalar) and item.value is not None:
            name = Scalar(item.at, item.text.removeprefix("-"), item.text.removeprefix("-"))
            if name.text not in check.words.dictionary.lists:
                unknown(check, "unknown-list", name, "list", check.words.dictionary.lists, DICTIONARY)
                return None
    return read_names(check, node)


def read_notice(check: Checking, node: Node) -> Plain:
    if isinstance(node, Scalar) and node.value is not None:
        whom = "to" if "@" in node.text else "team"
        check.wrong(node, "a group of keys", f"Write `notify: {{{whom}: {node.text}, text: What happened}}`.")
        return None
    found = read_table(check, node, NOTICE, "`notify`")
    if isinstance(node, Table) and ("team" in node.entries) == ("to" in node.entries):
        text = "`notify` needs `team:` or `to:`, and not both"
        check.report("keys-together", node, text, "Such as `team: inside-sales`.")
        return None
    return found if "text" in found else None


def _addresses(check: Checking, node: Node) -> Plain:
    found = [read_email(check, item) for item in items(node)]
    if None in found:
        return None
    return found if isinstance(node, Rows) else found[0]


def _digest(check: Checking, node: Node) -> Plain:
    return parsed(check, node, hour_of, EXPECTED, digest_hint)


NOTICE: Mapping[str, Field] = {
    "team": Field(read_team),
    "to": Field(_addresses),
    "text": Field(read_text, required=True),
    "cc": Field(_addresses),
    "digest": Field(_digest),
}
OUTWARD: dict[Kind, Callable[[Checking, Node, Key], Plain]] = {
    Kind.SHARES: lambda check, node, _key: read_variants(check, node),
    Kind.CHANGES: lambda check, node, _key: read_changes(check, node),
    Kind.LISTS: lambda check, node, _key: read_lists(check, node),
    Kind.NOTICE: lambda check, node, _key: read_notice(check, node),
    Kind.WEBHOOK: lambda check, node, _key: read_webhook(check, node),
}
