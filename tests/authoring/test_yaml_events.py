"""Files are read in C, with the same result as by the careful reader, to the column."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from nurture.authoring import yaml_events
from nurture.authoring.reader import read_yaml

SIGNS = list("\tabc :-#'\"{}[],&*!%@`?\n\n  ~=é😀\\/0.")
MADE = 400


def tree(data: bytes) -> tuple[object, ...]:
    source, root = read_yaml("file.yaml", data)
    return root, [(one.rule, one.line, one.column, one.text) for one in source.problems]


def test_libyaml_is_there() -> None:
    assert yaml_events.FAST is not None


def test_shipped_files_and_broken_ones_read_alike(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = sorted(path for name in ("campaigns", "policies") for path in (checkout / name).glob("*.yaml"))
    texts = [path.read_text(encoding="utf-8") for path in shipped]
    assert len(texts) > 20
    files = [text.encode() for text in [*texts, *broken(texts)]]
    fast = [tree(file) for file in files]
    assert sum(root is None for root, _ in fast) > MADE / 4
    monkeypatch.setattr(yaml_events, "FAST", None)
    for file, found in zip(files, fast, strict=True):
        assert tree(file) == found, file


def broken(texts: list[str]) -> list[str]:
    """A few lines of a file, with a sign put into them or something taken out."""
    random = Random(1)
    found = []
    for _ in range(MADE):
        lines = random.choice(texts).splitlines(keepends=True)
        start = random.randrange(len(lines))
        text = "".join(lines[start : start + 5])
        at = random.randrange(len(text) + 1)
        found.append(text[:at] + random.choice(SIGNS) + text[at + random.randrange(3) :])
    return found
