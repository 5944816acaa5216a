"""What the actions that reach further than the lead take: lists, notices to our own people, webhooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from nurture.authoring.changing import read_changes
from nurture.authoring.checking import Checking, Field, read_table, unknown
from nurture.authoring.kinds import DICTIONARY, read_names, read_team, read_text
from nurture.authoring.members_file import read_email
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.domain.keys import Key, Kind

KEPT = ("text", "number", "yes/no")
"""Types of fields that an answer can fill."""


def read_lists(check: Checking, node: Node) -> Plain:
    for item in items(node):
        if isinstance(item, Scalar) and item.value is not None:
            name = Scalar(item.at, item.text.removeprefix("-"), item.text.removeprefix("-"))
            if name.text not in check.words.dictionary.lists:
                unknown(check, "unknown-list", name, "list", check.words.dictionary.lists, DICTIONARY)
                return None
    return read_names(check, node)


def read_notice(check: Checking, node: Node) -> Plain:
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


def read_webhook(check: Checking, node: Node) -> Plain:
    found = read_table(check, node, WEBHOOK, "`webhook`")
    return found if "url" in found else None


def _url(check: Checking, node: Node) -> str | None:
    expected = "an address such as `https://api.ours.example/credit`"
    if not isinstance(node, Scalar) or node.value is None:
        check.wrong(node, expected)
        return None
    try:
        parts = urlsplit(node.text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        fits = False
    if not fits:
        check.wrong(node, expected, "It begins with https:// and has no password in it.")
        return None
    return node.text


def _keep(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Table) or not node.entries:
        check.wrong(node, "fields and where they stand in the answer, such as `lead.credit: rating.value`")
        return None
    found = {key: _path(check, node.keys[key], value) for key, value in node.entries.items()}
    return {key: path for key, path in found.items() if path is not None} or None


def _path(check: Checking, key: Scalar, node: Node) -> str | None:
    fields = check.words.dictionary.fields
    kind = fields.get(key.text)
    if kind is None:
        unknown(check, "unknown-field", key, "field", fields, DICTIONARY)
        return None
    if kind not in KEPT or key.text.startswith("account."):
        text = f"`{key.text}` cannot be filled from an answer"
        hint = "It must be a text, a number or a yes/no, of the lead or of the record."
        check.report("wrong-kind", key, text, hint)
        return None
    check.elsewhere.append((key.text, key))
    return read_text(check, node)


NOTICE: Mapping[str, Field] = {
    "team": Field(read_team),
    "to": Field(_addresses),
    "text": Field(read_text, required=True),
    "cc": Field(_addresses),
}
WEBHOOK: Mapping[str, Field] = {"url": Field(_url, required=True), "keep": Field(_keep)}
OUTWARD: dict[Kind, Callable[[Checking, Node, Key], Plain]] = {
    Kind.CHANGES: lambda check, node, _key: read_changes(check, node),
    Kind.LISTS: lambda check, node, _key: read_lists(check, node),
    Kind.NOTICE: lambda check, node, _key: read_notice(check, node),
    Kind.WEBHOOK: lambda check, node, _key: read_webhook(check, node),
}
