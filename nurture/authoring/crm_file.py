"""``policies/crm.yaml``: which fields of a CRM are ours, and what its values mean for sales."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Checking, Field, Words, read_named, read_table
from nurture.authoring.kinds import read_text, read_word
from nurture.authoring.nodes import Node, Plain, Rows, Scalar, Table, items
from nurture.authoring.source import Source, suggestion
from nurture.domain.crm_policy import COLUMNS, KINDS, OF_OURS, WINS, WORDS, meaning
from nurture.domain.stages import STAGES

SALES = "policies/sales.yaml"


def check_crm(source: Source, root: Node, words: Words) -> Mapping[str, Plain]:
    """Empty where it has problems."""
    check = Checking(source, words)
    before = len(source.problems)
    document = read_table(check, root, FIELDS, "the policy of CRMs")
    return document if len(source.problems) == before else {}


def _crm(check: Checking, node: Node) -> Plain:
    return read_table(check, node, CRM, "a CRM")


def _fields(check: Checking, node: Node) -> Plain:
    if isinstance(node, Table):
        for key in node.keys.values():
            _known_field(check, key)
    return read_named(check, node, _field, "our fields, each with the name that the CRM has for it")


def _known_field(check: Checking, key: Scalar) -> None:
    of_leads = [name for name in check.words.dictionary.fields if name.startswith("lead.")]
    known = {*COLUMNS, *OF_OURS, *(name.removeprefix("lead.") for name in of_leads)}
    if key.text.removeprefix("lead.") not in known:
        text = f"there is no field `{key.text}` in policies/dictionary.yaml"
        check.report("unknown-field", key, text, suggestion(key.text, known, "Fields are"))


def _field(check: Checking, name: str, node: Node) -> Plain:
    if not isinstance(node, Table):
        return read_text(check, node)
    found = read_table(check, node, FIELD, f"the field `{name}`")
    if name == "stage" and isinstance(values := node.entries.get("values"), Table):
        for key in values.keys.values():
            if key.text not in STAGES:
                hint = suggestion(key.text, STAGES, "Stages are")
                check.report("unknown-stage", key, f"there is no stage `{key.text}`", hint)
    return found


def _values(check: Checking, node: Node) -> Plain:
    return read_named(
        check, node, lambda checking, _name, value: read_text(checking, value), "our values with theirs"
    )


def _answers(check: Checking, node: Node) -> Plain:
    return read_named(check, node, _answers_of, "fields of the CRM, each with its values")


def _answers_of(check: Checking, _name: str, node: Node) -> Plain:
    return read_named(
        check, node, lambda checking, _value, said: _meaning(checking, said), "values and what they mean"
    )


def _meaning(check: Checking, node: Node) -> str | None:
    said = read_text(check, node)
    if said is None:
        return None
    found = meaning(said)
    if found.word not in WORDS:
        check.wrong(node, f"one of {', '.join(WORDS)}; after `rejected` a reason may stand")
        return None
    if found.reason is not None:
        _reason_exists(check, node, found.reason)
    return said


def _reason(check: Checking, node: Node) -> str | None:
    said = read_text(check, node)
    return said if said is None or _reason_exists(check, node, said) else None


def _reason_exists(check: Checking, node: Node, reason: str) -> bool:
    if reason in check.words.reasons:
        return True
    text = f"there is no reason `{reason}` in {SALES}"
    hint = suggestion(reason, check.words.reasons, "Reasons are")
    check.report("unknown-reason", node, text, hint)
    return False


def _why(check: Checking, node: Node) -> Plain:
    return read_table(check, node, WHY, "where the reason of a rejection is said")


def _reasons(check: Checking, node: Node) -> Plain:
    return read_named(
        check, node, lambda checking, _value, said: _reason(checking, said), "values and our reasons"
    )


def _machines(check: Checking, node: Node) -> Plain:
    if not isinstance(node, Rows | Scalar):
        check.wrong(node, "a list of users of the CRM who are programs")
        return None
    return [said for one in items(node) if (said := read_text(check, one))]


FIELDS: Mapping[str, Field] = {name: Field(_crm) for name in KINDS}
CRM: Mapping[str, Field] = {
    "kind": Field(lambda check, node: read_word(check, node, ("lead", "contact"))),
    "fields": Field(_fields, required=True),
    "answers": Field(_answers),
    "why": Field(_why),
    "task_done": Field(_meaning),
    "no_mail": Field(_values),
    "machines": Field(_machines),
}
FIELD: Mapping[str, Field] = {
    "as": Field(read_text, required=True),
    "wins": Field(lambda check, node: read_word(check, node, tuple(WINS))),
    "values": Field(_values),
}
WHY: Mapping[str, Field] = {
    "field": Field(read_text),
    "values": Field(_reasons),
    "otherwise": Field(_reason),
}
