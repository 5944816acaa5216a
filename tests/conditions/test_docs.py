"""Every function has its section in the docs, with uses that the checker accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from nurture.conditions import Conditions, Steps
from nurture.conditions.language import FUNCTIONS
from nurture.domain.dictionary import load_dictionary

STEPS = Steps(["welcome", "your-interest"], {"your-interest": ["now", "soon"]}, ["inside-sales", "call-her"])


def sections(checkout: Path) -> dict[str, str]:
    page = (checkout / "docs" / "conditions.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^### (\w+)\n\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL))


def test_every_function_has_a_section(checkout: Path) -> None:
    assert sections(checkout).keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_the_docs_show_is_right_with_the_shipped_dictionary(checkout: Path, name: str) -> None:
    dictionary = YAML(typ="safe", pure=True).load(checkout / "policies" / "dictionary.yaml")
    conditions = Conditions(load_dictionary(dictionary))
    uses = re.findall(rf"`(!?{name}\([^`]*)`", sections(checkout)[name])
    assert uses
    assert [problem for use in uses for problem in conditions.check(use, STEPS)] == []
