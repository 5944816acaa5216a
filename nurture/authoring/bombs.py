"""Messages that would take a worker's time or memory: tried in a child process before they are made here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nurture.authoring.mail_looks import sample
from nurture.authoring.problems import Problem
from nurture.delivery.render import RenderError, attempt
from nurture.delivery.source import MessageSource
from nurture.delivery.trial import Bomb, bombs, heavy
from nurture.domain.dictionary import Dictionary

HINT = "Lists, powers and loops inside loops grow with each other: write less of it, or the words themselves."
COMPUTES = re.compile(r"\{[{%][^}]*[|+*/%\"'-]|\{\{[^}]*__")
"""What only fills in values is made by whoever looks for empty ones."""
OTHERS: Mapping[str, Any] = {"text": "Another 12", "number": 7, "yes/no": True, "date": "2027-11-30"}
WRITE = "It can be made for nobody. What can be written is told in docs/templates.md."
MADE: set[str] = set()
"""Hashes of texts that were made for somebody."""
HARMLESS: set[str] = set()
"""Hashes of texts that were tried: many ask for the same in one process."""


def without_bombs(
    templates: Path, messages: Mapping[str, MessageSource], dictionary: Dictionary, problems: list[Problem]
) -> dict[str, MessageSource]:
    """The messages that may be made; what is wrong with the others goes to ``problems``. Only those that
    compute anything need the child, and most do not."""
    texts = {
        one.sha256: (name, one)
        for name, message in messages.items()
        for one in message.versions()
        if one.sha256 not in HARMLESS and heavy(one)
    }
    bad: set[str] = set()
    for number, bomb in bombs([one for _, one in texts.values()], sample(dictionary)) if texts else ():
        bad.add(list(texts)[number])
        problems.append(_problem(templates, bomb))
    HARMLESS.update(texts.keys() - bad)
    names = {name for digest, (name, _) in texts.items() if digest in bad}
    safe = {name: one for name, one in messages.items() if name not in names}
    told = {problem.file for problem in problems}
    broken = [one for one in _never_made(safe.values(), dictionary) if str(templates / one.file) not in told]
    problems += [_problem(templates, one, WRITE) for one in broken]
    return safe


def _never_made(messages: Iterable[MessageSource], dictionary: Dictionary) -> Iterator[Bomb]:
    """Texts that fail for one lead as for another, of whom everything is known."""
    leads = sample(dictionary), sample(dictionary, OTHERS)
    for one in (one for message in messages for one in message.versions()):
        digest = one.sha256
        if digest in MADE or not COMPUTES.search(_texts(one)):
            continue
        failures = [error for error in (_failure(one, lead) for lead in leads) if error]
        if len(failures) < len(leads):
            MADE.add(digest)
        elif not failures[0].name and "[" not in _line(one, failures[0]):
            yield Bomb(failures[0].file, failures[0].template_line, failures[0].message.rstrip("."))


def _line(source: MessageSource, error: RenderError) -> str:
    """Empty: it stands in another file than the body."""
    place, lines = source.place("body"), source.body.split("\n")
    at = error.template_line - place.line
    return lines[at] if error.file == place.file and 0 <= at < len(lines) else ""


def _failure(source: MessageSource, context: dict[str, Any]) -> RenderError | None:
    try:
        attempt(source, context)
    except RenderError as error:
        return error
    return None


def _texts(source: MessageSource) -> str:
    return "".join((source.subject, source.preheader, source.body, source.text or "", source.layout))


def _problem(templates: Path, bomb: Bomb, hint: str = HINT) -> Problem:
    path = templates / bomb.file
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else []
    line = lines[bomb.line - 1] if 0 < bomb.line <= len(lines) else ""
    said = bomb.text[:1].lower() + bomb.text[1:]
    return Problem(str(path), bomb.line, 1, "message", said, hint, line)
