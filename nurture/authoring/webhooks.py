"""Webhooks: those of the dictionary, and ``webhook`` of a ``do``, which names one or says all of it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from nurture.authoring.checking import Checking, Field, read_named, read_table, unknown
from nurture.authoring.kinds import DICTIONARY, read_name, read_text
from nurture.authoring.nodes import Node, Plain, Scalar, Table

KEPT = ("text", "number", "yes/no", "date")
"""Types of fields that an answer can fill."""
ADDRESS = ("http://", "https://")


def read_webhooks(check: Checking, node: Node) -> Plain:
    for key in node.keys.values() if isinstance(node, Table) else ():
        read_name(check, key)
    return read_named(check, node, _named, "webhooks, each with its `url`")


def _named(check: Checking, name: str, node: Node) -> Plain:
    found = read_table(check, node, NAMED, f"the webhook `{name}`")
    return found if "url" in found else None


def read_webhook(check: Checking, node: Node) -> Plain:
    if isinstance(node, Scalar) and node.value is not None:
        return _called(check, node)
    found = read_table(check, node, WEBHOOK, "`webhook`")
    return found if "url" in found else None


def _called(check: Checking, node: Scalar) -> Plain:
    if node.text.startswith(ADDRESS):
        url = _url(check, node)
        return {"url": url} if url else None
    named = check.words.dictionary.webhooks
    if node.text not in named:
        unknown(check, "unknown-webhook", node, "webhook", named, DICTIONARY)
        return None
    check.elsewhere += [(field, node) for field in named[node.text].keep]
    return node.text


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
    if kind is None and isinstance(node, Scalar) and node.text in fields:
        hint = f"The field stands first: `keep: {{{node.text}: {key.text}}}`."
        check.report("unknown-field", key, f"there is no field `{key.text}` in {DICTIONARY}", hint)
        return None
    if kind is None:
        unknown(check, "unknown-field", key, "field", fields, DICTIONARY)
        return None
    if kind not in KEPT or key.text.startswith("account."):
        text = f"`{key.text}` cannot be filled from an answer"
        hint = "It must be a field of the lead or of the record."
        check.report("wrong-kind", key, text, hint)
        return None
    check.elsewhere.append((key.text, key))
    return read_text(check, node)


WEBHOOK: Mapping[str, Field] = {"url": Field(_url, required=True), "keep": Field(_keep)}
NAMED: Mapping[str, Field] = {**WEBHOOK, "secret": Field(read_name)}
