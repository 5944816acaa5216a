"""Leads of stories who come to a stage of the lifecycle by themselves."""

from pathlib import Path
from textwrap import dedent

from nurture.authoring.content import read_content
from tests.authoring.good import GOOD
from tests.authoring.test_policy_stories import shown

ENTRIES = """\
    stages:
      SQL:
        from: [MQL, SAL]
        at_most: 3d
        when: happened("asked-us")
      recycled:
        from: [SQL]
        when: happened("stuck")
      disqualified:
        when: lead.role.contains("student")
    """
BY_HERSELF = """\
    policy: scoring
    stories:
      - story: a demo brings her on, and silence aside
        lead: {zone: UTC, stage: MQL}
        tale:
          - Mon 2026-03-02 10:00: [does asked-us, stage SQL]
          - Thu 2026-03-05 10:00: stage recycled
          - Fri 2026-03-06 10:00: [does asked-us, stage: recycled]
      - story: a student is none of ours
        lead: {zone: UTC, lead.role: student of law}
        tale:
          - Mon 2026-03-02 10:00: [created, stage disqualified]
    """


def test_a_lead_of_a_story_comes_to_a_stage_by_herself(tmp_path: Path) -> None:
    stuck = "happenings:\n  stuck: {event: stage.overdue, stage: SQL}\n"
    words = dedent(GOOD["policies/dictionary.yaml"]).replace("deal.renewal: date,", "lead.role: text,", 1)
    files = {file: dedent(good) for file, good in GOOD.items()} | {
        "policies/dictionary.yaml": words.replace("happenings:\n", stuck, 1),
        "policies/scoring.yaml": "rules: {asked: {on: asked-us, points: 40}}\n",
        "policies/lifecycle.yaml": dedent(ENTRIES),
    }
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    stories = tmp_path / "policies" / "scoring.stories.yaml"
    stories.write_text(dedent(BY_HERSELF))
    assert shown(read_content(tmp_path)) == ""
    stories.write_text(dedent(BY_HERSELF).replace("[does asked-us, stage SQL]", "does asked-us"))
    assert "stage SQL" in shown(read_content(tmp_path))
