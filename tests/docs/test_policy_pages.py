"""The examples of the pages about points and stages pass the check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from nurture.authoring.lifecycle_file import check_lifecycle
from nurture.authoring.problems import render
from nurture.authoring.reader import read_yaml
from nurture.domain.dictionary import Dictionary, Happening, load_dictionary
from nurture.domain.scoring.check import check_scoring

PAGES = sorted((Path(__file__).parents[2] / "docs" / "scoring").glob("*.md"))
MORE = {"lead.minutes_on_site": "number"}
STUCK = Happening("stuck", "stage.overdue", {"stage": "SQL"})


def blocks(path: Path) -> list[str]:
    return [part.split("```")[0] for part in path.read_text(encoding="utf-8").split("```yaml\n")[1:]]


@pytest.fixture(scope="module")
def words(checkout: Path) -> Dictionary:
    shipped = load_dictionary(YAML(typ="safe", pure=True).load(checkout / "policies" / "dictionary.yaml"))
    happenings = {**shipped.happenings, "stuck": STUCK}
    return replace(shipped, fields={**shipped.fields, **MORE}, happenings=happenings)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_about_points_shows_what_the_check_lets_pass(
    page: Path, words: Dictionary, checkout: Path
) -> None:
    yaml = YAML(typ="safe", pure=True)
    whole: dict[str, Any] = yaml.load(blocks(checkout / "docs" / "scoring.md")[0])
    assert blocks(page)
    for text in blocks(page):
        shown = yaml.load(text)
        doc = {**whole, **shown}
        doc["rules"] = {**whole["rules"], **shown.get("rules", {})}  # others name those of the whole
        assert [(one.path, one.text) for one in check_scoring(doc, words)] == []


def test_the_lifecycles_of_the_docs_pass(words: Dictionary, checkout: Path) -> None:
    found = [text for text in blocks(checkout / "docs" / "policies.md") if text.startswith("stages:\n")]
    assert len(found) == 2
    for text in found:
        source, root = read_yaml("lifecycle.yaml", text.encode())
        assert root is not None
        check_lifecycle(source, root, words)
        assert render(source.problems) == ""
