"""Messages that cannot be made for a lead of whom a field is empty, on a way that does not ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.checking import Checking, Words
from nurture.authoring.problems import Problem
from nurture.authoring.proofs.filled import Filled
from nurture.authoring.proofs.known import Flow
from nurture.authoring.source import Source
from nurture.conditions.logic.formula import Formula, Is
from nurture.conditions.logic.proving import Proving
from nurture.delivery.looks import SAMPLE
from nurture.delivery.moments import MUST
from nurture.delivery.render import RenderError, attempt
from nurture.delivery.source import MessageSource
from nurture.delivery.titles import sources_of
from nurture.domain.campaign import Campaign
from nurture.domain.steps.send import Send

SAMPLES: Mapping[str, Any] = {"text": SAMPLE, "number": 3, "yes/no": False, "date": "2026-03-02"}
POSTAL = "4217 Sample Street"
EVERYBODY = ("lead.email",)
AS_A_DATE = re.compile(r"\s*\|\s*(?:day|when)\b")
"""These print nothing for an empty field."""


def empty_fields(
    templates: Path, file: CampaignFile, sources: Mapping[str, MessageSource], words: Words
) -> Iterator[Problem]:
    campaign = file.campaign
    if campaign is None:
        return
    proving = Proving(words.conditions, {})
    check = Checking(Source(file.path), words, places=dict(file.positions))
    flow = Flow(check, campaign, proving)
    known = flow.known()
    told: set[tuple[str, str]] = set()
    for step in campaign.steps.values():
        if not isinstance(step, Send) or step.name not in known:
            continue
        so = [claim.formula for claim in known[step.name]] + _own(campaign, step, proving)
        for message, source in (one for found in sources_of(step, sources) for one in _spoken(*found)):
            error = _unfilled(source, words.dictionary.fields, flow, step, so)
            if error and (message, error.name) not in told:
                told.add((message, error.name))
                yield _problem(templates, step, error, words.dictionary.fields[error.name])


def _unfilled(
    source: MessageSource, fields: Mapping[str, str], flow: Flow, step: Send, so: list[Formula]
) -> RenderError | None:
    """What cannot be shown, although the door and the way to the step asked for whatever they asked for."""
    while error := _fails(source, fields, flow.proving, so):
        filled = Filled(flow, frozenset({error.name})).known()
        if error.name not in filled.get(step.name, ()):
            return error
        so = [*so, Is(("known", error.name), True)]
    return None


def _spoken(message: str, source: MessageSource) -> Iterator[tuple[str, MessageSource]]:
    """In all its languages."""
    yield from ((message if one is source else one.name, one) for one in source.versions())


def _own(campaign: Campaign, step: Send, proving: Proving) -> list[Formula]:
    unless = [proving.fails(step.unless)] if step.unless else []
    return [proving.holds(step.if_), proving.holds(campaign.audience), *unless]


def _fails(
    source: MessageSource, fields: Mapping[str, str], proving: Proving, so: list[Formula]
) -> RenderError | None:
    context: dict[str, Any] = {name.split(".")[0]: {} for name in (*fields, "lead.email", "account.name")}
    for name, kind in fields.items():
        owner, _, own = name.partition(".")
        if own in source.body + source.subject and _filled(name, kind, proving, so):
            context[owner][own] = SAMPLES.get(kind, "Sample")
    context["lead"].setdefault("email", "ana@example.org")
    try:
        attempt(source, {**context, **AROUND, MUST: True})
    except RenderError as error:
        return error if error.name in fields and error.name not in EVERYBODY else None
    return None


def _filled(name: str, kind: str, proving: Proving, so: list[Formula]) -> bool:
    """Whether nobody comes this way of whom it is empty."""
    return kind == "yes/no" or not proving.possible([*so, Is(("known", name), False)])


def _problem(templates: Path, step: Send, error: RenderError, kind: str) -> Problem:
    path = templates / error.file
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else []
    line = lines[error.template_line - 1] if 0 < error.template_line <= len(lines) else ""
    column = max(line.find(error.name), 0) + 1
    written = AS_A_DATE.match(line, column - 1 + len(error.name))
    follows = "there is nothing in its place" if written else "that journey would wait for a person"
    text = f"`{error.name}` may be empty when `{step.name}` is sent: {follows}"
    instead = "0" if kind == "number" else '"..."'
    shown = f"{error.name}{written[0] if written else ''}|default({instead})"
    hint = f"Write {{{{ {shown} }}}}, or send it only `if: known({error.name})`."
    return Problem(str(path), error.template_line, column, "empty-field", text, hint, line, len(error.name))


AROUND: Mapping[str, Any] = {
    "sender": {"name": "Sample", "address": "hello@example.org"},
    "owner": {"name": "Sample", "address": "ana@example.org", "booking": "https://example.org/talk"},
    "company": {"name": "Sample", "address": POSTAL},
    "unsubscribe_url": "https://example.org/leave",
    "preferences_url": "https://example.org/choose",
    "answers": [],
    "codes": {},
}
