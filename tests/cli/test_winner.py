"""`nurture winner` and what `nurture report` says of tests and measures."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from nurture.cli.main import run
from nurture.store.session import Store
from nurture.store.tables import arms, experiments, measured
from tests.rows import VERSION, Rows

DOCUMENT: dict[str, Any] = {
    "campaign": "ab",
    "measure": {"talk": {"when": "demo-booked", "within": "30d"}},
    "holdout": 10,
    "goal": "won",
    "steps": [
        {
            "split": "length",
            "ways": [{"way": "short", "share": 50, "then": []}, {"way": "long", "share": 50, "then": []}],
            "winner": {"by": "talk", "after": "200 leads"},
        },
        {"send": "news", "variants": {"news-a": 50, "news-b": 50}},
        {"end": "won"},
    ],
}


@pytest.fixture
def home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NURTURE_DATABASE_URL", database_url)
    monkeypatch.setenv("NURTURE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def filled(store: Store, home: None) -> Rows:
    """100 leads on each way, 10 and 30 of whom had the talk; 50 held out, 5 of whom had it."""
    rows = Rows(store)
    rows.installed()
    rows.campaign("ab", document=DOCUMENT)
    for way, counted, of in (("short", 10, 100), ("long", 30, 100), ("", 5, 50)):
        for number in range(of):
            put(rows, way, counts=number < counted)
    return rows


def put(rows: Rows, way: str, *, counts: bool) -> None:
    state: dict[str, Any] = {} if way else {"state": "ended", "outcome": "holdout", "ended_at": rows.now}
    journey = rows.journey(campaign="ab", version=VERSION, **state)
    if way:
        rows.put(
            arms,
            campaign="ab",
            step="length",
            way=way,
            journey_id=journey,
            in_test=True,
            at=rows.ago(hours=1),
        )
    if counts:
        rows.put(measured, campaign="ab", name="talk", journey_id=journey, at=rows.now + timedelta(hours=1))


def test_how_the_tests_stand(filled: Rows, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["winner", "ab"]) == 0
    assert capsys.readouterr().out == (
        "  test length, by talk\n"
        "  short                    100      10   10.0%  5.5% and 17.4%\n"
        "  long                     100      30   30.0%  21.9% and 39.6%\n"
        "  Not decided yet.\n"
        "\n"
        "  test news, without a winner\n"
        "  news-a                     -\n"
        "  news-b                     -\n"
    )


def test_deciding_by_hand(filled: Rows, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["winner", "ab", "length", "middle"]) == 1
    assert "The test length has no way middle. It has: short, long." in capsys.readouterr().err
    assert run(["winner", "ab", "length"]) == 1
    capsys.readouterr()
    assert run(["winner", "ab", "length", "long"]) == 0
    assert capsys.readouterr().out == "From now on everybody new at length takes long.\n"
    assert run(["winner", "ab", "length", "short"]) == 1
    assert run(["winner", "ab"]) == 0
    assert "  * long won on " in capsys.readouterr().out
    count = select(func.count()).select_from(experiments)
    assert filled.store.read_sync(lambda conn: conn.execute(count).scalar_one()) == 1


def test_the_report_tells_the_uplift(filled: Rows, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "ab"]) == 0
    out = capsys.readouterr().out
    assert "  talk                     200      40   20.0%  15.0% and 26.1%\n" in out
    assert "    held out                50       5   10.0%  4.3% and 21.4%\n" in out
    assert "    +10.0 points, truly between -2.4 and +18.3: perhaps chance\n" in out
    assert max(map(len, out.splitlines())) <= 80
    assert run(["report", "ab", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["campaigns"][0]
    assert found["measures"][0]["uplift"][0] == pytest.approx(0.1)
    assert found["tests"][0]["ways"]["long"]["counted"] == 30


@pytest.mark.usefixtures("home")
def test_a_campaign_that_tests_nothing(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    rows = Rows(store)
    rows.installed()
    rows.campaign("plain", document={"campaign": "plain", "steps": [{"end": "done"}]})
    assert run(["winner", "plain"]) == 0
    assert capsys.readouterr().out == "plain tests nothing.\n"


@pytest.mark.usefixtures("home")
def test_how_many_came_to_a_section_with_an_aim(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    rows = Rows(store)
    rows.installed()
    steps = [{"send": "digest"}, {"end": "told"}]
    document = {"steps": [{"go": "slow"}], "sections": {"slow": steps}, "aims": {"slow": "to stay in mind"}}
    rows.campaign("aimed", document={"campaign": "aimed", **document})
    for _ in range(2):
        journey = rows.journey(lead := rows.lead(), campaign="aimed", version=VERSION)
        for kind in ("sent", "went"):
            rows.line(lead, journey, kind=kind, step="digest")
    rows.journey(campaign="aimed", version=VERSION)
    assert run(["report", "aimed"]) == 0
    assert "  aim    2 journeys came to slow: to stay in mind\n" in capsys.readouterr().out
