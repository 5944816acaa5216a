"""A campaign file: its keys at the top, then the ways through its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nurture.authoring.blocks import MOST_STEPS, read_block
from nurture.authoring.checking import Checking, Field, Words, read_named, read_table, rows
from nurture.authoring.codes_block import read_codes
from nurture.authoring.conditions import check_conditions
from nurture.authoring.door import check_customers, check_door
from nurture.authoring.enrol_block import read_audience, read_enrol, read_for, read_never_with
from nurture.authoring.flow import check_flow
from nurture.authoring.kinds import read_condition, read_duration, read_name, read_text
from nurture.authoring.lateness import check_lateness
from nurture.authoring.links import Asked, links_asked
from nurture.authoring.living import check_moved, read_approve, read_moved
from nurture.authoring.looks import check_looks
from nurture.authoring.measuring import measures_in, read_holdout, read_measures
from nurture.authoring.nodes import Node, Place, Plain, Rows, Scalar, Table, items, plain
from nurture.authoring.permissions import read_topic
from nurture.authoring.proofs import check_proofs
from nurture.authoring.purposes import check_purposes
from nurture.authoring.record_fields import check_records
from nurture.authoring.senders import check_threads
from nurture.authoring.sending import read_campaign_sending
from nurture.authoring.silence import check_silence
from nurture.authoring.source import Source, suggestion
from nurture.domain.campaign import STAY, Campaign, load_campaign
from nurture.domain.outcomes import outcomes

RULE_VERBS = ("do", "go", "end")
AFTER = "after "
MOST_PRIORITY = 1000


@dataclass(frozen=True)
class CampaignFile:
    path: str
    document: Mapping[str, Plain]
    campaign: Campaign | None
    """None: the file has problems that keep it from being walked."""
    positions: Mapping[str, Place]
    """Step -> its verb in the file."""
    messages: Mapping[str, Place]
    """Message -> where it is asked for first."""
    code_files: Mapping[str, Node] = field(default_factory=dict)
    """File of codes -> where it is named."""
    links: tuple[Asked, ...] = ()
    """That conditions ask for."""


def check_campaign(source: Source, root: Node, words: Words) -> CampaignFile:
    check = Checking(source, words, sections=_sections_of(root), name=name_of(root))
    check.measures = measures_in(root)
    document = read_table(check, root, FIELDS, "a campaign")
    document |= {"aims": check.aims} if check.aims else {}
    campaign = _loaded(check, root, document)
    sound = check_conditions(check, document)
    check_door(check)
    check_records(check, document)
    if campaign is not None:
        assert isinstance(root, Table)
        check_customers(check, root, campaign)
        _check_goal(check, root, campaign)
        check_moved(check, root, campaign)
        check_flow(check, root, campaign)
        check_looks(check, campaign)
        check_lateness(check, root, campaign)
        check_purposes(check, campaign)
        check_silence(check, campaign)
        check_threads(check, campaign)
        if sound:
            check_proofs(check, campaign)
    _check_messages(check, campaign)
    messages = {name: node.at for name, node in check.messages.items()}
    return CampaignFile(
        source.file, document, campaign, check.places, messages, check.code_files, links_asked(check)
    )


def _loaded(check: Checking, root: Node, document: Mapping[str, Plain]) -> Campaign | None:
    if len(check.places) > MOST_STEPS:
        check.report("too-large", root, f"{len(check.places)} steps, more than {MOST_STEPS}",
                     "Split the campaign in two.")  # fmt: skip
        return None
    if not check.walkable or "campaign" not in document or not document.get("steps"):
        return None
    if any(not steps for steps in document.get("sections", {}).values()):
        return None
    if any(problem.rule == "duplicate-name" for problem in check.source.problems):
        return None
    return load_campaign(document)


def name_of(root: Node) -> str:
    name = root.entries.get("campaign") if isinstance(root, Table) else None
    return str(plain(name)) if name else ""


def _sections_of(root: Node) -> frozenset[str]:
    sections = root.entries.get("sections") if isinstance(root, Table) else None
    return frozenset(sections.entries) if isinstance(sections, Table) else frozenset()


def _steps(check: Checking, node: Node) -> Plain:
    if isinstance(node, Rows) and node.items:
        return read_block(check, node, check.step or check.name, arm=False)
    check.wrong(node, "at least one step", "Begin each with `- ` and its verb, such as `- send: welcome`.")
    check.walkable = False
    return None


def _section(check: Checking, name: str, node: Node) -> Plain:
    check.step = name
    aimed = isinstance(node, Table) and not SECTION.keys().isdisjoint(node.entries)
    found = _with_aim(check, name, node) if aimed else _steps(check, node)
    check.step = None
    return found


def _with_aim(check: Checking, name: str, node: Node) -> Plain:
    """A section that says what it is for: its steps stand one level deeper."""
    found = read_table(check, node, SECTION, "a section")
    if "aim" in found:
        check.aims[name] = found["aim"]
    check.walkable = check.walkable and "steps" in found
    return found.get("steps")


def _sections(check: Checking, node: Node) -> Plain:
    if isinstance(node, Table):
        for key in node.keys.values():
            read_name(check, key)
    return read_named(check, node, _section, "sections with their steps")


def _again(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and node.text == "never":
        return "never"
    if isinstance(node, Scalar) and node.text.startswith(AFTER):
        bare = Scalar(node.at, node.text[len(AFTER) :], node.text[len(AFTER) :], node.index)
        found = read_duration(check, bare)
        return f"{AFTER}{found}" if found else None
    check.wrong(node, "`never`, or `after` and a time, such as `after 180d`")
    return None


def _priority(check: Checking, node: Node) -> int | None:
    if isinstance(node, Scalar) and type(node.value) is int and abs(node.value) <= MOST_PRIORITY:
        return node.value
    check.wrong(node, f"a whole number from -{MOST_PRIORITY} to {MOST_PRIORITY}; the higher goes first")
    return None


def _customers(check: Checking, node: Node) -> str | None:
    if isinstance(node, Scalar) and node.text in ("leave", STAY):
        return node.text
    check.wrong(node, "`stay` or `leave`: what happens to whoever is a customer, or becomes one")
    return None


def _leave(check: Checking, node: Node) -> Plain:
    if isinstance(node, Rows):
        check.wrong(
            node, "outcomes with conditions", "Give each a name and no `- `: `customer: lead.customer`."
        )
        return None
    if isinstance(node, Table):
        for key in node.keys.values():
            read_name(check, key)
    return read_named(
        check,
        node,
        lambda check, _outcome, when: read_condition(check, when, "leave"),
        "outcomes with conditions",
    )


def _goal(check: Checking, node: Node) -> Plain:
    names = [read_name(check, item, "the name of an outcome") for item in items(node)]
    return [name for name in names if name] if isinstance(node, Rows) else names[0]


def _rules(check: Checking, node: Node) -> Plain:
    found = []
    for item in rows(check, node, "a list of rules, each with `rule`, `when` and `then`"):
        check.step = _rule_name(item)
        rule = read_table(check, item, RULE, "a rule")
        check.step = None
        if {"rule", "when", "then"} <= set(rule):
            found.append(rule)
        else:
            check.walkable = False
    return found


def _rule_name(item: Node) -> str:
    return str(plain(item.entries["rule"])) if isinstance(item, Table) and "rule" in item.entries else "rule"


def _own_rule_name(check: Checking, node: Node) -> str | None:
    name = read_name(check, node)
    if name is not None and name in check.rules:
        check.report("duplicate-name", node, f"a rule `{name}` stands above already")
    check.rules.add(name or "")
    return name


def _check_goal(check: Checking, root: Node, campaign: Campaign) -> None:
    assert isinstance(root, Table)
    known = outcomes(campaign)
    for item in items(root.entries["goal"]) if "goal" in root.entries else ():
        if isinstance(item, Scalar) and item.text not in known:
            hint = suggestion(item.text, known, "It can end as")
            if item.text in check.words.dictionary.happenings:
                hint = f'To end as it, write `leave:` with `{item.text}: happened("{item.text}")`.'
            check.report("unknown-outcome", item, f"the campaign never ends as `{item.text}`", hint)


def _check_messages(check: Checking, campaign: Campaign | None) -> None:
    """Messages that a step sends by its own name are asked for at its verb."""
    for step in campaign.steps.values() if campaign else ():
        for name in getattr(step, "messages", tuple)() if step.name not in check.unread else ():
            place = check.places[step.name]
            check.messages.setdefault(name, Scalar(place, name, name))
    for name, node in check.messages.items():
        if name not in check.words.messages:
            hint = suggestion(name, check.words.messages, "There are")
            check.report("unknown-message", node, f"there is no message `{name}` in templates/",
                         f"Write templates/{name}.md. {hint}")  # fmt: skip


SECTION: Mapping[str, Field] = {"aim": Field(read_text), "steps": Field(_steps, required=True)}
RULE: Mapping[str, Field] = {
    "rule": Field(_own_rule_name, required=True),
    "when": Field(lambda check, node: read_condition(check, node, "rule"), required=True),
    "then": Field(
        lambda check, node: read_block(check, node, check.step or "rule", arm=True, only=RULE_VERBS),
        required=True,
    ),
    "again": Field(_again),
}
FIELDS: Mapping[str, Field] = {
    "campaign": Field(lambda check, node: read_name(check, node, "the name of the campaign"), required=True),
    "title": Field(read_text),
    "priority": Field(_priority),
    "enrol": Field(read_enrol),
    "topic": Field(read_topic),
    "for": Field(read_for),
    "audience": Field(read_audience),
    "customers": Field(_customers),
    "never_with": Field(read_never_with),
    "leave": Field(_leave),
    "goal": Field(_goal),
    "measure": Field(read_measures),
    "holdout": Field(read_holdout),
    "codes": Field(read_codes),
    "rules": Field(_rules),
    "sending": Field(read_campaign_sending),
    "steps": Field(_steps, required=True),
    "sections": Field(_sections),
    "moved": Field(read_moved),
    "approve": Field(read_approve),
}
