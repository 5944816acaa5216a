"""No condition looks at what a lead did with a mail that cannot have come yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nurture.authoring.checking import Asked, Checking
from nurture.authoring.graph import Ways, conditional, ways
from nurture.authoring.source import address
from nurture.conditions.language import FUNCTIONS, Takes
from nurture.domain.campaign import Campaign
from nurture.domain.steps.step import Step
from nurture.domain.steps.wait import Wait

LOOKS = [
    name
    for name, function in FUNCTIONS.items()
    if any(takes and takes[0] in (Takes.SEND, Takes.SURVEY) for takes in function.takes)
]
LOOK = re.compile(rf"\b({'|'.join(LOOKS)})\s*\(\s*[\"']([a-z0-9-]+)[\"']")
AT_ONCE = ("sent",)
"""What is so as soon as the step is behind."""
ANYWHERE = ("leave", "rule", "measure")
UNTIL = "until"

State = Mapping[str, frozenset[str]]
"""Send -> what may have become of it when a step begins: ``earlier`` means with a rest between."""
NEVER, JUST, EARLIER = "never", "just", "earlier"


def check_looks(check: Checking, campaign: Campaign) -> None:
    there = ways(campaign)
    states = _states(campaign, there)
    for asked in check.asked:
        if asked.key in ANYWHERE or asked.step in there.rules:
            continue
        for look in LOOK.finditer(asked.line.text):
            if asked.step in states and look[2] in campaign.steps:
                _judge(check, asked, look, states[asked.step].get(look[2], frozenset([NEVER])))


def _judge(check: Checking, asked: Asked, look: re.Match[str], state: frozenset[str]) -> None:
    what, send = look[1], look[2]
    place = address(asked.line, check.source, look.start())
    if state == {NEVER}:
        check.report("never-sent", place, f"`{send}` cannot have been sent when this is asked",
                     "Ask after its `send`, or about another message.")  # fmt: skip
    elif EARLIER not in state and what not in AT_ONCE and asked.key != UNTIL:
        check.report("no-wait", place, f"nobody can have {what} `{send}` yet: no wait lies between",
                     "Put a `wait` between the `send` and this line.")  # fmt: skip


def _states(campaign: Campaign, there: Ways) -> dict[str, State]:
    """A fixed point over all ways: what may have become of each send before each step."""
    sends = [name for name, step in campaign.steps.items() if step.effect == "send_message"]
    unsent = {name: frozenset([NEVER]) for name in sends}
    anything = {name: frozenset([NEVER, JUST, EARLIER]) for name in sends}
    states: dict[str, State] = {there.starts[0]: unsent, **dict.fromkeys(there.starts[1:], anything)}
    todo = list(states)
    while todo:
        name = todo.pop()
        for to, state in _after(campaign.steps[name], states[name], there.next[name]):
            merged = _merged(states.get(to), state)
            if merged != states.get(to):
                states[to] = merged
                todo.append(to)
    return states


def _after(step: Step, state: State, following: tuple[str, ...]) -> Iterator[tuple[str, State]]:
    done = dict(state)
    if step.effect == "send_message":
        done[step.name] = frozenset([JUST])
    elif step.takes_time or isinstance(step, Wait):
        done = {name: frozenset(EARLIER if one == JUST else one for one in of) for name, of in state.items()}
    if conditional(step):
        done = dict(_merged(state, done))
    for to in following:
        yield to, done


def _merged(first: State | None, second: State) -> State:
    if first is None:
        return second
    return {name: first.get(name, frozenset()) | of for name, of in second.items()}
