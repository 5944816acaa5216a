"""``policies/lifecycle.yaml``: which moves between stages are allowed, and who is ready for sales."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.checking import Asked, Checking, Field, Words, read_named, read_table
from nurture.authoring.conditions import report
from nurture.authoring.kinds import read_condition, read_duration, read_stage
from nurture.authoring.nodes import Node, Plain, Scalar, Table, items
from nurture.authoring.proofs.segments import check_entry
from nurture.authoring.source import Source, suggestion
from nurture.conditions import Steps
from nurture.domain.bant import ALSO, BANT, WORDS
from nurture.domain.conditions import Condition
from nurture.domain.dictionary import Dictionary
from nurture.domain.lifecycle import READY
from nurture.domain.stages import STAGES

FIRST = ("subscriber", "lead")
"""Where leads begin: nobody need come to them from another stage."""
WHEN = "when"


def check_lifecycle(source: Source, root: Node, dictionary: Dictionary) -> Mapping[str, Plain]:
    """Empty where it has problems."""
    check = Checking(source, Words(dictionary))
    document = read_table(check, root, FIELDS, "the lifecycle policy")
    entries: dict[str, list[Asked]] = {}
    for asked in check.asked:
        kind = "stage" if asked.key == WHEN else "segment"
        problems = check.words.conditions.check(asked.line.text, Steps(), kind)
        for problem in problems:
            report(check, asked, problem)
        if asked.key == WHEN and not problems:
            entries.setdefault(asked.step or "", []).append(asked)
            _heard(check, asked)
    if not source.problems:
        for stage, lines in entries.items():
            check_entry(check, stage, lines)
    if "ready_when" in document and READY in dictionary.segments and isinstance(root, Table):
        text = f"the dictionary has a segment `{READY}` already, which `ready_when` would be"
        check.report("duplicate-name", root.keys["ready_when"], text, "Give the segment another name.")
    return {} if source.problems else document


def _heard(check: Checking, asked: Asked) -> None:
    """Leads are looked at when something happens to them."""
    if "time" not in check.words.conditions.reads(Condition((asked.line.text,))):
        return
    text = "this may become true by time alone, when nobody looks"
    hint = (
        "Give the stage before it `at_most:` and ask happened() of a happening of `stage.overdue`; of points "
        "that fade ask happened() of one of `score.crossed`."
    )
    check.report("condition", asked.line, text, hint)


def _stages(check: Checking, node: Node) -> Plain:
    if isinstance(node, Table):
        for name, key in node.keys.items():
            if name not in STAGES:
                hint = suggestion(name, STAGES, "Stages are")
                check.report("unknown-stage", key, f"there is no stage `{name}`", hint)
    return read_named(check, node, _stage, "stages, each with where leads may come from")


def _stage(check: Checking, name: str, node: Node) -> Plain:
    check.step = name
    found = read_table(check, node, STAGE, f"the stage `{name}`")
    check.step = None
    sources = found.get("from")
    if isinstance(node, Table) and not node.entries:
        check.report("missing-key", node, f"the stage `{name}` needs `from:`, `when:` or `at_most:`")
    if "when" in found and name == FIRST[0]:
        text = f"nobody comes to `{name}` by herself: by `when` a lead only goes on"
        check.report("keys-together", node, text, "Leave out `when:`.")
    if sources is not None and name in sources:
        check.report("keys-together", node, f"a lead cannot come to `{name}` from `{name}`", "Leave it out.")
    if sources == [] and name not in FIRST:
        check.wrong(node, f"at least one stage from which a lead comes to `{name}`")
    return found


def _sources(check: Checking, node: Node) -> Plain:
    return [stage for stage in (read_stage(check, one) for one in items(node)) if stage is not None]


def _says(check: Checking, _answer: str, node: Node) -> Plain:
    """What one answer says: ``{timing: this quarter, need: yes}``."""
    if not isinstance(node, Table) or not node.entries:
        check.wrong(node, f"what the answer says, of {', '.join((*BANT, *sorted(ALSO)))}")
        return {}
    found: dict[str, Plain] = {}
    for name, value in node.entries.items():
        if name not in (*BANT, *ALSO):
            known = ", ".join((*BANT, *sorted(ALSO)))
            check.report(
                "unknown-key", node.keys[name], f"an answer says nothing of `{name}`", f"Of: {known}."
            )
            continue
        text = value.text if isinstance(value, Scalar) else ""
        words = WORDS.get(f"lead.{name}")
        if not text or (words and text not in words):
            check.wrong(value, f"one of {', '.join(words)}" if words else "a text")
            continue
        found[name] = text
    return found


def _answers(check: Checking, node: Node) -> Plain:
    """Send -> answer -> what it says."""
    what = "answers with what they say"
    return read_named(
        check,
        node,
        lambda check, _step, below: read_named(check, below, _says, what),
        "sends with their answers",
    )


def _bant(check: Checking, node: Node) -> Plain:
    return read_table(check, node, TOLD, "`bant`")


TOLD: Mapping[str, Field] = {"answers": Field(_answers), "stale": Field(read_duration)}
STAGE: Mapping[str, Field] = {
    "from": Field(_sources),
    "when": Field(lambda check, node: read_condition(check, node, WHEN)),
    "at_most": Field(read_duration),
}
FIELDS: Mapping[str, Field] = {
    "stages": Field(_stages),
    "bant": Field(_bant),
    "ready_when": Field(lambda check, node: read_condition(check, node, "ready_when")),
}
