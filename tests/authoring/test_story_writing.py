"""``nurture test --write``: only what is wrong or missing is written, everything else stays as it was."""

from pathlib import Path
from textwrap import dedent, indent

import pytest

from nurture.cli.main import run
from tests.authoring.good import GOOD, STORIES

TOLD = dedent(GOOD[STORIES])
SPACES = " " * 6


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in GOOD.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NURTURE_CONTENT_DIR", str(tmp_path))
    return tmp_path


def rewritten(content: Path, tale: str, lead: str = "{zone: Europe/Berlin}") -> str:
    """The lines of the tale after they were written, and played once more."""
    head = f"campaign: talk\nstories:\n  - story: says now\n    lead: {lead}\n    tale:\n"
    (content / STORIES).write_text(head + indent(dedent(tale), SPACES))
    run(["test", "--write"])
    text = (content / STORIES).read_text()
    assert text.startswith(head)
    assert run(["test"]) == 0
    return dedent(text.removeprefix(head))


def test_what_holds_is_left_alone(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", "--write"]) == 0
    assert (content / STORIES).read_text() == TOLD
    assert capsys.readouterr().out == "1 story, as told.\n"


def test_a_story_of_deeds_alone_is_played_to_its_end(content: Path) -> None:
    tale = "- Mon 2026-03-02 10:00: does asked-us\n"
    assert rewritten(content, tale) == dedent("""\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Thu 2026-03-05 10:00: gets question
        - Mon 2026-03-16 09:00: handed to sales
        """).replace("Mon 2026-03-16 09:00: handed", "Sun 2026-03-15 10:00: handed") + (
        "- Sun 2026-03-15 14:00: notify sales\n"
        "- Sun 2026-03-15 18:00: notify sales\n"
        "- Wed 2026-03-18 10:00: [sla missed, ends finished]\n"
    )


def test_comments_and_deeds_stay(content: Path) -> None:
    tale = """\
        # Her first day
        - Mon 2026-03-02 10:00: [does asked-us, gets question]   # at once
        - Wed 2026-03-04 10:00: gets question   # too early
        # A day later
        - Fri 2026-03-06 12:00: [answers question now]
        - Fri 2026-03-06 14:00: sales accepted   # quick
        """
    assert rewritten(content, tale) == dedent("""\
        # Her first day
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]      # at once
        # too early
        - Thu 2026-03-05 10:00: gets question
        # A day later
        - Fri 2026-03-06 12:00: [answers question now, handed to sales]
        - Fri 2026-03-06 14:00: [sales accepted, ends accepted]  # quick
        """)


def test_lists_on_lines_of_their_own(content: Path) -> None:
    tale = """\
        - Mon 2026-03-02 10:00:
            - does asked-us     # the form
            - skips question    # not so
        - Fri 2026-03-06 12:00: [
            answers question now,   # says it
          ]
        """
    assert rewritten(content, tale) == dedent("""\
        - Mon 2026-03-02 10:00:
            - does asked-us     # the form
            - gets hello
        - Thu 2026-03-05 10:00: gets question
        - Fri 2026-03-06 12:00: [answers question now, handed to sales]  # says it
        """)


def test_times_are_written_as_the_story_writes_them(content: Path) -> None:
    tale = """\
        - Mon 2026-03-02 09:00Z: [does asked-us, gets hello]
        - Fri 2026-03-06 09:00Z: answers question now
        """
    assert "- Thu 2026-03-05 09:00Z: gets question\n" in rewritten(content, tale)


def test_several_stories_of_one_file(content: Path) -> None:
    more = TOLD + TOLD.partition("stories:\n")[2].replace("says now", "says later").replace(
        "gets hello", "gets question"
    )
    (content / STORIES).write_text(more.replace("[does asked-us, gets hello]", "does asked-us"))
    assert run(["test", "--write"]) == 0
    assert (content / STORIES).read_text().count("[does asked-us, gets hello]") == 2


def test_what_cannot_be_is_shown_and_not_written(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (content / STORIES).write_text(
        TOLD.replace("gets question", "[gets question, clicks hello, sales accepted]")
    )
    assert run(["test", "--write"]) == 1
    out = capsys.readouterr().out
    assert "! cannot happen: sales accepted;" in " ".join(out.split())
    assert max(map(len, out.split("\n"))) <= 80


def test_an_end_that_comes_later_now_is_found(content: Path) -> None:
    """As after a wait was made longer: the line of the end goes, and the end is written where it is now."""
    tale = """\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Tue 2026-03-03 10:00: gets question
        - Thu 2026-03-05 10:00: ends finished
        """
    assert rewritten(content, tale).splitlines()[1:] == [
        "- Thu 2026-03-05 10:00: gets question",
        "- Sun 2026-03-15 10:00: handed to sales",
        "- Wed 2026-03-18 10:00: ends finished",
    ]


def test_of_deeds_alone_is_written_what_it_does_besides(content: Path) -> None:
    (content / "campaigns/talk.yaml").write_text(
        "campaign: talk\nsteps:\n  - do: note\n    tag: hot\n    list: competitors\n"
        "    notify: {team: sales, text: Look}\n  - do: ask\n    webhook: check-credit\n  - end: done\n"
    )
    found = rewritten(content, "- Mon 2026-03-02 10:00: enters\n")
    assert found == (
        "- Mon 2026-03-02 10:00: [enters, tag hot, list competitors, notify sales, calls ask, ends done]\n"
    )
    assert rewritten(content, "- Mon 2026-03-02 10:00: [enters, tag hot]\n") == (
        "- Mon 2026-03-02 10:00: [enters, tag hot, ends done]\n"
    )
