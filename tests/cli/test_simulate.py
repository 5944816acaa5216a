"""``nurture simulate`` as its users meet it."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from nurture.cli.main import run
from tests.authoring.good import CAMPAIGN, GOOD

SHIPPED = Path(__file__).parents[2]
FEW = ["--leads", "40", "--over", "5", "--start", "2026-03-02", "--content", str(SHIPPED)]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tables_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "buyers-guide", *FEW]) == 0
    out = capsys.readouterr().out
    assert out.startswith("buyers-guide: 40 leads, 2026-03-02 to 2026-04-30 (60 days)")
    assert max(map(len, out.splitlines())) <= 80
    assert "sales take 20 a day" in " ".join(out.split())
    assert run(["simulate", "buyers-guide", *FEW]) == 0
    assert capsys.readouterr().out == out


def test_json_has_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "trial", *FEW, "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["leads"] == 40 == sum(found["outcomes"].values())
    assert found["flows"][0]["total"] == sum(row["sent"] for row in found["messages"])


def test_what_nobody_brings_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "trial", *FEW]) == 0
    said = "nobody does `feature-used`: add it under `happens:` of the behaviour file"
    assert said in capsys.readouterr().out
    assert run(["simulate", "trial", *FEW, "--json"]) == 0
    assert said in json.loads(capsys.readouterr().out)[0]["nobody"]


def test_two_campaigns_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "trial", "--against", "pricing-interest", *FEW]) == 0
    out = capsys.readouterr().out
    assert "ended silent" in out
    assert "change" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_picture_of_it(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "trial", "--against", "renewal", *FEW, "--picture", "both.svg"]) == 0
    assert capsys.readouterr().err == "Drawn into both.svg.\n"
    drawn = (elsewhere / "both.svg").read_text()
    assert "Leads handed to inside-sales on each day" in drawn
    assert ">renewal</text>" in drawn


def test_against_what_is_live_with_the_leads_of_the_database(
    elsewhere: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in GOOD.items():
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_text(dedent(text))
    monkeypatch.setenv("NURTURE_CONTENT_DIR", str(elsewhere))
    monkeypatch.setenv("NURTURE_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("NURTURE_DATA_DIR", str(elsewhere / "data"))
    behaviour = ["--behaviour", str(SHIPPED / "tests" / "cli" / "quiet.yaml"), "--start", "2026-03-02"]
    assert run(["publish"]) == 0
    (elsewhere / "leads.csv").write_text("email\na@x.example\nb@x.example\n")
    assert run(["import", "leads.csv"]) == 0
    file = elsewhere / CAMPAIGN
    file.write_text(file.read_text().replace("wait: 3d", "wait: 90d"))
    capsys.readouterr()
    assert run(["simulate", "talk", "--against", "live", "--from", "database", *behaviour]) == 0
    out = capsys.readouterr().out
    assert out.startswith("2 leads, 60 days from 2026-03-02")
    assert "talk          live        change" in out
    assert "mails                                         2             4            -2" in out
    assert run(["simulate", "talk", "--against", "abcd", *behaviour]) == 1
    assert "The campaign talk has no version abcd" in capsys.readouterr().err


def test_leads_of_a_file(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["email,zone,employees,shoe size", "a@x.example,America/New_York,300,41", "b@x.example,,,"]
    (elsewhere / "leads.csv").write_text("\n".join(rows))
    assert run(["simulate", "trial", *FEW, "--from", "leads.csv"]) == 0
    shown = capsys.readouterr()
    assert "trial: 2 leads" in shown.out
    assert shown.err == "Columns that are no field, left out: shoe size.\n"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["tryal"], "There is no campaign tryal"),
        (["trial", "--from", "none.csv"], "There is no file none.csv"),
        (["trial", "--behaviour", "none.yaml"], "There is no file none.yaml"),
        (["trial", "--picture", "trial.gif"], "Let its name end in .svg or .png"),
        (["trial", "--picture", "no/where.svg", "--leads", "5"], "The file no/where.svg cannot be written"),
        (["trial", "--leads", "0"], "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_said(args: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", *args, "--content", str(SHIPPED)]) == 1
    assert says in capsys.readouterr().err
