"""``nurture check``, ``nurture test`` and ``nurture publish`` as their users meet them."""

import json
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import func, select

from nurture.cli.main import run
from nurture.store.session import Store
from nurture.store.tables import campaign_versions, campaigns, policies, users
from tests.authoring.good import CAMPAIGN, DICTIONARY, GOOD, MESSAGE, STORIES, tale


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "content"
    for name, text in GOOD.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(dedent(text))
    monkeypatch.chdir(home)
    monkeypatch.setenv("NURTURE_CONTENT_DIR", str(home))
    return home


def spoil(content: Path, file: str, old: str, new: str) -> None:
    text = (content / file).read_text()
    assert old in text
    (content / file).write_text(text.replace(old, new))


def test_good_content(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"No problems in 1 campaign of {content}.\ntalk: at most 1 marketing message a day")
    assert "ends as customer, accepted, rejected, finished" in " ".join(out.split())
    assert run(["check", "--json"]) == 0
    (bounds,) = json.loads(capsys.readouterr().out)["campaigns"]
    assert (bounds["campaign"], bounds["most_a_week"], bounds["shortest_gap_seconds"]) == (
        "talk",
        2,
        3 * 86400,
    )
    assert run(["test"]) == 0
    assert capsys.readouterr().out == "1 story, as told.\n"


def test_a_warning_stops_nothing_unless_asked(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(content, CAMPAIGN, "- send: hello\n", "- send: hello\n    purpose: offer\n")
    assert run(["check"]) == 0
    out = capsys.readouterr().out
    assert "campaigns/talk.yaml:7:5: warning: `hello` offers something" in out
    assert f"No problems in 1 campaign of {content}; 1 warning.\n" in out
    assert out.endswith("\ntalk: 1 offer, 1 without a purpose\n")
    assert run(["check", "--format", "github"]) == 0
    assert capsys.readouterr().out.startswith("::warning file=campaigns/talk.yaml,line=7,")
    assert run(["check", "--strict"]) == 1
    capsys.readouterr()
    assert run(["test"]) == 0


def test_warnings_do_not_hide_problems(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(content, CAMPAIGN, "- send: hello\n", "- send: hello\n    purpose: offer\n")
    spoil(content, CAMPAIGN, "goal: accepted", "goal: acepted")
    assert run(["check"]) == 1
    assert capsys.readouterr().out.endswith("1 problem and 1 warning.\n")


def test_a_file_that_would_not_be_read(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (content / "campaigns" / "other.yml").write_text("campaign: other\n")
    assert run(["check"]) == 1
    assert "Rename it to other.yaml." in capsys.readouterr().out


def test_problems_of_all_files_at_once(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(content, CAMPAIGN, "handoff: sales", "handoff: slaes")
    spoil(content, DICTIONARY, "lead.customer: yes/no", "lead.customer: boolean")
    assert run(["check"]) == 1
    out = capsys.readouterr().out
    assert "campaigns/talk.yaml:13:14: there is no team `slaes` in policies/sales.yaml" in out
    assert "policies/dictionary.yaml:" in out
    assert out.endswith("problems.\n")


def test_a_file_shows_its_own_problems_only(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(content, CAMPAIGN, "handoff: sales", "handoff: slaes")
    assert run(["check", DICTIONARY]) == 0
    assert run(["check", str(content / CAMPAIGN)]) == 1
    assert "campaigns/talk.yaml:13:14:" in capsys.readouterr().out
    assert run(["check", "campaigns"]) == 1


def test_for_programs(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    spoil(content, CAMPAIGN, "- send: hello", "- sned: hello")
    assert run(["check", "--format", "json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["rule"], problem["line"], problem["column"]) == ("unknown-verb", 7, 5)
    assert run(["check", "--format", "github"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "::error file=campaigns/talk.yaml,line=7,col=5,title=unknown-verb::there is no step"
    )


def test_a_path_that_is_not_there(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "campaigns/tlak.yaml"]) == 1
    assert capsys.readouterr().err == (
        "error: There is no campaigns/tlak.yaml. Name a content directory, or a file in one.\n"
    )


def test_a_story_that_fails(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (content / STORIES).write_text(tale("- Mon 2026-03-02 10:00: [does asked-us, gets question]\n")[1])
    assert run(["test"]) == 1
    out = capsys.readouterr().out
    assert "gets question              ! -" in out
    assert out.endswith("1 story, 1 failed.\n")


def test_stories_are_not_played_over_problems(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(content, CAMPAIGN, "handoff: sales", "handoff: slaes")
    assert run(["test"]) == 1
    assert "Stories are played when these problems are solved." in capsys.readouterr().out


def test_a_broken_file_of_stories_does_not_keep_others_from_being_played(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = "campaign: talk\nstories:\n  - story: odd\n    tale:\n      - Tue 2026-03-02 10:00: enters\n"
    (content / "campaigns/odd.stories.yaml").write_text(story)
    assert run(["test"]) == 1
    out = capsys.readouterr().out
    assert "2026-03-02 is a Monday" in out
    assert "Of the other files: 1 story, as told." in out


def test_a_campaign_is_tested_by_its_name(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", "talk"]) == 0
    assert capsys.readouterr().out == "1 story, as told.\n"


def test_publish(
    content: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    assert run(["publish"]) == 0
    out = capsys.readouterr().out
    assert [line.split(": ")[0] for line in out.splitlines()] == ["dictionary", "sales", "talk"]
    assert run(["publish"]) == 0
    assert "talk: unchanged." in capsys.readouterr().out
    spoil(content, MESSAGE, "Hello {{", "Good day {{")
    assert run(["publish", CAMPAIGN, "--copy"]) == 0
    assert "talk: published as " in capsys.readouterr().out
    store = Store(sqlite_url)
    try:
        assert (
            store.read_sync(lambda conn: conn.scalar(select(func.count()).select_from(campaign_versions)))
            == 2
        )
        assert store.read_sync(lambda conn: conn.scalars(select(campaigns.c.name)).all()) == ["talk"]
        assert store.read_sync(lambda conn: conn.scalar(select(func.count()).select_from(policies))) == 2
        assert store.read_sync(lambda conn: conn.scalars(select(users.c.email)).all()) == [
            "ada@sales.example"
        ]
    finally:
        store.close()


def test_nothing_is_published_over_a_problem(
    content: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    spoil(content, MESSAGE, "lead.first_name", "lead.frist_name")
    assert run(["publish"]) == 1
    out = capsys.readouterr().out
    assert "templates/hello.md:5:" in out
    assert out.endswith("Nothing is published.\n")


def test_a_campaign_is_shown_with_its_texts(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(content, "templates/hello.md", "lead.first_name", "lead.frist_name")
    assert run(["check", DICTIONARY]) == 0
    capsys.readouterr()
    assert run(["check", CAMPAIGN]) == 1
    assert "templates/hello.md:5:10: lead.frist_name is not known" in capsys.readouterr().out
    spoil(content, "campaigns/talk.stories.yaml", "gets question", "gets qestion")
    assert run(["check", CAMPAIGN]) == 1
    assert "campaigns/talk.stories.yaml:" in capsys.readouterr().out
