"""``policies/scoring.yaml``: its problems, shown at their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nurture.authoring.checking import Checking, Words
from nurture.authoring.conditions import report
from nurture.authoring.kinds import read_condition
from nurture.authoring.nodes import Node, Place, Plain, Table, plain
from nurture.authoring.source import Source
from nurture.conditions import Steps
from nurture.conditions.reads import ACCOUNT
from nurture.domain.conditions import Condition
from nurture.domain.dictionary import Dictionary
from nurture.domain.scoring.check import check_scoring as problems_of

ASKING = ("rules", "totals", "fit")
"""What may have conditions."""
MISTAKES = ("condition", "condition-in-brackets", "unknown-field", "wrong-kind")
"""Rules that speak of conditions."""


def check_scoring(source: Source, root: Node, dictionary: Dictionary) -> Mapping[str, Plain]:
    """Empty where it has problems."""
    document = plain(root)
    found = problems_of(document, dictionary)
    sound = _check_conditions(Checking(source, Words(dictionary)), root)
    for problem in found:
        hint = problem.hint[:1].upper() + problem.hint[1:]
        hint += "." if hint and hint[-1].isalnum() else ""
        source.report("scoring", _place(root, problem.path), problem.text, hint)
    return {} if found or not sound or not isinstance(document, Mapping) else document


def _check_conditions(check: Checking, root: Node) -> bool:
    """The ``if`` of rules: CEL on fields of the lead and the account; what she did, rules count."""
    rules = [_at(_at(root, kind), name) for kind in ASKING for name in _names(_at(root, kind))]
    for node in (_at(rule, "if") for rule in rules):
        if node is not None:
            read_condition(check, node, "score")
    for asked in check.asked:
        wrong = check.words.conditions.check(asked.line.text, Steps(), "score")
        for problem in wrong:
            report(check, asked, problem)
        reads = check.words.conditions.reads(Condition((asked.line.text,)))
        if not wrong and (others := [token for token in reads if not token.startswith("field:")]):
            if ACCOUNT in reads:
                text = "the score of a company is made of its people's scores: this rule would count itself"
                check.report(
                    "condition", asked.line, text, "Ask for a field of the account, such as its size."
                )
                continue
            text = f"a rule of the score may ask only for fields, not for the {_said(others)}"
            check.report("condition", asked.line, text, "Use `on` and `match` for what the lead did.")
    return not any(problem.rule in MISTAKES for problem in check.source.problems)


def _said(tokens: Sequence[str]) -> str:
    return min(tokens).partition(":")[0]


def _at(node: Node | None, key: str) -> Node | None:
    return node.entries.get(key) if isinstance(node, Table) else None


def _names(node: Node | None) -> Sequence[str]:
    return list(node.entries) if isinstance(node, Table) else []


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
