"""Stories of when a message goes out: holidays, business hours, quiet times, caps, other campaigns."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import CALENDARS, CAMPAIGN, DICTIONARY, GOOD, SALES, STORIES
from tests.authoring.test_stories import shown

POLICY = """\
    business: {days: mon-fri, hours: 09:00-17:00}
    countries:
      DE: {holidays: {easter - 2: Good Friday, easter + 1: Easter Monday}}
    """


def campaign(steps: str, head: str = "") -> str:
    return f"campaign: talk\nenrol: {{on: asked-us}}\n{head}steps:\n{steps}  - end: done\n"


def story(tale: str, lead: str = "{zone: Europe/Berlin, lead.country: DE}") -> str:
    lines = "".join(f"      - {line}\n" for line in tale.strip().splitlines())
    return f"campaign: talk\nstories:\n  - story: a tale\n    lead: {lead}\n    tale:\n{lines}"


def told(content: Make, file: str, tale: str, more: dict[str, str] | None = None) -> str:
    fields = GOOD[DICTIONARY].replace("lead.renewal: date}", "lead.renewal: date, lead.country: text}")
    happening = "asked-us: {event: form.submitted, form: contact}\n          bought: {event: order.paid}"
    dictionary = fields.replace("asked-us: {event: form.submitted, form: contact}", happening)
    files = {DICTIONARY: dictionary, CALENDARS: POLICY, CAMPAIGN: file, STORIES: tale}
    return shown(content({**files, **(more or {})}))


def test_holidays_and_business_time(content: Make) -> None:
    file = campaign("  - send: hello\n  - wait: 2 business hours\n  - do: note\n    tag: read\n")
    tale = story("Thu 2026-04-02 18:00: does asked-us\nTue 2026-04-07 09:00: gets hello\n"
                 "Tue 2026-04-07 11:00: [tag read, ends done]")  # fmt: skip
    assert told(content, file, tale) == ""


BOUGHT = "Sat 2026-03-07 12:00: does bought\nMon 2026-03-09 09:00: [skips hello, ends done]"
CHANGED = """\
Sat 2026-03-07 12:00: becomes lead.customer yes
Sun 2026-03-08 12:00: becomes lead.customer no
Mon 2026-03-09 09:00: [gets hello, ends done]"""


@pytest.mark.parametrize(
    ("asks", "tale"),
    [('unless: happened("bought")', BOUGHT), ("unless: lead.customer", CHANGED)],
)
def test_what_a_held_mail_asks_is_asked_when_it_may_go(asks: str, tale: str, content: Make) -> None:
    file = campaign(f"  - send: hello\n    {asks}\n")
    assert told(content, file, story(f"Sat 2026-03-07 10:00: does asked-us\n{tale}")) == ""


def test_a_field_of_the_company_ends_a_wait(content: Make) -> None:
    file = campaign("  - wait: up to 30d\n    until: account.employees >= 250\n  - send: hello\n")
    tale = """\
