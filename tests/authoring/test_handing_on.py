"""Stories of a lead whom one team hands on to the next, and of one in the shadow."""

from pathlib import Path
from textwrap import dedent

from nurture.authoring.content import read_content
from nurture.authoring.problems import render as render_problems
from tests.authoring.test_policy_stories import Make, content, shown

__all__ = ["content"]

HANDED_ON = """\
    policy: sales
    team: sales
    stories:
      - story: qualified, and taken by the closers
        lead: {zone: UTC}
        tale:
          - Mon 2026-03-02 10:00: [enters, handed to sales, owner ada@sales.example]
          - Mon 2026-03-02 11:00: [sales qualified, sla met, stage SQL, handed to closers,
              owner bo@sales.example, ends accepted]
          - Mon 2026-03-02 15:00: [sales rejected not-now, sla missed, stage recycled]
    """
CLOSERS = """\
    teams:
      sales:
        members: [{name: Ada Brandt, email: ada@sales.example}]
        hand_on: closers
      closers:
        members: [{name: Bo Falk, email: bo@sales.example}]
        due: 2h
    reasons: {not-now: Not now}
    """


def test_who_is_qualified_goes_on_to_the_next_team(content: Make, tmp_path: Path) -> None:
    content("sales.stories.yaml", HANDED_ON)
    policy = tmp_path / "policies" / "sales.yaml"
    policy.write_text(dedent(CLOSERS))
    assert shown(read_content(tmp_path)) == ""
    policy.write_text(dedent(CLOSERS).replace("hand_on: closers", "hand_on: sales"))
    assert "`sales` hands its leads on to itself" in render_problems(read_content(tmp_path).problems)
    policy.write_text(dedent(CLOSERS).replace("hand_on: closers", "hand_on: closer"))
    assert "there is no team `closer`" in render_problems(read_content(tmp_path).problems)


def test_in_the_shadow_nobody_is_handed_over(content: Make, tmp_path: Path) -> None:
    tale = "      - Mon 2026-03-02 10:00: [enters, skips sales, ends finished]\n"
    content("sales.stories.yaml", HANDED_ON)
    story = dedent(HANDED_ON).partition("      - Mon")[0]
    (tmp_path / "policies" / "sales.stories.yaml").write_text(story + tale)
    shadow = dedent(CLOSERS).replace("hand_on: closers", "handoff: shadow")
    (tmp_path / "policies" / "sales.yaml").write_text(shadow)
    assert shown(read_content(tmp_path)) == ""
