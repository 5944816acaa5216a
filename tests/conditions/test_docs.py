"""Every function has its page in the docs, with uses and examples that the checker accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from nurture.conditions import Conditions, Steps
from nurture.conditions.language import FUNCTIONS, WORDS_SAY
from nurture.domain.dictionary import load_dictionary

STEPS = Steps(
    ["welcome", "guide", "checklist", "price-question", "your-interest"],
    {"your-interest": ["now", "soon", "never"]},
    ["inside-sales", "call-her"],
)

PAGES = (*FUNCTIONS, *WORDS_SAY)
"""Functions, and words that are a yes or a no."""


def page(checkout: Path, name: str) -> str:
    return (checkout / "docs" / "conditions" / f"{name}.md").read_text(encoding="utf-8")


def test_every_function_has_a_page_and_no_page_is_left_over(checkout: Path) -> None:
    there = {path.stem for path in (checkout / "docs" / "conditions").glob("*.md")}
    assert there == FUNCTIONS.keys() | WORDS_SAY.keys()


def test_the_overview_leads_to_every_page(checkout: Path) -> None:
    overview = (checkout / "docs" / "conditions.md").read_text(encoding="utf-8")
    assert [name for name in PAGES if f"[{name}](conditions/{name}.md)" not in overview] == []


@pytest.mark.parametrize("name", PAGES)
def test_what_the_docs_show_is_right_with_the_shipped_dictionary(checkout: Path, name: str) -> None:
    text = page(checkout, name)
    assert text.startswith(f"# {name}\n\n```yaml\n")
    dictionary = YAML(typ="safe", pure=True).load(checkout / "policies" / "dictionary.yaml")
    conditions = Conditions(load_dictionary(dictionary))
    uses = re.findall(rf"`(!?{name}(?:\([^`]*)?)`" if name in WORDS_SAY else rf"`(!?{name}\([^`]*)`", text)
    assert uses
    assert [problem for use in uses for problem in conditions.check(use, STEPS)] == []
