"""``codes`` of a campaign: pools of which every lead gets a code of her own."""

from __future__ import annotations

import re
from pathlib import Path

from nurture.authoring.checking import Checking, read_named
from nurture.authoring.nodes import Node, Plain, Scalar

POOL = re.compile(r"^[a-z][a-z0-9_]{0,40}$")


def read_codes(check: Checking, node: Node) -> Plain:
    return read_named(check, node, _pool, "pools of codes")


def _pool(check: Checking, pool: str, node: Node) -> str | None:
    if not POOL.match(pool):
        hint = "Take lower-case letters, digits and `_`, such as `spring_25`."
        check.report("name", node, f"the pool `{pool}` cannot be named in a message", hint)
        return None
    if isinstance(node, Scalar) and node.text.endswith(".csv"):
        path = Path(node.text)
        if not path.is_absolute() and ".." not in path.parts:
            check.code_files[node.text] = node
            return node.text
    check.wrong(node, "a CSV file of the content, such as `codes/spring.csv`")
    return None
