"""Versions as they are typed: ``diff publish versions approve move rollback``."""

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import update

from nurture.cli.main import run
from nurture.store.session import Store
from nurture.store.tables import journeys
from tests.authoring.good import CAMPAIGN, DICTIONARY, GOOD, MESSAGE, STORIES

POLICY = "  ~ `sending`: cap.week is 2, was 3"
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
    edit(content, DICTIONARY, "week: 3", "week: 2")
    assert nurture("diff").splitlines()[1:] == ["policies/dictionary.yaml", POLICY]
    assert nurture("diff", "talk") == "talk: as it is live.\n"
    edit(content, DICTIONARY, "week: 2", "week: 3")
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


def test_a_campaign_is_published_by_its_name(content: Path, nurture: Nurture) -> None:
    assert "talk: published as" in nurture("publish", "talk")
    assert "There is no tlak." in nurture("publish", "tlak", ends=1)
    assert "No campaign tlak is published." in nurture("release-canary", "tlak", ends=1)


def test_what_is_not_there(content: Path, nurture: Nurture) -> None:
    nurture("publish")
    assert "There is no campaign tlak" in nurture("diff", "tlak", ends=1)
    assert "has no version abc" in nurture("diff", "talk", "--from", "abc", ends=1)
    assert "name it" in nurture("diff", "--to", "abc", ends=1)
    assert "No campaign other is published." in nurture("versions", "other", ends=1)


def test_whoever_waits_for_a_mended_text_goes_on_when_it_is_published(
    content: Path, nurture: Nurture, tmp_path: Path, database_url: str
) -> None:
    nurture("publish")
    (tmp_path / "leads.csv").write_text("email\none@people.example\n")
    nurture("import", str(tmp_path / "leads.csv"))
    nurture("enrol", "talk", "--all")
    store = Store(database_url)
    try:
        store.write_sync(lambda conn: conn.execute(update(journeys).values(attention="template")))
    finally:
        store.close()
    assert "1 of them waits for a mended text still" not in nurture("publish", "talk"), (
        "it is no older version"
    )
    edit(content, MESSAGE, "Hello {{", "Good day {{")
    said = nurture("publish", "talk")
    assert "1 of them had waited for a mended text, and now goes on." in said
    assert "mended text" not in nurture("publish", "talk")


def test_those_under_way_are_moved_and_taken_back(content: Path, nurture: Nurture, tmp_path: Path) -> None:
    nurture("publish")
    (tmp_path / "leads.csv").write_text("email\none@people.example\ntwo@people.example\n")
    nurture("import", str(tmp_path / "leads.csv"))
    nurture("enrol", "talk", "--all")
    assert "everybody under way is on version" in nurture("move", "talk")
    edit(content, CAMPAIGN, "- send: hello", "- send: welcome\n    message: hello")
    edit(content, CAMPAIGN, "campaign: talk", "campaign: talk\nmoved: {hello: welcome}")
    edit(content, STORIES, "gets hello", "gets welcome")
    assert "> `hello` is now called `welcome`" in nurture("diff")
    before = json.loads(nurture("versions", "talk", "--json"))[0]["version"][:12]
    assert "2 under way stay on theirs" in nurture("publish", "talk")
    told = nurture("move", "talk", "--preview")
    assert ["hello", "welcome", "as", "before", "2"] in [line.split() for line in told.splitlines()]
    [way] = json.loads(nurture("move", "talk", "--preview", "--json"))
    assert (way["step"], way["to"], way["fate"], way["journeys"]) == ("hello", "welcome", "same", 2)
    assert "Give --yes if you are sure." in nurture("move", "talk", ends=1)
    assert "2 journeys moved" in nurture("move", "talk", "--yes")
    assert "  welcome " in nurture("journeys")
    assert f"2 journeys back on version {before}" in nurture("rollback", "talk")
    assert "  hello " in nurture("journeys")
    assert "has no version before the one that is live" in nurture("rollback", "talk", ends=1)
    assert "Nobody was moved" in nurture("rollback", "talk", "--moves", ends=1)
    assert "No campaign tolk is published" in nurture("rollback", "tolk", ends=1)
    assert "talk: as in" in nurture("diff", "talk", "--to", "live", "--from", oldest(nurture))


def test_at_the_next_step(content: Path, nurture: Nurture, tmp_path: Path) -> None:
    nurture("publish")
    (tmp_path / "leads.csv").write_text("email\none@people.example\n")
    nurture("import", str(tmp_path / "leads.csv"))
    nurture("enrol", "talk", "--all")
    edit(content, CAMPAIGN, "wait: 3d", "wait: 5d")
    assert "1 journey moved" in nurture("publish", "--apply", "next-step")
    [live, before] = json.loads(nurture("versions", "talk", "--json"))
    assert (live["under_way"], before["under_way"]) == (1, 0)


def test_a_second_person_approves(content: Path, nurture: Nurture) -> None:
    edit(content, CAMPAIGN, "campaign: talk", "campaign: talk\napprove: yes")
    told = nurture("publish", "--by", "ann")
    assert "waits for approval" in told
    assert "a second person runs `nurture approve talk`" in told
    assert "No campaign talk is published." in nurture("move", "talk", ends=1)
    assert "somebody else approves it" in nurture("approve", "talk", "--by", "Ann", "--yes", ends=1)
    assert "Give --yes" in nurture("approve", "talk", "--by", "bob", ends=1)
    assert "is live" in nurture("approve", "talk", "--by", "bob", "--yes")
    assert "No version of talk waits" in nurture("approve", "talk", "--by", "bob", ends=1)
    edit(content, CAMPAIGN, "approve: yes", "title: Nobody looks any more")
    assert "waits for approval" in nurture("publish", "--by", "ann")
    edit(content, CAMPAIGN, "Nobody looks any more", "Another title")
    assert "waits for approval" in nurture("publish", "--by", "bob")
    told = nurture("approve", "talk", "--by", "ann", "--yes")
    assert "Another title" in told
    assert "approve is gone" in told
    edit(content, CAMPAIGN, "Another title", "Open to all")
    assert "published as" in nurture("publish", "--by", "ann")


def oldest(nurture: Nurture) -> str:
    versions: list[dict[str, str]] = json.loads(nurture("versions", "talk", "--json"))
    return versions[-1]["version"][:12]
