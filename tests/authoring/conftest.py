"""A small content directory that is fine, to be spoiled one file at a time."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tests.authoring.good import CAMPAIGN, GOOD, STORIES

Make = Callable[[dict[str, str]], Path]


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Writes the good files with others put over them, and goes there. Another campaign has no stories."""

    def make(over: dict[str, str]) -> Path:
        good = {name: text for name, text in GOOD.items() if name != STORIES or CAMPAIGN not in over}
        for name, text in {**good, **over}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(dedent(text).encode(errors="surrogateescape"))
        return Path()

    monkeypatch.chdir(tmp_path)
    return make
