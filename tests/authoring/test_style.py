"""``nurture format`` changes how a file looks, never what it says."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurture.authoring.campaign_file import FIELDS
from nurture.authoring.nodes import Plain, plain
from nurture.authoring.reader import read_yaml
from nurture.authoring.style import in_house_style
from nurture.cli.main import run
from tests.amount import examples

CHECKOUT = Path(__file__).parents[2]
FILES = sorted([*CHECKOUT.glob("campaigns/*.yaml"), *CHECKOUT.glob("policies/*.yaml")])

MESSY = """\


# What this is about.
steps:
- send:    hello      # the first
  kind: operational


- wait:   up to 3d
  # as soon as she clicks
  until:
    - clicked("hello")
  time_up:
        - end: silent
- do: note
  set:
      {  lead.first_name: Ada  }
-   handoff: sales
    why: >-
        She asked
          for a talk

        # and this is no comment
    # the end
campaign: talk
# the leaving
leave:
    customer:   lead.customer
"""
TIDY = """\
# What this is about.
campaign: talk
# the leaving
leave:
  customer: lead.customer
steps:
  - send:    hello      # the first
    kind: operational

  - wait: up to 3d
    # as soon as she clicks
    until:
      - clicked("hello")
    time_up:
      - end: silent
  - do: note
    set:
      {lead.first_name: Ada}
  - handoff: sales
    why: >-
        She asked
          for a talk

        # and this is no comment
    # the end
"""


def content(text: str) -> Plain:
    source, root = read_yaml("a.yaml", text.encode())
    assert root is not None, source.problems
    return plain(root)


def comments(text: str) -> list[str]:
    return sorted(re.findall(r"(?:^|\s)#.*", text))


def styled(text: str) -> str:
    found = in_house_style(text, tuple(FIELDS))
    assert found is not None
    return found


def test_a_messy_file() -> None:
    assert styled(MESSY) == TIDY


def test_line_ends_and_tabs_of_other_systems() -> None:
    assert (
        styled("\ufeffcampaign: talk\r\nsteps:\r\n- end: done   \r\n")
        == "campaign: talk\nsteps:\n  - end: done\n"
    )
    assert in_house_style("campaign: talk\nsteps:\n\t- end: done\n") is None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_shipped_files_are_in_the_house_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert in_house_style(text, tuple(FIELDS)) == text, "run: nurture format"


@st.composite
def disturbed(draw: st.DrawFn) -> str:
    """A shipped file with deeper steps, more empty lines and spaces after keys, or its lists set out."""
    text = draw(st.sampled_from(FILES)).read_text(encoding="utf-8")
    wide = draw(st.sampled_from([1, 2, 3]))
    lines = []
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        rest = re.sub("^- ", "-" + " " * (2 * wide - 1), line.lstrip(" "))
        lines.append(" " * (indent * wide) + rest + draw(st.sampled_from(["", "", "  "])))
        lines += [""] * draw(st.sampled_from([0, 0, 0, 1, 3]))
    return "\n".join(lines)


@settings(max_examples=examples(30, 300))
@given(disturbed())
def test_nothing_is_lost(text: str) -> None:
    once = styled(text)
    assert content(once) == content(text)
    assert [line.strip() for line in comments(once)] == [line.strip() for line in comments(text)]
    assert styled(once) == once


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "campaigns" / "talk.yaml"
    file.parent.mkdir()
    file.write_text(dedent(MESSY), encoding="utf-8")
    assert run(["format", "--check", str(tmp_path)]) == 1
    assert "is not in the house style" in capsys.readouterr().out
    assert file.read_text(encoding="utf-8") == MESSY
    assert run(["format", str(tmp_path)]) == 0
    assert file.read_text(encoding="utf-8") == TIDY
    assert run(["format", str(tmp_path)]) == 0
    assert "All files are in the house style." in capsys.readouterr().out
