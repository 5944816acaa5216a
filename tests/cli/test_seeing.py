"""``nurture explain``, ``nurture graph`` and ``nurture preview`` as their users meet them."""

from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from nurture.cli.main import run
from nurture.store.queries.journeys import Wanted, counts, page
from nurture.store.queries.places import places
from nurture.store.session import Store
from tests.authoring.good import GOOD, MESSAGE
from tests.fixtures.content import MONDAY
from tests.rows import CAMPAIGN, Rows


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "content"
    for name, text in GOOD.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(dedent(text))
    monkeypatch.chdir(home)
    monkeypatch.setenv("NURTURE_CONTENT_DIR", str(home))
    return home


def test_a_campaign_by_its_name_or_its_file(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "talk"]) == 0
    by_name = capsys.readouterr().out
    assert '   1. Send "hello"\n      Subject: Hello\n' in by_name
    assert run(["explain", "campaigns/talk.yaml"]) == 0
    assert capsys.readouterr().out == by_name
    assert run(["explain", "tlak"]) == 1
    assert "Did you mean `talk`?" in capsys.readouterr().err


def test_a_broken_campaign_sends_to_the_checker(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (content / "campaigns" / "talk.yaml").write_text("campaign: talk\nsteps:\n  - sned: hello\n")
    assert run(["graph", "talk"]) == 1
    assert "See `nurture check`." in capsys.readouterr().err


def test_a_picture_is_what_the_name_of_its_file_says(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["graph", "talk"]) == 0
    assert capsys.readouterr().out == "Drawn into talk.svg.\n"
    assert b"<svg" in (content / "talk.svg").read_bytes()
    assert run(["graph", "talk", "--out", "talk.png"]) == 0
    assert (content / "talk.png").read_bytes().startswith(b"\x89PNG")
    assert run(["graph", "talk", "--out", "talk.mmd"]) == 0
    assert (content / "talk.mmd").read_text().startswith("flowchart TD\n")
    assert run(["graph", "talk", "--out", "talk.jpg"]) == 1
    capsys.readouterr()
    assert run(["graph", "talk", "--format", "mermaid"]) == 0
    assert capsys.readouterr().out.startswith("flowchart TD\n")


def test_a_sleeping_lead_is_counted_in_her_wait(store: Store) -> None:
    rows = Rows(store)
    rows.campaign()
    later = MONDAY + timedelta(days=3)
    asleep = {"step": "checklist", "waiting": False, "rests_in": "guide+wait"}
    rows.journey(rows.lead(), step="checklist", position=asleep, due=later)
    rows.journey(rows.lead(), step="checklist", position=asleep, due=MONDAY)
    rows.journey(rows.lead(), step="guide", position={"step": "guide"}, due=later)
    rows.journey(rows.lead(), step="guide", state="ended", outcome="meeting")
    found = store.read_sync(places, CAMPAIGN, MONDAY)
    assert found == {"guide+wait": 1, "checklist": 1, "guide": 1}
    [counted] = store.read_sync(counts, Wanted(), MONDAY)
    assert {step: each["open"] for step, each in counted.steps.items()} == found
    there = store.read_sync(page, Wanted(step="guide+wait"), MONDAY, None, 9)
    assert [row["step"] for row in there] == ["guide+wait"]
    assert len(store.read_sync(page, Wanted(step="checklist"), MONDAY, None, 9)) == 1


def test_a_preview_shows_what_is_different_for_who_is_not_known(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = (content / MESSAGE).read_text()
    (content / MESSAGE).write_text(body.replace("lead.first_name", 'lead.first_name|default("there")'))
    assert run(["preview", "talk", "--message", "hello"]) == 0
    out = capsys.readouterr().out
    assert "Subject: Hello\n\nHello Ana." in out
    assert "Somebody of whom nothing is known reads instead:\n  Hello there." in out
    assert "/u/preview" in out
    assert max(map(len, out.split("\n"))) <= 80


def _needs_a_name(content: Path) -> None:
    hello = content / "templates" / "hello.md"
    hello.write_text(hello.read_text().replace('|default("there")', ""))


def test_a_preview_says_who_would_not_get_a_mail(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _needs_a_name(content)
    assert run(["preview", "talk", "--message", "hello"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "of whom nothing is known would not get it, the journey would wait: templates/hello.md:5" in out


def test_a_preview_for_the_browser(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _needs_a_name(content)
    assert run(["preview", "talk", "--html", "out"]) == 0
    assert capsys.readouterr().out == "Written to out/talk.html.\n"
    page = (content / "out" / "talk.html").read_text()
    assert page.count("<iframe") == 3 * 2 * 2  # a desk and a phone, by day and by night, for all but one
    assert page.count("would not get it") == 1
    assert "<script" not in page


def test_a_message_that_is_not_there(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["preview", "talk", "--message", "helo"]) == 1
    assert "There are: hello, question." in capsys.readouterr().err


def test_a_text_message_is_shown_as_one(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = content / "campaigns" / "talk.yaml"
    campaign.write_text(campaign.read_text().replace("- send: hello\n", "- send: hello\n    via: sms\n"))
    (content / "templates" / "hello.md").unlink()
    (content / "templates" / "hello.sms.txt").write_text("Hello from us")
    assert run(["preview", "talk", "--message", "hello"]) == 0
    out = capsys.readouterr().out
    assert "hello, a text message of 13 characters ---" in out
    assert "Subject" not in out
    assert run(["preview", "talk", "--html", "out"]) == 0
    assert '<pre class="phone">Hello from us</pre>' in (content / "out" / "talk.html").read_text()
