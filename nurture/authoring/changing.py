"""What ``set`` takes: fields of the lead or the record, and values of their types."""

from __future__ import annotations

from nurture.authoring.checking import Checking, unknown
from nurture.authoring.kinds import DICTIONARY, read_value
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.domain.actions.set import is_date


def read_changes(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Table) or not node.entries:
        check.wrong(node, "fields and their new values, such as `{lead.interest: pricing}`")
        return None
    found = {key: _new_value(check, node.keys[key], value) for key, value in node.entries.items()}
    return {key: value for key, value in found.items() if value is not None}


def _new_value(check: Checking, key: Scalar, node: Node) -> Plain:
    fields = check.words.dictionary.fields
    if key.text not in fields:
        unknown(check, "unknown-field", key, "field", fields, DICTIONARY)
        return None
    if key.text.startswith("account."):
        check.report("wrong-kind", key, f"`{key.text}` is of the whole company", "Set a field of the lead.")
        return None
    check.elsewhere.append((key.text, key))
    if fields[key.text] == "date":
        return _new_date(check, node)
    return read_value(check, node, fields[key.text], key.text)


def _new_date(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and is_date(node.text):
        return node.text
    check.wrong(node, "`today`, `now`, or a day such as 2026-05-01")
    return None
