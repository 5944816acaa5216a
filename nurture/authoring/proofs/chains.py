"""Campaigns that look as if one led to the other, and do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from pathlib import Path

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.nodes import Place
from nurture.authoring.problems import Problem
from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import Dictionary, Happening
from nurture.domain.durations import Duration
from nurture.domain.outcomes import outcomes
from nurture.domain.steps.do import Do
from nurture.domain.steps.step import Step
from nurture.domain.steps.wait import Wait

ENDED = "journey.ended"
A_DAY = Duration(1, "days").span()


def chain_problems(files: Mapping[str, CampaignFile], dictionary: Dictionary) -> Iterator[Problem]:
    loaded = {name: file.campaign for name, file in files.items() if file.campaign}
    for name, campaign in loaded.items():
        yield from _ends_like_another(files[name], campaign, loaded)
        for trigger in campaign.enrol.on:
            happening = dictionary.happenings.get(trigger.name)
            if happening and happening.event == ENDED:
                yield from _waits_in_vain(files[name], happening, loaded)
    for (one, first), (other, second) in permutations(loaded.items(), 2):
        yield from _side_by_side(files[other], one, first, second)
        if one < other:
            yield from _no_winner(files[other], first, second)


def _ends_like_another(
    file: CampaignFile, campaign: Campaign, others: Mapping[str, Campaign]
) -> Iterator[Problem]:
    led = {str(name) for step in campaign.steps.values() for name in _led_to(step)} | {campaign.name}
    for step in campaign.steps.values():
        for name in step.outcomes:
            if name in others and name not in led and step.verb == "end":
                text = f"this ends as `{name}`, and nobody goes on to the campaign `{name}` by that"
                hint = f"To let her in there, write `- do: go-on` with `enrol: {name}` above it."
                yield _problem(file, file.positions[step.name], text, hint)


def _no_winner(file: CampaignFile, first: Campaign, second: Campaign) -> Iterator[Problem]:
    """They exclude each other, begin with the same, and nothing says which of them goes first."""
    apart = first.name in second.never_with or second.name in first.never_with
    shared = set(first.enrol.on) & set(second.enrol.on)
    if apart and shared and first.priority == second.priority:
        text = f"this excludes `{first.name}` and begins with the same: `{first.name}` takes every lead"
        hint = f"`{first.name}` wins only by its name. Give one of the two a higher `priority:`."
        at = Place(_line_of(file, "never_with:" if first.name in second.never_with else "enrol:"), 1)
        yield _problem(file, at, text, hint, "no-winner")


def _led_to(step: Step) -> tuple[object, ...]:
    """The campaigns that a step lets the lead into."""
    found = step.actions.get("enrol", ()) if isinstance(step, Do) else ()
    return tuple(found) if isinstance(found, list) else (found,)


def _waits_in_vain(
    file: CampaignFile, happening: Happening, others: Mapping[str, Campaign]
) -> Iterator[Problem]:
    """It lets in on the end of another campaign, which never ends so."""
    name, outcome = happening.match.get("campaign"), happening.match.get("outcome")
    at = Place(_line_of(file, "on:"), 1)
    if name and "*" not in name and name not in others:
        text = f"`{happening.name}` waits for the end of the campaign `{name}`, which there is not"
        yield _problem(file, at, text, "Mend its `campaign:` in policies/dictionary.yaml.")
    elif name and name in others and outcome and "*" not in outcome and outcome not in outcomes(others[name]):
        text = f"`{happening.name}` waits until `{name}` ends as `{outcome}`, which it never does"
        known = ", ".join(sorted(outcomes(others[name])))
        yield _problem(file, at, text, f"It can end as: {known}.")


def _side_by_side(file: CampaignFile, one: str, first: Campaign, second: Campaign) -> Iterator[Problem]:
    """Both begin with the same happening, and the second waits first, as if it came after the other."""
    shared = set(first.enrol.on) & set(second.enrol.on)
    start = second.main[0]
    length = start.span.time if isinstance(start, Wait) else None
    apart = one in second.document.get("never_with", ()) or second.name in first.document.get(
        "never_with", ()
    )
    if shared and length and length.span() >= A_DAY and not apart:
        text = f"`{one}` begins with the same happening: the two run side by side, not one after the other"
        hint = f"Let `{one}` end with `- do: go-on` and `enrol: {second.name}`, or write `never_with:`."
        yield _problem(file, file.positions[start.name], text, hint)


def _problem(file: CampaignFile, at: Place, text: str, hint: str, rule: str = "chained") -> Problem:
    lines = Path(file.path).read_text(encoding="utf-8", errors="replace").split("\n")
    excerpt = lines[at.line - 1] if 0 < at.line <= len(lines) else ""
    return Problem(file.path, at.line, at.column, rule, text, hint, excerpt, at.width)


def _line_of(file: CampaignFile, word: str) -> int:
    lines = Path(file.path).read_text(encoding="utf-8", errors="replace").split("\n")
    return next((number for number, line in enumerate(lines, 1) if word in line), 1)
