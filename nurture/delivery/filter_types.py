"""Filters on fields that they cannot work on: ``|day`` of a text, ``|round`` of a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from nurture.delivery.sandbox import dotted_name

DATES = ("day", "when")
NUMBERS = ("abs", "round")
TEXTS = (
    "count",
    "first",
    "join",
    "last",
    "length",
    "list",
    "max",
    "min",
    "reverse",
    "sort",
    "truncate",
    "unique",
)
TAKES: Mapping[str, str] = {
    **dict.fromkeys(DATES, "date"),
    **dict.fromkeys(NUMBERS, "number"),
    **dict.fromkeys(TEXTS, "text"),
}
"""Filter -> the type of the fields that it is for."""
CONVERTED = {"text": ("text", "date"), "number": ("number",), "date": ("date",)}
"""Type -> the types of fields that serve as well: a date is written as a text."""
DEFAULTS = ("d", "default")
KEEP = (*DEFAULTS, "e", "escape")
"""Filters after which a value is what it was."""
NEVER_TEXT = ("date", "number")
INSTEAD = {
    "date": "`day` and `when` are for fields of the type date",
    "number": "it is for numbers: write |int or |float before it",
    "text": "it is for texts",
}


@dataclass(frozen=True)
class Misfit:
    field: str
    line: int
    text: str
    hint: str


def misfits(tree: nodes.Template, types: Mapping[str, str]) -> Iterator[Misfit]:
    """``types``: lead.industry -> text, number, yes/no or date; nothing is said of other names."""
    for node in tree.find_all(nodes.Filter):
        field = _field(node.node)
        kind, wanted = types.get(field), TAKES.get(node.name)
        if kind == wanted and wanted in NEVER_TEXT and (words := _instead_of(node.node)):
            yield Misfit(field, node.lineno, *_too_early(field, node.name, words))
        if kind and wanted and kind not in CONVERTED[wanted]:
            text = f"{field} is a {kind}, and |{node.name} works on a {wanted}."
            yield Misfit(field, node.lineno, text, _hint(field, kind, wanted))


def _instead_of(node: nodes.Node | None) -> str:
    """The text that a ``default`` below gives where the field is empty."""
    while isinstance(node, nodes.Filter) and node.name in KEEP:
        given = node.args[0] if node.args else None
        if node.name in DEFAULTS and isinstance(given, nodes.Const) and isinstance(given.value, str):
            return given.value
        node = node.node
    return ""


def _too_early(field: str, name: str, words: str) -> tuple[str, str]:
    text = f'Where {field} is empty, |{name} gets "{words}", on which it cannot work.'
    shown = f"{{% if {field} %}}{{{{ {field}|{name} }}}}{{% else %}}{words}{{% endif %}}"
    return text, f"Write {shown}."


def _hint(field: str, kind: str, wanted: str) -> str:
    said = INSTEAD[wanted]
    if wanted == "date":
        return f"{said}. Declare it so in policies/dictionary.yaml, or print {{{{ {field} }}}} as it is."
    return f"{said[0].upper()}{said[1:]}." if kind == "text" else f"Print {{{{ {field} }}}} without it."


def _field(node: nodes.Node | None) -> str:
    while isinstance(node, nodes.Filter) and node.name in KEEP:
        node = node.node
    return dotted_name(node) if node else ""
