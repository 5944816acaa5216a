"""``variants`` of a send: messages with their shares, or subjects for the same text."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, read_table
from nurture.authoring.kinds import WHOLE, read_message, read_name, read_text
from nurture.authoring.nodes import Node, Plain, Scalar, Table

EXPECTED = "messages with their percentages, such as `{short: 50, long: 50}`"
SUBJECTS = (
    "Give each subject a name: `{asks: {share: 50, subject: Is it late?}, tells: {share: 50, subject: ...}}`."
)
BOTH = "some variants are messages, others only have another subject"
ALIKE = "Write `NAME: 50` for all, or `NAME: {share: 50, subject: ...}` for all."


def read_variants(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Table) or not node.entries:
        check.wrong(node, EXPECTED)
        return None
    if "subject" in node.entries:
        check.wrong(node, "names of variants", SUBJECTS)
        return None
    tables = [isinstance(one, Table) for one in node.entries.values()]
    if any(tables) and not all(tables):
        check.report("wrong-kind", node, BOTH, ALIKE)
        return None
    read = _with_subject if all(tables) else _message
    found = {name: read(check, node.keys[name], one) for name, one in node.entries.items()}
    if None in found.values():
        return None
    whole = sum(one["share"] if isinstance(one, Mapping) else one for one in found.values())
    if whole != WHOLE:
        check.report("shares", node, f"the shares add up to {whole}, not to 100")
        return None
    return found


def _message(check: Checking, key: Scalar, node: Node) -> Plain:
    return None if read_message(check, key) is None else _share(check, node)


def _with_subject(check: Checking, key: Scalar, node: Node) -> Plain:
    name, found = read_name(check, key), read_table(check, node, OF_VARIANT, "a variant")
    return None if name is None or found.keys() != OF_VARIANT.keys() else found


def _share(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Scalar) or type(node.value) is not int or not 0 < node.value <= WHOLE:
        check.wrong(node, "a percentage between 1 and 100", "Write whole numbers without `%`.")
        return None
    return node.value


OF_VARIANT: Mapping[str, Field] = {
    "share": Field(_share, required=True),
    "subject": Field(read_text, required=True),
}
