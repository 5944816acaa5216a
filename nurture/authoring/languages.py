"""Files that look like another language of a message, and that nobody will ever read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError

from nurture.authoring.problems import Problem
from nurture.delivery.blocks import BLOCKS
from nurture.delivery.source import LANGUAGE, LAYOUTS, SMS

ENDS = (SMS, ".md", ".mjml", ".html", ".txt")
FOLDERS = ("", LAYOUTS, BLOCKS)
HINT = "Name it by the code of the language, as in `{name}.de`, or `{name}.pt-BR`."


def stray_languages(templates: Path) -> Iterator[Problem]:
    for folder in FOLDERS:
        at = templates / folder
        stems = {path: _stem(path) for path in sorted(at.iterdir())} if at.is_dir() else {}
        there = set(stems.values())
        for path, stem in stems.items():
            name, dot, language = stem.partition(".")
            if dot and name in there and not _is_language(language):
                text = f"`{language}` is no language, so that nobody gets this text"
                hint = HINT.format(name=name)
                yield Problem(str(path), 1 if path.is_file() else 0, 1, "language", text, hint, _first(path))


def _stem(path: Path) -> str:
    end = next((end for end in ENDS if path.name.endswith(end)), "")
    return path.name.removesuffix(end) if end or path.is_dir() else ""


def _is_language(word: str) -> bool:
    """That there is: a lead's ``de`` never fits ``ger``."""
    if not LANGUAGE.fullmatch(word):
        return False
    try:
        return bool(Locale.parse(word, sep="-"))
    except (UnknownLocaleError, ValueError):
        return False


def _first(path: Path) -> str:
    if not path.is_file():
        return ""
    return path.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
