"""The whole page that ``nurture explain`` prints."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nurture.authoring.explaining.heads import ELSEWHERE, HEADINGS, HEADS, MAILS, OUT
from nurture.authoring.explaining.sending import told_sending
from nurture.authoring.explaining.steps import Told, told_step
from nurture.authoring.explaining.tell import Tell
from nurture.authoring.explaining.values import plainly, quoted
from nurture.authoring.graph import finishes
from nurture.domain.campaign import Campaign
from nurture.domain.chance import HOLDOUT
from nurture.domain.outcomes import FINISHED, NOT_AUDIENCE
from nurture.domain.steps.step import Doc, Step

COLUMNS = 80
ALWAYS = "Whoever unsubscribes, complains, bounces{}"
OTHER = "Also"

Block = tuple[str, Sequence[Told]]
"""A heading and what stands below it."""


def explain(tell: Tell, company: Doc) -> str:
    """``company``: the ``sending`` of the dictionary's document."""
    campaign = tell.campaign
    tell = replace(tell, numbers=_numbers(campaign))
    blocks = [*_heads(tell, company), *_ways(tell), ("How it can end", [Told(_endings(campaign))])]
    title = campaign.name if campaign.title == campaign.name else f"{campaign.name}: {campaign.title}"
    return "\n".join([title, *(line for block in blocks for line in _block(*block))])


def outcomes(campaign: Campaign) -> list[str]:
    """All that it can end as: by its own steps and conditions first, then what holds everywhere."""
    found = [outcome for step in campaign.steps.values() for outcome in step.outcomes]
    found += [leave.outcome for leave in campaign.leave]
    found += [NOT_AUDIENCE] if campaign.audience else []
    found += [HOLDOUT] if campaign.holdout else []
    found += [FINISHED] if finishes(campaign) else []
    return list(dict.fromkeys(found))


def _numbers(campaign: Campaign) -> dict[str, int]:
    """Of the steps that are not in arms, through the whole page."""
    blocks = (campaign.main, *campaign.sections.values())
    return {name: at for at, name in enumerate((step.name for block in blocks for step in block), 1)}


def _heads(tell: Tell, company: Doc) -> Iterator[Block]:
    found: dict[str, list[Told]] = {heading: [] for heading in (*HEADINGS, OTHER)}
    document = {"enrol": {}, **tell.campaign.document}
    for key, (heading, say) in HEADS.items():
        if key in document:
            found[heading] += say(tell, document[key])
    for key, value in document.items():
        if key not in HEADS and key not in ELSEWHERE:
            found[OTHER].append(Told(f"{key}: {plainly(value)}"))
    last = " or is erased" if tell.campaign.customers_stay else ", is erased or becomes a customer"
    found[OUT].append(Told(f"{ALWAYS.format(last)}; the journey ends under that name"))
    found[MAILS][:0] = [Told(text) for text in told_sending(tell, document.get("sending", {}), company)]
    yield from ((heading, lines) for heading, lines in found.items() if lines)


def _ways(tell: Tell) -> Iterator[Block]:
    def block(steps: Sequence[Step]) -> list[Told]:
        return [told_step(tell, step, f"{tell.numbers[step.name]}.") for step in steps]

    yield "The way", block(tell.campaign.main)
    for name, steps in tell.campaign.sections.items():
        aim = tell.campaign.aims.get(name)
        yield f"Section {quoted(name)}{f': {aim}' if aim else ''}", block(steps)


def _endings(campaign: Campaign) -> str:
    return ", ".join(
        f"{outcome} (a goal)" if outcome in campaign.goal else outcome for outcome in outcomes(campaign)
    )


def _block(heading: str, lines: Sequence[Told]) -> Iterator[str]:
    yield ""
    yield heading
    for told in lines:
        yield from _lines(told, 2)


def _lines(told: Told, indent: int) -> Iterator[str]:
    mark = f"{told.mark:>3} " if told.mark.endswith(".") else f"{told.mark} ".lstrip()
    start = " " * indent + mark
    # A mark of its own, or the word before a colon, is not torn from what belongs to it.
    yield from textwrap.wrap(
        told.text,
        COLUMNS,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_on_hyphens=False,
        break_long_words=False,
    )
    for below in told.below:
        yield from _lines(below, len(start))
