"""What ``set`` takes: fields of the lead or the record, and values of their types."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Checking, unknown
from nurture.authoring.kinds import DICTIONARY, parsed, read_value
from nurture.authoring.nodes import Node, Plain, Scalar, Table
from nurture.authoring.source import suggestion
from nurture.domain.actions.set import EXPECTED, parse_when
from nurture.domain.bant import WORDS


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
        return _new_date(check, node, fields)
    words = WORDS.get(key.text)
    if words and isinstance(node, Scalar) and node.text not in words:
        check.wrong(node, f"one of {', '.join(words)}")
        return None
    return read_value(check, node, fields[key.text], key.text)


def _new_date(check: Checking, node: Node, fields: Mapping[str, str]) -> str | None:
    text = parsed(check, node, parse_when, EXPECTED)
    field = parse_when(text).field if text else None
    if field is None or fields.get(field) == "date":
        return text
    dates = [name for name, of in fields.items() if of == "date"]
    missing = f"there is no field `{field}` in {DICTIONARY}"
    wrong = f"`{field}` is a {fields[field]}, not a date" if field in fields else missing
    check.report("unknown-field", node, wrong, suggestion(field, dates, "Dates are"))
    return None
