"""Every rule, verb and action is explained, and every rule is tried."""

from pathlib import Path

import pytest

from nurture.authoring.rules import RULES
from nurture.domain.actions.registry import ACTIONS
from nurture.domain.steps.registry import VERBS
from tests.authoring.broken import BROKEN


def test_every_rule_has_a_broken_file() -> None:
    assert set(RULES) == set(BROKEN)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_page(rule: str, checkout: Path) -> None:
    page = checkout / "docs" / "rules" / f"{rule}.md"
    assert page.is_file()
    assert page.read_text(encoding="utf-8").startswith(f"# {rule}\n")


@pytest.mark.parametrize("kind", [*VERBS, *ACTIONS])
def test_every_verb_and_action_has_a_page(kind: str, checkout: Path) -> None:
    page = checkout / "docs" / "steps" / f"{kind}.md"
    assert page.is_file()
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {kind}\n")
    for key in VERBS[kind].keys if kind in VERBS and kind != "do" else ():
        assert f"`{key}`" in text, key
