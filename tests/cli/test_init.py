"""``nurture init``: what it makes is sound, and nothing is written over."""

from pathlib import Path

import pytest

from nurture.cli.main import run


def test_what_is_made_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "ours"
    assert run(["init", str(home)]) == 0
    assert run(["check", "--strict", str(home)]) == 0
    assert run(["test", str(home)]) == 0
    assert run(["format", "--check", str(home)]) == 0
    assert "1 story, as told." in capsys.readouterr().out


def test_every_file_names_a_schema_that_is_there(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "ours")]) == 0
    for file in (tmp_path / "ours").glob("*/*.yaml"):
        first, _, _ = file.read_text(encoding="utf-8").partition("\n")
        assert (file.parent / first.partition("$schema=")[2]).is_file(), file


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert run(["init", str(tmp_path)]) == 1
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_commands_take_the_content_of_the_directory_they_are_called_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["init", str(tmp_path / "ours")]) == 0
    monkeypatch.chdir(tmp_path / "ours")
    assert run(["check"]) == 0
    assert "No problems in 1 campaign" in capsys.readouterr().out
