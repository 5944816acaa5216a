"""The messages that campaigns send: they exist, can be read, and use only words that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.problems import Problem
from nurture.delivery.source import MessageSource, SourceError, message_names, read_message
from nurture.delivery.source_check import check_source
from nurture.domain.dictionary import Dictionary
from nurture.domain.steps.send import Send

OF_EVERY_LEAD = frozenset({"lead.email"})
"""A column of its own, so that the dictionary need not declare it."""
MARKETING = "marketing"


def read_messages(
    templates: Path, campaigns: Iterable[CampaignFile], dictionary: Dictionary, problems: list[Problem]
) -> dict[str, MessageSource]:
    """The messages that can be read; what is wrong with any goes to ``problems``."""
    kinds = _kinds(campaigns)
    known = set(dictionary.fields) | OF_EVERY_LEAD
    found: dict[str, MessageSource] = {}
    there = message_names(templates)
    for name, kind in kinds.items():
        if name not in there:  # the campaign that sends it says so
            continue
        try:
            found[name] = read_message(templates, name)
        except SourceError as error:
            text = error.message.removeprefix(f"{error.file}:{error.line}: ")
            problems.append(_problem(templates, error.file, error.line, 1, text, error.hint))
            continue
        problems += [
            _problem(templates, wrong.file, wrong.line, wrong.column, wrong.text, wrong.hint)
            for wrong in check_source(found[name], known, marketing=kind == MARKETING)
        ]
    return found


def _kinds(campaigns: Iterable[CampaignFile]) -> Mapping[str, str]:
    """Message -> ``marketing`` if any step sends it so."""
    kinds: dict[str, str] = {}
    for file in campaigns:
        for step in file.campaign.steps.values() if file.campaign else ():
            for name in step.messages() if isinstance(step, Send) else ():
                assert isinstance(step, Send)
                kinds[name] = MARKETING if kinds.get(name) == MARKETING else step.kind
    return kinds


def _problem(templates: Path, file: str, line: int, column: int, text: str, hint: str) -> Problem:
    path = templates / file
    excerpt = ""
    if path.is_file():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
    said = text[:1].lower() + text[1:].rstrip(".")
    return Problem(str(path), line, column, "message", said, hint, excerpt)
