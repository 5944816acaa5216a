"""Messages that would take a worker's time or memory: tried in a child process before they are made here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nurture.authoring.mail_looks import sample
from nurture.authoring.problems import Problem
from nurture.delivery.source import MessageSource
from nurture.delivery.trial import Bomb, bombs, heavy
from nurture.domain.dictionary import Dictionary

HINT = "Lists, powers and loops inside loops grow with each other: write less of it, or the words themselves."
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
    if not texts:
        return dict(messages)
    bad: set[str] = set()
    for number, bomb in bombs([one for _, one in texts.values()], sample(dictionary)):
        bad.add(list(texts)[number])
        problems.append(_problem(templates, bomb))
    HARMLESS.update(texts.keys() - bad)
    names = {name for digest, (name, _) in texts.items() if digest in bad}
    return {name: one for name, one in messages.items() if name not in names}


def _problem(templates: Path, bomb: Bomb) -> Problem:
    path = templates / bomb.file
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else []
    line = lines[bomb.line - 1] if 0 < bomb.line <= len(lines) else ""
    said = bomb.text[:1].lower() + bomb.text[1:]
    return Problem(str(path), bomb.line, 1, "message", said, HINT, line)
