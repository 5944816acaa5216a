"""The data that a story makes up for a happening is that happening."""

import pytest

from nurture.authoring.stories.examples import example_of
from nurture.domain.dictionary import Happening


@pytest.mark.parametrize(
    "pattern", ["yes", "/prices*", "[Yy]es*", "?es", "[!x]es", "[!xy]*", "at least 30", "at most 4"]
)
def test_it_is(pattern: str) -> None:
    happening = Happening("says", "sms.replied", {"text": pattern})
    assert happening.matches("sms.replied", example_of(happening))
