"""What a campaign asks for and nobody of a forecast ever brings: its branches stay empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nurture.authoring.simulation.behaviour import Behaviour
from nurture.authoring.simulation.people import Arrivals
from nurture.authoring.simulation.relevance import IDENTITY, conditions_of
from nurture.authoring.stories.examples import example_of
from nurture.authoring.stories.playing import Rules
from nurture.authoring.stories.words import TOUCHES
from nurture.conditions.expression import Call, Constant, walk
from nurture.conditions.program import Program
from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Condition
from nurture.domain.enrolment import FOLLOWING
from nurture.domain.steps.send import Send
from nurture.domain.webhooks import webhook_of

FIELD = "field:"
OURS = frozenset(
    {
        *FOLLOWING,
        "email.unsubscribed",
        "handoff.answered",
        "lead.created",
        "list.changed",
        "score.changed",
        "tag.changed",
        "task.answered",
    }
)
"""Events that the forecast makes by itself, as far as they happen in it."""


def unbrought(campaign: Campaign, rules: Rules, behaviour: Behaviour, arrivals: Arrivals) -> tuple[str, ...]:
    """Sentences that say what to add to the behaviour file."""
    asking = list(conditions_of(campaign, set()))
    return (
        *_happenings(campaign, rules, behaviour, asking),
        *_answers(campaign, behaviour),
        *_fields(campaign, rules, behaviour, arrivals, asking),
    )


def _happenings(
    campaign: Campaign, rules: Rules, behaviour: Behaviour, asking: Sequence[Condition]
) -> Iterator[str]:
    known, enrol = rules.dictionary.happenings, campaign.enrol
    names = {name for one in behaviour.temperaments for name, chance in one.happens.items() if chance}
    done = [(known[name].event, example_of(known[name])) for name in names if name in known]
    for name in _named(rules, asking):
        one = known.get(name)
        if one is None or one.event in _by_itself(behaviour) or any(one.matches(*event) for event in done):
            continue
        if not enrol.opened_by(one.event, one.match, known):
            yield f"nobody does `{name}`: add it under `happens:` of the behaviour file"


def _by_itself(behaviour: Behaviour) -> frozenset[str]:
    """Events that come of what people do with mails, of what sales answers, or of the campaign itself."""
    people = behaviour.temperaments
    return OURS.union(kind for word, kind in TOUCHES.items() if any(getattr(one, word) for one in people))


def _named(rules: Rules, asking: Sequence[Condition]) -> dict[str, None]:
    """First arguments of functions, in order."""
    found: dict[str, None] = {}
    for text in dict.fromkeys(line for condition in asking for line in condition.lines):
        program = rules.conditions.program(text)
        for node in walk(program.tree) if isinstance(program, Program) else ():
            if isinstance(node, Call) and node.args and isinstance(node.args[0], Constant):
                found[str(node.args[0].value)] = None
    return found


def _answers(campaign: Campaign, behaviour: Behaviour) -> Iterator[str]:
    if any(one.answers for one in behaviour.temperaments):
        return
    for name, step in campaign.steps.items():
        if isinstance(step, Send) and step.answers:
            yield f"nobody answers `{name}`: add `answers:` to somebody under `people:` of the behaviour file"


def _fields(
    campaign: Campaign, rules: Rules, behaviour: Behaviour, arrivals: Arrivals, asking: Sequence[Condition]
) -> Iterator[str]:
    known = rules.dictionary.fields
    brought = {name for lead in arrivals.leads or () for name in lead.fields}
    if arrivals.leads is None:
        brought |= set(behaviour.fields)
    brought |= {*IDENTITY, *_kept(campaign, rules)}
    tokens = dict.fromkeys(token for one in asking for token in sorted(rules.conditions.reads(one)))
    where = "the leads of the file" if arrivals.leads is not None else "`fields:` of the behaviour file"
    for token in tokens:
        name = token.removeprefix(FIELD)
        # An empty yes/no is no.
        if token.startswith(FIELD) and known.get(name, "yes/no") != "yes/no" and name not in brought:
            yield f"nobody has `{name}`: add it to {where}"


def _kept(campaign: Campaign, rules: Rules) -> Iterator[str]:
    """What steps of the campaign itself write."""
    steps = [*campaign.steps.values(), *(step for rule in campaign.rules for step in rule.then)]
    for step in steps:
        yield from step.doc.get("set", {})
        if "webhook" in step.doc:
            webhook = webhook_of(step.doc["webhook"], rules.dictionary.webhooks)
            yield from webhook.keep if webhook else ()
