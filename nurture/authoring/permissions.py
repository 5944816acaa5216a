"""What people may ask for and must have allowed: ``topics`` and ``consent`` of the dictionary, ``topic`` of a
campaign."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, read_named, read_table, unknown
from nurture.authoring.kinds import DICTIONARY, read_duration, read_name, read_text
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.source import suggestion
from nurture.countries import country_code
from nurture.domain.consent_policy import BASES, EVERYWHERE

LONGEST = 30
"""Characters of the name of a topic: it stands in rows of the database."""
MOST = 12
"""Topics; nobody reads a longer page."""


def read_topics(check: Checking, node: Node) -> Plain:
    for key in node.keys.values() if isinstance(node, Table) else ():
        if read_name(check, key) is not None and len(key.text) > LONGEST:
            check.report("name", key, f"`{key.text}` is longer than {LONGEST} characters")
    if isinstance(node, Table) and len(node.entries) > MOST:
        check.wrong(node, f"at most {MOST} topics", "Put together what people want or do not want alike.")
    return read_named(check, node, lambda check, _name, title: read_text(check, title), "topics")


def read_topic(check: Checking, node: Node) -> str | None:
    name = read_name(check, node, "the name of a topic")
    known = check.words.dictionary.topics
    if name is not None and name not in known:
        assert isinstance(node, Scalar)
        unknown(check, "unknown-topic", node, "topic", known, DICTIONARY)
        return None
    return name


def read_consent(check: Checking, node: Node) -> Plain:
    found = read_table(check, node, CONSENT, "`consent`")
    stray = [name for name in found.get("wording", {}) if name not in found.get("given_by", {})]
    if stray and isinstance(node, Table):
        text = f"`{stray[0]}` has a wording, and is no consent"
        check.report("keys-together", node.entries["wording"], text, "Name it under `given_by:` too.")
    return found


def _needed(check: Checking, node: Node) -> Plain:
    if isinstance(node, Scalar) and node.text == EVERYWHERE:
        return EVERYWHERE
    if not isinstance(node, Rows):
        check.wrong(node, f"`{EVERYWHERE}`, or a list of countries such as `[CA, DE]`")
        return None
    found = [_country(check, item) for item in items(node)]
    return [code for code in found if code]


def _country(check: Checking, node: Node) -> str | None:
    code = country_code(node.text) if isinstance(node, Scalar) else None
    if code is None:
        check.report("unknown-country", node, "this is no country", "Write its two letters, such as `CA`.")
    return code


def _lasts(check: Checking, node: Node) -> Plain:
    return read_named(check, node, _span, "kinds of consent with durations, such as `{purchase: 24 months}`")


def _span(check: Checking, basis: str, node: Node) -> str | None:
    if basis not in BASES:
        check.wrong(node, f"one of {', '.join(BASES)} before it, not `{basis}`")
        return None
    return "always" if isinstance(node, Scalar) and node.text == "always" else read_duration(check, node)


def _given_by(check: Checking, node: Node) -> Plain:
    return read_named(check, node, _basis, "happenings, such as `{newsletter-form: express}`")


def _basis(check: Checking, name: str, node: Node) -> str | None:
    if not _is_happening(check, name, node):
        return None
    if isinstance(node, Scalar) and node.text in BASES:
        return node.text
    check.wrong(node, f"one of {', '.join(BASES)}")
    return None


def _wording(check: Checking, node: Node) -> Plain:
    return read_named(check, node, _words, "happenings with what people read there")


def _words(check: Checking, name: str, node: Node) -> str | None:
    return read_text(check, node) if _is_happening(check, name, node) else None


def _is_happening(check: Checking, name: str, node: Node) -> bool:
    known = check.words.dictionary.happenings
    if name not in known:
        text = f"there is no happening `{name}` in {DICTIONARY}"
        check.report("unknown-happening", node, text, suggestion(name, known, "There are"))
    return name in known


CONSENT: Mapping[str, Field] = {
    "needed": Field(_needed),
    "lasts": Field(_lasts),
    "given_by": Field(_given_by),
    "wording": Field(_wording),
}