Mon 2026-03-02 10:00: does asked-us
Tue 2026-03-03 10:00: becomes account.employees 100
Wed 2026-03-04 10:00: [becomes account.employees 500, gets hello, ends done]"""
    fields = GOOD[DICTIONARY].replace("lead.renewal: date}", "lead.renewal: date, account.employees: number}")
    assert told(content, file, story(tale, "{zone: UTC}"), {DICTIONARY: fields}) == ""


def test_to_the_next_working_morning(content: Make) -> None:
    """Somebody who did not come on a Friday is written to on Monday morning, and not over Easter."""
    file = campaign("  - wait: to next business day 09:00\n  - send: hello\n")
    missed = "Fri 2026-03-06 16:00: does asked-us\nMon 2026-03-09 09:00: [gets hello, ends done]"
    assert told(content, file, story(missed)) == ""
    missed = "Thu 2026-04-02 16:00: does asked-us\nTue 2026-04-07 09:00: [gets hello, ends done]"
    assert told(content, file, story(missed)) == ""


def test_a_lead_of_another_country_does_not_know_the_holiday(content: Make) -> None:
    file = campaign("  - send: hello\n")
    tale = story("Fri 2026-04-03 10:00: [does asked-us, gets hello, ends done]", "{lead.country: US}")
    assert told(content, file, tale) == ""


def test_the_zone_follows_the_country(content: Make) -> None:
    file = campaign("  - send: hello\n")
    tale = story("Mon 2026-03-02 13:59Z: does asked-us\nMon 2026-03-02 14:00Z: [gets hello, ends done]",
                 "{lead.country: US}")  # fmt: skip
    assert told(content, file, tale) == ""


def test_it_is_quiet_after_what_happened(content: Make) -> None:
    file = campaign("  - send: hello\n", "sending: {quiet_after: {bought: 3d}}\n")
    tale = story("Mon 2026-03-02 10:00: does bought\nTue 2026-03-03 10:00: does asked-us\n"
                 "Thu 2026-03-05 10:00: [gets hello, ends done]")  # fmt: skip
    assert told(content, file, tale) == ""


def test_a_quiet_time_longer_than_within_skips(content: Make) -> None:
    file = campaign("  - send: hello\n", "sending: {quiet_after: {bought: 14d}}\n")
    tale = story("Mon 2026-03-02 10:00: [does bought, does asked-us, skips hello, ends done]")
    assert told(content, file, tale) == ""


@pytest.mark.parametrize(
    ("within", "lines"),
    [
        ("47h", "[does asked-us, skips hello, ends done]"),
        ("20h", "[does asked-us, skips hello, ends done]"),
        ("3d", "does asked-us\nMon 2026-03-09 09:00: [gets hello, ends done]"),
        ("1 business day", "does asked-us\nMon 2026-03-09 09:00: [gets hello, ends done]"),
    ],
)
def test_what_the_window_makes_too_late_is_skipped_at_once(content: Make, within: str, lines: str) -> None:
    """The engine says the same: tests/services/test_gates.py."""
    file = campaign(f"  - send: hello\n    within: {within}\n")
    assert told(content, file, story(f"Fri 2026-03-06 18:00: {lines}")) == ""


def test_what_a_wait_leads_to_too_late_is_skipped_when_the_wait_is_over(content: Make) -> None:
    file = campaign("  - wait: 4d\n  - send: hello\n    within: 24h\n")
    tale = story("Tue 2026-03-03 10:00: does asked-us\nSat 2026-03-07 10:00: [skips hello, ends done]")
    assert told(content, file, tale) == ""


def test_caps_over_any_time_and_of_a_step(content: Make) -> None:
    file = campaign("  - send: hello\n  - wait: 1d\n  - send: again\n    message: hello\n    cap: {4d: 1}\n")
    tale = story("Mon 2026-03-02 10:00: [does asked-us, gets hello]\n"
                 "Fri 2026-03-06 10:00: [gets again, ends done]")  # fmt: skip
    assert told(content, file, tale) == ""


RENEWAL = "campaign: renewal\npriority: 10\nsteps:\n  - send: hello\n  - end: done\n"
OTHER = {"campaigns/renewal.yaml": RENEWAL}
LATER = "Mon 2026-03-02 15:00: elsewhere renewal"


@pytest.mark.parametrize(
    ("priority", "lines"),
    [
        (0, ["Mon 2026-03-02 10:00: does asked-us", LATER, "Tue 2026-03-03 15:00: [gets hello, ends done]"]),
        (10, ["Mon 2026-03-02 10:00: [does asked-us, gets hello, ends done]", LATER]),
        (20, [LATER, "Mon 2026-03-02 16:00: does asked-us", "Tue 2026-03-03 15:00: [gets hello, ends done]"]),
    ],
)
def test_another_campaign_counts_and_may_go_first(priority: int, lines: list[str], content: Make) -> None:
    file = campaign("  - send: hello\n", f"priority: {priority}\n")
    assert told(content, file, story("\n".join(lines)), OTHER) == ""


def test_the_reason_names_who_goes_first(content: Make) -> None:
    first = "Mon 2026-03-02 10:00: [does asked-us, gets hello]"
    tale = story(f"{first}\n{LATER}\nTue 2026-03-03 15:00: ends done")
    found = " ".join(told(content, campaign("  - send: hello\n"), tale, OTHER).split())
    assert "hello: held, renewal goes first, priority 10 over 0: at most 1 a day" in found


def test_what_is_wrong_with_rules_for_sending(content: Make, snapshot: SnapshotAssertion) -> None:
    dictionary = """\
        happenings: {bought: {event: order.paid}}
        windows:
          blink: {days: mon-fri, hours: 09:00-09:05}
          always: {days: mon-sun, hours: 09:00-17:00, holidays: maybe}
        sending:
          cap: {day: 0, fortnight: 2, 14d: many}
          blocked: {xmas: closed}
          quiet_after: {bougth: 14d, bought: long}
          sms: {window: daytime, within: 1d}
        """
    campaign = "campaign: talk\npriority: high\nsteps:\n  - send: hello\n    cap: 3\n  - end: done\n"
    problems = read_content(
        content({DICTIONARY: dictionary, CAMPAIGN: campaign, SALES: GOOD[SALES]})
    ).problems
    assert render(problems) == snapshot
