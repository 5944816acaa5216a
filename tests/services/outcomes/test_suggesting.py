"""Points learned from outcomes: readable, honest about the unseen, no more than half by who it is."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from nurture.cli.main import run
from nurture.domain.dictionary import Dictionary
from nurture.domain.scoring import load_scoring
from nurture.domain.scoring.check import check_scoring
from nurture.domain.scoring.check_together import most_engagement, most_fit
from nurture.services.outcomes.rows import Outcomes
from tests.services.outcomes.made import file
from tests.services.outcomes.test_backtesting import read

pytest.importorskip("sklearn")
fitting = importlib.import_module("nurture.services.outcomes.fitting")
writing = importlib.import_module("nurture.services.outcomes.writing")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    return read(file(tmp_path_factory.mktemp("outcomes") / "leads.csv"))


def test_a_policy_is_learned_that_a_person_can_read_and_edit(found: Outcomes) -> None:
    suggestion = fitting.suggest(found)
    doc = YAML(typ="safe", pure=True).load(writing.policy_text(suggestion, found))
    assert check_scoring(doc, Dictionary(fields=dict(found.types))) == []
    policy = load_scoring(doc)
    rules = {rule.name: rule for rule in (*policy.fit, *policy.totals)}
    assert 2 <= len(rules) <= fitting.MOST_RULES
    assert rules["job-manager"].points > 0 > rules["job-student"].points
    assert all(rule.points > 0 for rule in policy.totals)
    assert most_fit(policy) <= (most_engagement(policy) or 0)
    assert suggestion.unseen.low > 0.75
    assert suggestion.unseen.value <= suggestion.seen.value + 0.01


def test_suggest_and_backtest_from_a_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leads, policy, page = file(tmp_path / "leads.csv"), tmp_path / "s.yaml", tmp_path / "page.html"
    args = ["score", "suggest", str(leads), "--won", "Won=yes", "--part", "70", "--to", str(policy)]
    assert run(args) == 0
    said = capsys.readouterr().out
    assert "Sales notes" in said
    assert "Was it known on the first day?" in said
    assert "AUC" in said
    assert run(args) == 1
    assert "is there already" in capsys.readouterr().err
    mapping = ["--mapping", str(policy.with_suffix(".mapping.yaml"))]
    args = ["score", "backtest", str(leads), *mapping, "--policy", str(policy)]
    assert run([*args, "--rest", "70", "--page", str(page)]) == 0
    assert "lift" in capsys.readouterr().out
    assert run([*args, "--since", "2026-03-01"]) == 0
    assert "2026-02" not in capsys.readouterr().out
    assert run([*args, "--since", "2027-03-01"]) == 1
    assert "Nobody has a day of that time in `Created`" in capsys.readouterr().err
    assert page.read_text().startswith("<!doctype html>")


def test_too_few_teach_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leads = file(tmp_path / "leads.csv", count=150)
    to = tmp_path / "s.yaml"
    assert run(["score", "suggest", str(leads), "--won", "Won=yes", "--to", str(to)]) == 1
    said = capsys.readouterr().err
    assert "Nothing is suggested" in said
    assert "starter policy" in said
    assert not to.exists()
