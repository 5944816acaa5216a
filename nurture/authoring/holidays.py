"""Business days and holidays that are not what they seem: none is written down, or none is anybody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.conditions import step_docs
from nurture.authoring.nodes import Place
from nurture.authoring.problems import Problem
from nurture.domain.calendars import COUNTRIES

RULE = "no-holidays"
COUNTED = ("wait", "due", "within")
"""Keys of steps that may count business days."""
BUSINESS = re.compile(r"\bbusiness (?:day|hour)|\d\s*b[dh]\b")


def holiday_problems(
    path: Path, calendars: Mapping[str, Any], campaigns: Iterable[CampaignFile], fields: Iterable[str]
) -> Iterator[Problem]:
    """``path``: of the calendars. ``fields``: that are declared."""
    countries = calendars.get("countries", {})
    if not calendars.get("holidays") and not any(own.get("holidays") for own in countries.values()):
        yield from _none_written(campaigns)
    elif countries and not calendars.get("country") and set(COUNTRIES).isdisjoint(fields):
        line = next(n for n, text in enumerate(_lines(path), 1) if text.startswith("countries:"))
        text = "nobody's country is known, so that the holidays of no country count"
        hint = "Write `country: DE` above it, or declare `lead.country: text` in policies/dictionary.yaml."
        yield _problem(str(path), Place(line, 1, len("countries")), text, hint)


def _none_written(campaigns: Iterable[CampaignFile]) -> Iterator[Problem]:
    """The first of them is enough."""
    counting = ((file, step) for file in campaigns for step in _counting(file) if step in file.positions)
    for file, step in counting:
        text = "business days are Monday to Friday here, holidays too: none is written down"
        hint = "Write policies/calendars.yaml, such as `holidays: {12-25: Christmas Day, 01-01: New Year}`."
        yield _problem(file.path, file.positions[step], text, hint)
        return


def _counting(file: CampaignFile) -> Iterator[str]:
    if file.campaign is None:
        return
    said = [doc for doc in step_docs(file.document) if any(BUSINESS.search(str(doc.get(k))) for k in COUNTED)]
    yield from (step.name for step in file.campaign.steps.values() if any(step.doc is doc for doc in said))


def _problem(file: str, at: Place, text: str, hint: str) -> Problem:
    line = _lines(Path(file))[at.line - 1]
    return Problem(file, at.line, at.column, RULE, text, hint, line, at.width)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig", errors="replace").split("\n")
