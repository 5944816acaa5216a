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
    assert "expected `today`, `now`, a day such as 2026-05-01, or a date with more or less" in found


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


MORE = """\
    - do: mark
      set: {lead.renewal: today + 1 month}
    - wait: to lead.renewal - 13d - 1 business day at 10:00
    - do: again
      set: {lead.renewal: lead.renewal + 12 months}
    - do: never
      set: {deal.renewal: deal.renewal + 1d}
    - end: over
    """


def test_a_date_is_set_with_more_or_less(content: Make) -> None:
    told = """\
        - Sat 2026-01-31 22:00: [enters, set lead.renewal 2026-02-28]
        - Fri 2026-02-13 10:00: [set lead.renewal 2027-02-28, ends over]
        """
    files = dict([steps(f"{MORE}"), tale(told)])
    named = {
        name: text.replace("campaign: talk\nsteps", "campaign: talk\nfor: deal\nsteps")
        for name, text in files.items()
    }
    assert shown(content(named)) == ""


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("lead.renewall + 1d", "there is no field `lead.renewall`"),
        ("lead.employees + 1d", "`lead.employees` is a number, not a date"),
        ("today + soon", "expected a duration"),
        ("today 14d", "expected `today`"),
    ],
)
def test_what_a_date_hangs_on_must_be_one(content: Make, word: str, says: str) -> None:
    text = f"    - do: mark\n      set: {{lead.renewal: {word}}}\n    - end: over\n"
    assert says in render(read_content(content(dict([steps(text)]))).problems)


def test_of_an_empty_date_nothing_hangs() -> None:
    now = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
    facts = Facts(now, NEW_YORK, now)
    kinds = {"lead.a": "date", "lead.b": "date"}
    found = dated({"lead.a": "lead.b + 1d", "lead.b": "now + 2h"}, kinds, facts)
    assert {name: written(value) for name, value in found.items()} == {"lead.b": "2026-03-03T05:30:00+00:00"}
