"""The JSON Schema of the content files is current, and an editor finds with it what the checker finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nurture.authoring.schema import NAME, SCHEMAS, written
from nurture.authoring.schema.shapes import WAIT
from nurture.domain.actions.registry import ACTIONS
from nurture.domain.steps.registry import VERBS
from nurture.domain.steps.wait import parse_span
from tests.authoring.editor import Editor, server
from tests.authoring.good import STEPS

CAMPAIGN_LINE = "# yaml-language-server: $schema=../schema/campaign.schema.json\n"
UNDERLINED = {
    "a step misspelt": "  - sned: hello\n",
    "a key misspelt": "  - send: hello\n    windwo: office\n",
    "a wait that is none": "  - wait: 3 fortnights\n",
    "a time behind a date without at": "  - wait: to lead.renewal - 2d 18:00\n",
    "a notice without a text": "  - do: tell\n    notify: {team: sales}\n",
    "a required key left out": "  - task: call\n    text: Call her\n",
    "a stage that there is not": "  - do: mark\n    stage: mql\n",
    "points in words": "  - do: mark\n    score: many\n",
    "a name with capitals": "  - send: Hello World\n",
    "five answers": "  - send: hello\n    answers: {a: A, b: B, c: C, d: D, e: E}\n",
    "an arm that is no list": "  - wait: up to 3d\n    until: score > 3\n    time_up: end\n",
}


def content_files(checkout: Path) -> list[Path]:
    return sorted([*checkout.glob("campaigns/*.yaml"), *checkout.glob("policies/*.yaml")])


def kind_of(path: Path) -> str:
    if path.name.endswith(".stories.yaml"):
        return "stories"
    return path.stem if path.parent.name == "policies" else "campaign"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_schema_is_current(kind: str, checkout: Path) -> None:
    """Renew it with ``nurture schema`` when the language has changed."""
    file = checkout / "schema" / NAME.format(kind=kind)
    assert file.read_text(encoding="utf-8") == written(kind), "run: nurture schema"


@pytest.mark.parametrize("word", [*VERBS, *ACTIONS])
def test_every_verb_and_action_is_in_it(word: str) -> None:
    assert f'"{word}": {{' in written("campaign")


def test_every_shipped_file_names_its_schema(checkout: Path) -> None:
    for path in content_files(checkout):
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert first == f"# yaml-language-server: $schema=../schema/{kind_of(path)}.schema.json", path


def test_an_editor_underlines_mistakes_and_nothing_else(checkout: Path) -> None:
    binary = server(checkout / "build" / "editor")
    if binary is None:
        pytest.skip("neither yaml-language-server nor npm to install it with")
    with Editor(binary) as editor:
        for path in content_files(checkout):
            assert editor.underlined(path, path.read_text(encoding="utf-8")) == [], path
        good = STEPS + "  - send: hello\n  - wait: 3d\n  - end: done\n"
        assert editor.underlined(checkout / "campaigns/good.yaml", CAMPAIGN_LINE + good) == []
        for index, (what, steps) in enumerate(UNDERLINED.items()):
            text = CAMPAIGN_LINE + STEPS + steps + "  - end: done\n"
            found = editor.underlined(checkout / f"campaigns/broken-{index}.yaml", text)
            assert found, what
            assert all(4 <= int(line.split(":")[0]) < text.count("\n") for line in found), (what, found)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("3d", True),
        ("up to 14d", True),
        ("into afternoons", True),
        ("to next business day 09:00", True),
        ("to lead.renewal - 60d", True),
        ("to deal.ends + 2 business days at 18:00", True),
        ("to lead.renewal - 2d 18:00", False),
        ("to monday 09:00", False),
        ("until lead.customer", False),
        ("up to soon", False),
    ],
)
def test_an_editor_knows_waits_as_the_checker_does(text: str, right: bool) -> None:
    patterns = [one["pattern"] for one in WAIT["anyOf"]]
    assert any(re.search(pattern, text) for pattern in patterns) == right
    if right:
        parse_span(text)
    else:
        with pytest.raises(ValueError, match="expected"):
            parse_span(text)
