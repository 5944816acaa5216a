"""The pages that list the words of stories list all of them, and no other."""

import re
from pathlib import Path

import pytest

from nurture.authoring.stories.words import EXPECTED, GIVENS

LISTED = re.compile(r"`([a-z ]+(?:\n[a-z ]+)*)`")


def test_the_page_of_the_rule_lists_the_words(checkout: Path) -> None:
    text = (checkout / "docs" / "rules" / "story.md").read_text(encoding="utf-8")
    given, expected = (found.split() for found in LISTED.findall(text))
    assert (given, expected) == (list(GIVENS), list(EXPECTED))


@pytest.mark.parametrize("word", [*GIVENS, *EXPECTED])
def test_the_page_of_stories_tells_of_the_word(word: str, checkout: Path) -> None:
    text = (checkout / "docs" / "stories.md").read_text(encoding="utf-8")
    assert re.search(rf"`{word}\b", text), f"say in docs/stories.md what `{word}` is"
