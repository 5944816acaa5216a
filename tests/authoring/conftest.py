"""A small content directory that is fine, to be spoiled one file at a time."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tests.authoring.broken import GOOD

Make = Callable[[dict[str, str]], Path]


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Writes the good files with others put over them, and goes there."""

    def make(over: dict[str, str]) -> Path:
        for name, text in {**GOOD, **over}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(dedent(text).encode(errors="surrogateescape"))
        return Path()

    monkeypatch.chdir(tmp_path)
    return make
