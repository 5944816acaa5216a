"""``policies/scoring.yaml``: its problems, shown at their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nurture.authoring.nodes import Node, Place, Plain, Table, plain
from nurture.authoring.source import Source
from nurture.domain.dictionary import Dictionary
from nurture.domain.scoring_check import check_scoring as problems_of


def check_scoring(source: Source, root: Node, dictionary: Dictionary) -> Mapping[str, Plain]:
    """Empty where it has problems."""
    document = plain(root)
    found = problems_of(document, dictionary)
    for problem in found:
        hint = problem.hint[:1].upper() + problem.hint[1:]
        hint += "." if hint and hint[-1].isalnum() else ""
        source.report("scoring", _place(root, problem.path), problem.text, hint)
    return {} if found or not isinstance(document, Mapping) else document


def _place(root: Node, path: Sequence[str]) -> Place:
    """The value at a path; its key if it holds more; as far as the path leads."""
    node, place = root, root.at
    for key in path:
        if not isinstance(node, Table) or key not in node.entries:
            break
        place = node.keys[key].at
        node = node.entries[key]
        if not isinstance(node, Table):
            place = node.at
    return place
