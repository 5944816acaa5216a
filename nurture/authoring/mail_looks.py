"""How the mails of a campaign look: pictures, headings, contrast, size. Advice, never an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.empty_fields import AROUND, POSTAL, SAMPLES
from nurture.authoring.messages import MARKETING
from nurture.authoring.problems import Problem
from nurture.delivery.look_check import looks
from nurture.delivery.looks import Look
from nurture.delivery.mjml_source import MJML
from nurture.delivery.render import INLINER, RenderError, unstyled
from nurture.delivery.source import MessageSource
from nurture.domain.dictionary import Dictionary
from nurture.domain.steps.send import SMS, Send

KEPT = 1024
ANSWERS = [{"name": "yes", "label": "Yes, gladly", "url": "https://example.org/a"}]


def look_problems(
    templates: Path, file: CampaignFile, sources: Mapping[str, MessageSource], dictionary: Dictionary
) -> Iterator[Problem]:
    told: set[tuple[str, str]] = set()
    for step in file.campaign.steps.values() if file.campaign else ():
        if not isinstance(step, Send) or step.via == SMS:
            continue
        address = POSTAL if step.kind == MARKETING else ""
        for name in step.messages():
            new = name in sources and (name, step.kind) not in told
            for source in sources[name].versions() if new else ():
                yield from (_problem(templates, source, look) for look in _looks(source, dictionary, address))
            told.add((name, step.kind))


def _looks(source: MessageSource, dictionary: Dictionary, address: str) -> tuple[Look, ...]:
    """Looked at once for a text: many ask for the same in one process."""
    codes = dict.fromkeys(source.pools, "SAMPLE")
    return _looked(source.sha256, address, Known(source, {**sample(dictionary), "codes": codes}))


class Known:
    """Equal to every other one: what is kept goes by the hash beside it."""

    def __init__(self, source: MessageSource, context: dict[str, Any]) -> None:
        self.source, self.context = source, context

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known)

    def __hash__(self) -> int:
        return 0


@lru_cache(KEPT)
def _looked(_digest: str, address: str, known: Known) -> tuple[Look, ...]:
    try:
        html = unstyled(known.source, known.context)
    except RenderError:  # the other checks say why
        return ()
    return tuple(looks(html, INLINER.inline(html), address))


def sample(dictionary: Dictionary, values: Mapping[str, Any] = SAMPLES) -> dict[str, Any]:
    """Somebody of whom everything is known; ``values``: by the type of the field."""
    context: dict[str, Any] = {"lead": {"email": "ana@example.org"}, "account": {"name": "Sample"}}
    for name, kind in dictionary.fields.items():
        owner, _, own = name.partition(".")
        context.setdefault(owner, {})[own] = values.get(kind, "Sample")
    return {**context, **AROUND, "answers": ANSWERS}


def _problem(templates: Path, source: MessageSource, look: Look) -> Problem:
    """Where the words stand; the top of the body where they are made."""
    if (drawn := templates / source.place("body").file).suffix == MJML:
        return _in_mjml(drawn, look)
    for part in ("body", "layout"):
        place, lines = source.place(part), getattr(source, part).split("\n")
        at = next((n for n, line in enumerate(lines) if look.needle and look.needle in line), None)
        if at is not None:
            column = lines[at].find(look.needle) + 1
            place = place.at(at + 1)
            path = str(templates / place.file)
            width = len(look.needle)
            return Problem(path, place.line, column, look.rule, look.text, look.hint, lines[at], width)
    place = source.place("body")
    first = source.body.split("\n")[0]
    return Problem(str(templates / place.file), place.line, 1, look.rule, look.text, look.hint, first)


def _in_mjml(path: Path, look: Look) -> Problem:
    """In the file: what is checked was made of it, and has no lines of its own."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    at = next((n for n, line in enumerate(lines) if look.needle and look.needle in line), 0)
    column = max(lines[at].find(look.needle), 0) + 1
    return Problem(str(path), at + 1, column, look.rule, look.text, look.hint, lines[at], len(look.needle))
