"""``utm`` and ``tracking`` of ``sending``: how links are tagged, and whether clicks and opens are noted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, read_table
from nurture.authoring.kinds import YES_NO, read_text
from nurture.authoring.nodes import Node, Plain, Scalar, items

SITE = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")


def read_yes_no(check: Checking, node: Node) -> bool | None:
    if isinstance(node, Scalar) and node.text in YES_NO:
        return YES_NO[node.text]
    check.wrong(node, "`yes` or `no`")
    return None


def read_utm(check: Checking, node: Node) -> Plain:
    if isinstance(node, Scalar) and node.text in ("no", "false"):
        return False
    return read_table(check, node, UTM, "`utm`")


def _sites(check: Checking, node: Node) -> Plain:
    found = [_site(check, item) for item in items(node)]
    return [site for site in found if site]


def _site(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and SITE.match(node.text):
        return node.text
    check.wrong(node, "a domain such as `example.com`", "Without `https://` and path, in small letters.")
    return None


def _patterns(check: Checking, node: Node) -> Plain:
    found = [read_text(check, item) for item in items(node)]
    return [text for text in found if text]


UTM: Mapping[str, Field] = {
    "sites": Field(_sites),
    "source": Field(read_text),
    "medium": Field(read_text),
    "campaign": Field(read_text),
    "except": Field(_patterns),
}
