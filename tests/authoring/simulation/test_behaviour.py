"""The file of how people behave: what it says, and what is wrong with it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from nurture.authoring.simulation.behaviour_file import read_behaviour
from nurture.domain.dictionary import Dictionary, Happening

WORDS = Dictionary(
    fields={"lead.employees": "number"}, happenings={"prices-page": Happening("prices-page", "page.viewed")}
)


def write(folder: Path, text: str) -> Path:
    path = folder / "behaviour.yaml"
    path.write_text(dedent(text))
    return path


def test_a_file_says_how_people_behave(tmp_path: Path) -> None:
    found, problems = read_behaviour(
        write(
            tmp_path,
            """
            people:
              eager: {share: 30, reacts: 2h, opens: 90%, clicks: 12.5, happens: {prices-page: 5},
                links: {demo: 20}}
              silent: {share: 70}
            sales: {answers: 50, accepts: 10%, after: 3h}
            zones: {Europe/Berlin: 60, America/New_York: 40}
            fields: {lead.employees: {40: 50}}
            """,
        ),
        WORDS,
    )
    assert problems == []
    assert found is not None
    eager, silent = found.temperaments
    assert (eager.opens, eager.clicks, eager.reacts, eager.happens) == (
        0.9,
        0.125,
        timedelta(hours=2),
        {"prices-page": 0.05},
    )
    assert eager.links == {"demo": 0.2}
    assert (silent.share, silent.opens, silent.reacts) == (70, 0, timedelta(hours=6))
    assert (found.sales.answers, found.sales.accepts, found.sales.after) == (0.5, 0.1, timedelta(hours=3))
    assert found.fields == {"lead.employees": {"40": 50}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("people: {a: {share: 10, open: 5}}", "no key `open`"),
        ("people: {a: {share: 10, opens: 120}}", "a percentage from 0 to 100, such as 40 or 2.5%, found"),
        ("people: {a: {share: 10, opens: 0.85}}", "write 85, or `0.85%`"),
        ("people: {a: {share: -5}}", "a percentage from 0 to 100"),
        ("people: {a: {share: 10, reacts: -3d}}", "expected how long it takes, such as 90m, 4h or 3d"),
        ("people: {a: {share: 10, links: {prices: 60, demo: 50}}}", "more than 100"),
        ("people: {a: {share: 1}}\nsales: {after: -1h}", "expected how long it takes"),
        ("people: {a: {share: 10, opens: often}}", "expected a percentage"),
        ("people: {a: {opens: 10}}", "needs `share:`"),
        ("people: {a: {share: 0}}", "at least one kind of people with a `share`"),
        ("people: {a: {share: 1, happens: {price-page: 5}}}", "there is no happening `price-page`"),
        ("people: {a: {share: 1}}\nzones: {Europe/Berlinn: 5}", "there is no time zone `Europe/Berlinn`"),
        ("people: {a: {share: 1}}\nfields: {lead.employes: {5: 5}}", "there is no field `lead.employes`"),
        ("people: {a: {share: 1}}\nfields: {lead.employees: {5: 60, 9: 50}}", "more than 100"),
        ("sales: {answers: 5}", "needs `people:`"),
        ("people: {a: {share: 1}}\nsales: {answer: 5}", "no key `answer`"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(tmp_path: Path, text: str, says: str) -> None:
    found, problems = read_behaviour(write(tmp_path, text), WORDS)
    assert found is None
    assert says in " ".join(f"{problem.text} {problem.hint}" for problem in problems)
    assert all(problem.line for problem in problems)
