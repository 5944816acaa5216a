"""`set` with dates: what may be written, what a story sees, what the proofs make of it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from nurture.domain.actions.set import dated, is_date, written
from nurture.domain.facts import Facts
from tests.authoring.conftest import Make
from tests.authoring.good import steps, tale
from tests.authoring.test_stories import shown

MARKS = """\
    - do: mark
      set: {lead.renewal: today}
    - wait: to lead.renewal + 2d at 10:00
    - do: again
      set: {lead.renewal: now}
    - do: fixed
      set: {lead.renewal: 2026-05-01}
    - end: late
      if: lead.renewal > now
    - end: over
    """
TOLD = """\
    - Mon 2026-03-02 22:00: [enters, set lead.renewal 2026-03-02]
    - Wed 2026-03-04 10:00: [set lead.renewal, set lead.renewal 2026-05-01, ends late]
    """
NEW_YORK = ZoneInfo("America/New_York")


def test_today_is_the_day_where_the_lead_is(content: Make) -> None:
    """It is Tuesday in Berlin by then."""
    story = tale(TOLD)
    named = {name: text.replace("Europe/Berlin", "America/New_York") for name, text in [story]}
    assert shown(content(dict([steps(MARKS)]) | named)) == ""


@pytest.mark.parametrize("word", ["tomorrow", "2026-13-01", "01.05.2026", "yes", "2026-05-01T09:00"])
def test_other_words_are_refused_with_those_that_there_are(content: Make, word: str) -> None:
    text = f"    - do: mark\n      set: {{lead.renewal: {word}}}\n    - end: over\n"
    found = render(read_content(content(dict([steps(text)]))).problems)
    assert "expected `today`, `now`, or a day such as 2026-05-01, found" in found


def test_words_become_dates_only_where_the_field_is_one() -> None:
    now = datetime(2026, 3, 3, 3, 30, 5, 7, tzinfo=UTC)
    facts = Facts(now, NEW_YORK, now)
    kinds = {"lead.a": "date", "lead.b": "date", "lead.c": "date", "lead.d": "text"}
    values = {"lead.a": "today", "lead.b": "now", "lead.c": "2026-05-01", "lead.d": "today"}
    found = {name: written(value) for name, value in dated(values, kinds, facts).items()}
    assert found == {
        "lead.a": "2026-03-02",
        "lead.b": "2026-03-03T03:30:05+00:00",
        "lead.c": "2026-05-01",
        "lead.d": "today",
    }
    assert not is_date("2026-02-30")
