"""Fields of a deal or another record stand only in campaigns that are ``for:`` such records."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nurture.authoring.checking import Checking
from nurture.authoring.nodes import Plain
from nurture.authoring.source import address

FIELD = re.compile(r"(?<![\w.\"'])([a-z]+)\.[a-z][a-z0-9_]*")


def check_records(check: Checking, document: Mapping[str, Plain]) -> None:
    others = check.words.dictionary.records - {document.get("for")}
    if not others:
        return
    for asked in check.asked:
        for found in FIELD.finditer(asked.line.text):
            if found[1] in others and found[0] in check.words.dictionary.fields:
                place = address(asked.line, check.source, found.start())
                check.report("record", place, _text(found[0], found[1]), _hint(found[1]))
    for field, node in check.elsewhere:
        kind = field.partition(".")[0]
        if kind in others:
            check.report("record", node, _text(field, kind), _hint(kind))


def _text(field: str, kind: str) -> str:
    return f"`{field}` is of a {kind}, and this campaign is not for one"


def _hint(kind: str) -> str:
    return f"Write `for: {kind}` at the top: then each {kind} has a journey of its own."
