"""Every rule, verb and action is explained, and every rule is tried."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from nurture.authoring.campaign_file import check_campaign
from nurture.authoring.checking import Words
from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from nurture.authoring.reader import read_yaml
from nurture.authoring.rules import RULES
from nurture.conditions.language import FUNCTIONS
from nurture.domain.actions.registry import ACTIONS
from nurture.domain.dictionary import load_dictionary
from nurture.domain.steps.registry import VERBS
from tests.authoring.broken import BROKEN

ALONE = ("unreachable", "never-sent", "no-wait", "unknown-step", "no-end")
"""What is wrong with an example only because the rest of its campaign is not shown."""
SECTIONS = "sections:\n" + "".join(
    f"  {name}:\n    - end: {name}\n" for name in ("ask", "talk", "slow", "planning-talk")
)

FIELDS = {"lead.last_review": "date", "lead.credit": "number"}
WEBHOOKS = {
    "check-credit": {"url": "https://credit.ours.example/rating", "keep": {"lead.credit": "rating.value"}}
}
"""What the pages show beside the shipped policies."""


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


def examples(page: Path) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def problems_of(text: str, words: Words) -> list[str]:
    source, root = read_yaml("example.yaml", text.encode())
    assert root is not None, render(source.problems)
    if "stories:" in text:
        return []
    check_campaign(source, root, words)
    return [f"{problem.rule}: {problem.text}" for problem in source.problems if problem.rule not in ALONE]


@pytest.fixture(scope="module")
def words(checkout: Path) -> Words:
    content = read_content(checkout)
    rules, given = content.rules(), content.dictionary
    doc = {
        **given,
        "fields": {**given["fields"], **FIELDS},
        "webhooks": {**given.get("webhooks", {}), **WEBHOOKS},
    }
    return Words(load_dictionary(doc), frozenset(rules.sales.teams), messages=frozenset(content.messages))


STEP_PAGES = (
    [f"steps/{kind}" for kind in (*VERBS, *ACTIONS)]
    + [f"conditions/{name}" for name in FUNCTIONS]
    + ["recipes"]
)


@pytest.mark.parametrize("page", STEP_PAGES)
def test_the_example_of_a_page_can_be_written(page: str, checkout: Path, words: Words) -> None:
    steps = [text for text in examples(checkout / "docs" / f"{page}.md") if text.startswith("- ")]
    assert steps
    for text in steps:
        campaign = "campaign: example\nsteps:\n" + indent(text, "  ") + "  - end: done\n" + SECTIONS
        assert problems_of(campaign, words) == []


CAMPAIGN_PAGES = ["README.md", "docs/campaigns.md", "docs/measuring.md", "docs/recipes.md"]


@pytest.mark.parametrize("page", CAMPAIGN_PAGES)
def test_the_campaigns_of_the_docs_can_be_written(page: str, checkout: Path, words: Words) -> None:
    found = [text for text in examples(checkout / page) if text.startswith("campaign:")]
    assert found
    assert [problem for text in found for problem in problems_of(text, words)] == []
