"""Stories about policies: what deeds are worth, and what a team and its deadlines do."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from nurture.authoring.content import Content, read_content
from nurture.authoring.problems import render as render_problems
from nurture.authoring.stories.policies import POLICIES
from nurture.authoring.stories.telling import told
from nurture.authoring.stories.verdict import render
from tests.authoring.good import GOOD

Make = Callable[[str, str], Content]


@pytest.fixture
def content(tmp_path: Path) -> Make:
    def make(name: str, text: str) -> Content:
        for file, good in GOOD.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(dedent(good))
        scoring = "rules: {asked: {on: asked-us, points: 40}}\nthresholds: {MQL: 40}\n"
        (tmp_path / "policies" / "scoring.yaml").write_text(scoring)
        (tmp_path / "policies" / name).write_text(dedent(text))
        return read_content(tmp_path)

    return make


def shown(content: Content) -> str:
    assert render_problems(content.problems) == ""
    (file,) = content.policy_stories
    assert file.stand_in is not None
    verdicts = told(file, file.stand_in, content.rules())
    return "\n".join(render(verdict, "stories.yaml") for verdict in verdicts if not verdict.holds)


SCORING = """\
    policy: scoring
    stories:
      - story: asks
        lead: {zone: UTC}
        tale:
          - Mon 2026-03-02 10:00: [does asked-us, score 40, stage MQL]
          - Tue 2026-03-03 10:00: nothing
    """
SALES = """\
    policy: sales
    team: sales
    stories:
      - story: nobody answers
        tale:
          - Mon 2026-03-02 10:00: [enters, handed to sales]
          - Mon 2026-03-02 14:00: notify sales
          - Thu 2026-03-05 10:00: ends nobody-answered
      - story: accepted
        tale:
          - Mon 2026-03-02 10:00: [enters, handed to sales]
          - Mon 2026-03-02 11:00: [sales accepted, stage SAL, ends accepted]
    """


def test_what_deeds_are_worth(content: Make) -> None:
    assert shown(content("scoring.stories.yaml", SCORING)) == ""


def test_a_wrong_score_and_an_unlisted_stage_fail(content: Make) -> None:
    wrong = shown(content("scoring.stories.yaml", SCORING.replace("score 40, stage MQL", "score 30")))
    assert "score 30                   ! -" in wrong
    assert "! score 40" in wrong
    assert "! stage MQL" in wrong


def test_what_a_team_does(content: Make) -> None:
    assert shown(content("sales.stories.yaml", SALES)) == ""


ROUTING = """\
    policy: routing
    team: sales
    stories:
      - story: an absent owner
        lead: {zone: UTC, lead-owner: ada@sales.example}
        tale:
          - Mon 2026-03-02 10:00: [enters, handed to sales, owner bo@sales.example]
          - Mon 2026-03-02 18:00: owner bo@sales.example
          - Thu 2026-03-05 10:00: ends nobody-answered
      - story: everybody is full
        lead: {zone: UTC, busy: {bo@sales.example: 2}}
        tale:
          - Mon 2026-03-02 10:00: [enters, handed to sales, owner nobody]
    """
PEOPLE = """\
teams:
  sales:
    members:
      - name: Ada
        email: ada@sales.example
        away: {2026-03-01 to 2026-03-04: Fair}
        substitute: bo@sales.example
      - {name: Bo, email: bo@sales.example, open_at_most: 2}
reasons: {not-now: Not now}
"""


LIFECYCLE = """\
    policy: lifecycle
    team: sales
    stories:
      - story: points hand her over, and sales move her on
        tale:
          - Mon 2026-03-02 10:00: [does asked-us, stage MQL, handed to sales]
          - Mon 2026-03-02 12:00: [sales accepted, stage SAL, ends accepted]
          - Tue 2026-03-03 10:00: [becomes customer, does asked-us, nothing]
      - story: back from the recycled she is handed over again
        lead: {stage: recycled}
        tale:
          - Mon 2026-03-02 10:00: does asked-us
          - Tue 2026-03-03 10:00: [becomes MQL, handed to sales]
          - Tue 2026-03-03 12:00: [sales rejected not-now, stage recycled, ends rejected]
          - Wed 2026-03-04 10:00: [becomes MQL, handed to sales]
          - Wed 2026-03-04 12:00: [sales accepted, stage SAL, ends accepted]
    """


def test_the_whole_way_of_a_lead_through_the_stages(content: Make) -> None:
    assert shown(content("lifecycle.stories.yaml", LIFECYCLE)) == ""
    wrong = LIFECYCLE.replace("stage MQL, handed", "handed")
    assert "! " in shown(content("lifecycle.stories.yaml", wrong))


def test_who_gets_a_lead(content: Make, tmp_path: Path) -> None:
    content("routing.yaml", "rules: [{rule: known, to: lead-owner}]\n")
    content("routing.stories.yaml", ROUTING)
    (tmp_path / "policies" / "sales.yaml").write_text(PEOPLE)
    assert shown(read_content(tmp_path)) == ""


GIVEN_BACK = """\
    policy: sales
    team: sales
    stories:
      - story: no budget, so after a rest she comes back, with the points taken
        lead: {zone: UTC, score: 50}
        tale:
          - Mon 2026-03-02 10:00: [enters, handed to sales]
          - Mon 2026-03-02 11:00: [sales rejected no-budget, score 30, stage recycled, ends rejected]
          - Wed 2026-04-01 11:00: enrols talk
      - story: given back until May
        lead: {zone: UTC}
        tale:
          - Mon 2026-03-02 10:00: [enters, handed to sales]
          - Mon 2026-03-02 11:00: [sales returned 2026-05-04, stage recycled, ends rejected]
          - Mon 2026-05-04 00:00: enrols talk
      - story: not a person
        lead: {zone: UTC}
        tale:
          - Mon 2026-03-02 10:00: [enters, handed to sales]
          - Mon 2026-03-02 11:00: [sales rejected bad-data, stage disqualified, ends rejected]
    """
FOLLOWS = """\
teams: {sales: {members: [{name: Ada, email: ada@sales.example}]}}
reasons:
  no-budget: {says: No budget, rest: 30d, then: talk, score: -20}
  bad-data: {says: Nobody, stage: disqualified}
