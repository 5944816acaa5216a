"""Waits to a date that nothing fills in for sure: whoever has none would stop there."""

from __future__ import annotations

from nurture.authoring.checking import Checking
from nurture.authoring.nodes import Scalar
from nurture.authoring.proofs.filled import Filled
from nurture.authoring.proofs.known import Flow
from nurture.authoring.source import address
from nurture.conditions.logic.proving import Proving
from nurture.domain.campaign import Campaign
from nurture.domain.steps.wait import Wait


def check_empty_dates(check: Checking, campaign: Campaign, proving: Proving) -> None:
    waits = [step for step in campaign.steps.values() if isinstance(step, Wait) and step.span.anchor]
    if not waits:
        return
    told: set[str] = set()
    filled = Filled(Flow(check, campaign, proving), frozenset(map(_field, waits)))
    known = filled.known()
    for step in waits:
        field = _field(step)
        if field in told or step.name not in known or _of_the_record(campaign, field):
            continue
        if field not in known[step.name] and not filled.asked_at(step, field):
            told.add(field)
            _report(check, step, field)


def _field(step: Wait) -> str:
    assert step.span.anchor
    return step.span.anchor.field


def _of_the_record(campaign: Campaign, field: str) -> bool:
    """It came with the event that let the record in."""
    return campaign.record is not None and field.startswith(f"{campaign.record}.")


def _report(check: Checking, step: Wait, field: str) -> None:
    at = check.places[step.name]
    for name, node in check.elsewhere:
        if name == field and isinstance(node, Scalar) and node.at.line == at.line:
            at = address(node, check.source, node.text.find(field), len(field))
    text = f"nothing fills in `{field}` for sure: whoever has none stops here until a person fills it in"
    hint = (
        f"Write `if: known({field})` under `enrol:`, so that only who has it comes in, or at this wait.\n"
        f"Or fill it in before, such as `- do: note-day` with `set: {{{field}: today}}`."
    )
    check.report("empty-date", at, text, hint)
