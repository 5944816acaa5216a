from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from nurture.demo.closing import Closing, as_json
from nurture.demo.figures import Answers, Figures, Funnel
from nurture.demo.house import Wanted
from nurture.demo.matching import Match
from nurture.demo.telling import tell
from nurture.services.audit import Audit, Finding

MANY = 123_456
ENDS = ("accepted", "bounced", "meeting", "nobody-called", "silent", "unsubscribed")
FUNNEL = Funnel(
    campaign="a-campaign-of-some-name",
    entered=MANY,
    mailed=MANY,
    opened=MANY,
    clicked=MANY,
    answered=MANY,
    handed=MANY,
    outcomes=dict.fromkeys(ENDS, MANY),
    on_the_way=MANY,
)
FIGURES = Figures(
    leads=300,
    funnels=[FUNNEL],
    sends={"sent": MANY, "bounced": 14},
    clicks={"human": 270, "machine": MANY},
    opens={"human": 570, "machine": 231},
    signs=dict.fromkeys(("bare-agent", "burst", "every-link", "head", "honeypot", "too-soon"), MANY),
    unsubscribed=20,
    bounced=14,
    replied=16,
    scores={"below 0": 1, "0 to 19": MANY, "20 to 39": 0, "80 and more": 3},
    stages={"lead": MANY, "recycled": 36},
    handoffs={state: Answers(35, 49.5) for state in ("accepted", "cancelled", "expired", "rejected")},
    reminded=91,
    escalated=64,
    crm={"handoff": MANY, "stage": 4},
    crm_open=0,
    events=MANY,
)
NOW = datetime(2026, 4, 1, tzinfo=UTC)
BALANCE = {"enrolled": MANY, "in_flight": MANY, "ended": 0, "attention": 0, "lost": 0}
GOOD = Closing(
    wanted=Wanted(),
    rows=303,
    refused=2,
    figures=FIGURES,
    match=Match(MANY, MANY, MANY, 0, 0, 0, 14, 0),
    audit=Audit(NOW, NOW, True, BALANCE, {}, {}, {}, [Finding("a check", True, "red", 9, 0)]),
    hibernated=330,
)


def test_it_fits_on_a_terminal_of_eighty_columns() -> None:
    lines = list(tell(GOOD))
    assert max(map(len, lines)) <= 80
    assert lines[-1].startswith("All is well")


def test_spans_are_told_in_hours_or_days() -> None:
    assert any("accepted (in 2.1 d) 35" in line for line in tell(GOOD))


def test_what_is_amiss_is_told_line_by_line() -> None:
    found = replace(
        GOOD,
        audit=replace(GOOD.audit, findings=[Finding("messages sent twice", False, "red", 9, 2)]),
        match=replace(GOOD.match, not_caught=1),
        figures=replace(FIGURES, handoffs={}, stages={"lead": 300}, crm_open=3),
        hibernated=0,
    )
    assert list(found.amiss) == [
        "the audit: messages sent twice, 2 of 9",
        "the ledger and the catcher do not match",
        "3 changes did not reach the CRM",
        "no journey hibernated",
        "there are no accepted handoffs",
        "there are no rejected handoffs",
        "there are no timed-out handoffs",
        "there are no recycled leads",
    ]
    assert sum(line.startswith("AMISS") for line in tell(found)) == 8
    assert as_json(found)["amiss"] == found.amiss


def test_a_small_demo_need_not_show_everything() -> None:
    small = replace(GOOD, wanted=Wanted(leads=30), figures=replace(FIGURES, handoffs={}))
    assert list(small.amiss) == []