returned: {then: talk}
"""


def test_what_follows_a_reason(content: Make, tmp_path: Path) -> None:
    content("sales.stories.yaml", GIVEN_BACK)
    (tmp_path / "policies" / "sales.yaml").write_text(FOLLOWS)
    assert shown(read_content(tmp_path)) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            SCORING.replace("policy: scoring", "policy: scores"),
            "expected one of scoring, sales, routing, ",
        ),
        (SALES.replace("    team: sales\n", ""), "stories about the sales policy need `team:`"),
        (SALES.replace("team: sales", "team: slaes"), "there is no team `slaes`"),
        (SCORING.replace("score 40", "score much"), "`much` is not a score"),
    ],
)
def test_mistakes_are_told(text: str, said: str, content: Make) -> None:
    assert said in render_problems(content("scoring.stories.yaml", text).problems)


def test_the_shipped_ones_hold(checkout: Path) -> None:
    shipped = read_content(checkout)
    assert {Path(file.path).name for file in shipped.policy_stories} == {
        f"{policy}.stories.yaml" for policy in POLICIES
    }
    for file in shipped.policy_stories:
        assert file.stand_in is not None
        found = told(file, file.stand_in, shipped.rules())
        assert [render(verdict, file.path) for verdict in found if not verdict.holds] == []


def test_a_line_can_state_the_score_and_the_stage_at_any_time(content: Make) -> None:
    at = "- Tue 2026-03-03 10:00: "
    right = SCORING.replace(f"{at}nothing", f"{at}[score: 39, stage: MQL]")
    assert shown(content("scoring.stories.yaml", right)) == ""
    wrong = SCORING.replace(f"{at}nothing", f"{at}[score: 40, stage: lead]")
    told = shown(content("scoring.stories.yaml", wrong))
    assert [line.split()[-1] for line in told.splitlines() if "is MQL" in line or "score 39" in line] == [
        "39",
        "MQL",
    ]
    assert "stage: lead" in told


MOVES = """\
    stages:
      MQL: {from: [lead]}
      SAL: {from: [SQL]}
    ready_when:
      - lead.customer
    """


def test_what_the_lifecycle_does_not_allow_does_not_happen(content: Make, tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir(parents=True, exist_ok=True)
    (tmp_path / "policies" / "lifecycle.yaml").write_text(dedent(MOVES))
    stranger = SCORING.replace("lead: {zone: UTC}", "lead: {zone: UTC, stage: subscriber}")
    assert "! " in shown(content("scoring.stories.yaml", stranger))
    assert (
        shown(content("scoring.stories.yaml", stranger.replace(", stage MQL", ", stage: subscriber"))) == ""
    )
    assert shown(content("scoring.stories.yaml", SCORING)) == ""
    rules = content("scoring.stories.yaml", SCORING).rules()
    assert rules.dictionary.segments["ready"] == ("lead.customer",)
    assert rules.conditions.check('in_segment("ready")') == []


TEAM = """\
    teams:
      sales:
        members:
          - {name: Otto Lang, email: otto@ours.example}
          - {name: Pia Ruiz, email: pia@ours.example}
    """
PASSED_ON = """\
    policy: routing
    team: sales
    stories:
      - story: nobody acts
        tale:
          - Mon 2026-03-02 10:00: [enters, handed to sales, owner otto@ours.example]
          - Mon 2026-03-02 14:00: notify sales
          - Mon 2026-03-02 18:00: [notify sales, owner pia@ours.example]
          - Mon 2026-03-02 22:00: notify sales
          - Thu 2026-03-05 10:00: [sla missed, ends nobody-answered]
    """


@pytest.mark.parametrize("third", ["", "      - {name: Quin Ott, email: q@ours.example}\n"])
def test_who_does_not_act_has_a_task_taken_by_the_next_of_the_team(
    content: Make, tmp_path: Path, third: str
) -> None:
    content("sales.yaml", dedent(TEAM) + third)
    (tmp_path / "policies" / "routing.yaml").write_text("rules: []\notherwise: in-turn\n")
    (tmp_path / "policies" / "routing.stories.yaml").write_text(dedent(PASSED_ON))
    assert shown(read_content(tmp_path)) == ""


@pytest.mark.parametrize("remind", ["2 business hours", "2h", "24h", "8 business hours"])
def test_hours_and_days_of_work_are_compared_on_a_calendar(content: Make, remind: str) -> None:
    ladder = f"    remind: {remind}\n    escalate: [{{after: 1 business day, to: next}}]\n"
    assert render_problems(content("sales.yaml", dedent(TEAM) + ladder).problems) == ""


def test_one_rung_needs_no_list(content: Make) -> None:
    rung = "    escalate: {after: 6h, to: next}\n"
    assert render_problems(content("sales.yaml", dedent(TEAM) + rung).problems) == ""
    wrong = render_problems(content("sales.yaml", dedent(TEAM) + "    escalate: {to: next}\n").problems)
    assert "needs `after:`" in wrong
