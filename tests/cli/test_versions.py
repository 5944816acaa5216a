"""``nurture diff`` and ``nurture versions``, and what publishing says of itself."""

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from nurture.cli.main import run
from tests.authoring.good import CAMPAIGN, GOOD, MESSAGE

Nurture = Callable[..., str]


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "content"
    for name, text in GOOD.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(dedent(text))
    monkeypatch.chdir(home)
    monkeypatch.setenv("NURTURE_CONTENT_DIR", str(home))
    return home


@pytest.fixture
def nurture(
    content: Path,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Nurture:
    monkeypatch.setenv("NURTURE_DATABASE_URL", database_url)
    monkeypatch.setenv("NURTURE_DATA_DIR", str(tmp_path / "data"))

    def nurture(*words: str, ends: int = 0) -> str:
        capsys.readouterr()
        code = run(list(words))
        out, err = capsys.readouterr()
        assert code == ends, out + err
        assert "--json" in words or all(len(line) <= 80 for line in out.splitlines())
        return out + err

    return nurture


def edit(content: Path, file: str, old: str, new: str) -> None:
    text = (content / file).read_text()
    assert old in text
    (content / file).write_text(text.replace(old, new))


def test_what_publishing_would_change_and_has_changed(content: Path, nurture: Nurture) -> None:
    assert "not published yet" in nurture("diff")
    assert "talk: published as" in nurture("publish")
    assert nurture("diff") == "talk: as it is live.\n"
    edit(content, CAMPAIGN, "wait: 3d", "wait: 5d")
    edit(content, MESSAGE, "subject: Hello", "subject: Good day")
    expected = [
        "  ~ `hello+wait` waits 5d, was 3d: longer",
        '  ~ message `hello`: subject is "Good day", was Hello',
    ]
    assert nurture("diff").splitlines() == ["talk", *expected]
    assert nurture("diff", "talk") == nurture("diff", CAMPAIGN) == nurture("diff")
    [first] = json.loads(nurture("versions", "talk", "--json"))
    assert nurture("publish").splitlines()[-2:] == expected
    versions = json.loads(nurture("versions", "talk", "--json"))
    assert [row["live"] for row in versions] == [True, False]
    assert versions[1]["version"] == first["version"]
    back = nurture("diff", "talk", "--from", "live", "--to", first["version"][:8])
    assert "`hello+wait` waits 3d, was 5d: shorter" in back


def test_what_is_not_there(content: Path, nurture: Nurture) -> None:
    nurture("publish")
    assert "There is no campaign tlak" in nurture("diff", "tlak", ends=1)
    assert "has no version abc" in nurture("diff", "talk", "--from", "abc", ends=1)
    assert "name it" in nurture("diff", "--to", "abc", ends=1)
    assert "Nothing is published as other." in nurture("versions", "other")
