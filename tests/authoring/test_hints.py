"""What people write at first, and what they are told to write instead."""

from __future__ import annotations

from textwrap import dedent

import pytest

from nurture.authoring.content import read_content
from nurture.authoring.problems import render
from tests.authoring.conftest import Make
from tests.authoring.good import CALENDARS, CAMPAIGN, DICTIONARY, GOOD, MESSAGE, SALES, STORIES, tale

HEAD = "campaign: talk\nenrol: {on: asked-us}\n"
LEAVE = " [Leave]({{ unsubscribe_url }}) {{ company.address }}\n"


def steps(text: str) -> tuple[str, str]:
    return CAMPAIGN, f"{HEAD}steps:\n{text}  - end: done\n"


def head(text: str) -> tuple[str, str]:
    return CAMPAIGN, f"campaign: talk\n{text}steps:\n  - send: hello\n  - end: done\n"


def happening(text: str) -> tuple[str, str]:
    return DICTIONARY, dedent(GOOD[DICTIONARY]).replace("happenings:\n", f"happenings:\n  {text}\n")


def mail(text: str) -> tuple[str, str]:
    return MESSAGE, f"---\nsubject: Hello\nlayout: none\n---\n{text}{LEAVE}"


WAITS = '  - wait: up to 3d\n    until: clicked("hello") || clicked("hello2")\n'
TWO_TEAMS = "  partners:\n    members:\n      - {name: Ada, email: Ada@sales.example}\n"
HINTS: dict[str, tuple[tuple[str, str], str]] = {
    "until a weekday": (steps("  - wait: until monday 9am\n"), "Write `to next monday 09:00`."),
    "to a weekday": (steps("  - wait: to friday 14:30\n"), "Write `to next friday 14:30`."),
    "ways below choose itself": (
        steps("  - choose:\n      - way: full\n        when: score > 5\n        then: next\n"),
        "Write `choose: NAME`, and the list below it under `ways:`.",
    ),
    "working days": (steps("  - wait: 7 working days\n"), "Write `7 business days`."),
    "a working day before": (
        steps("  - wait: to lead.renewal - 1 working day at 09:00\n"),
        "Write `to lead.renewal - 1 business day at 09:00`.",
    ),
    "an answer that is a number": (
        steps("  - send: question\n    answers: {1: Now}\n"),
        "It must begin with a letter, such as `one: ...`.",
    ),
    "a cap in words": (head("sending: {cap: 3 a week}\n"), "Write `{week: 3}`."),
    "one person in two teams": (
        (SALES, dedent(GOOD[SALES]).replace("reasons:", TWO_TEAMS + "reasons:")),
        "`Ada@sales.example` is a member of `sales` already",
    ),
    "for a happening": (steps("  - wait: asked-us\n"), 'below it `until: happened("asked-us")`.'),
    "to a fixed day": (steps("  - wait: to 2026-05-01\n"), "a field that holds the date"),
    "to a date without to": (steps("  - wait: lead.renewal - 60d\n"), "Write `to lead.renewal - 60d`."),
    "a time without at": (
        head("enrol: {at: lead.renewal - 3d 9:00}\n"),
        "Write `lead.renewal - 3d at 9:00`.",
    ),
    "a date as a text": (
        steps('  - send: hello\n    if: lead.renewal > "2026-05-01"\n'),
        'timestamp("2026-05-01T00:00:00Z")',
    ),
    "a function of days": (
        steps("  - send: hello\n    if: days_since(lead.renewal) > 3\n"),
        "now - lead.trial_ends > duration",
    ),
    "an event that happened": (
        steps('  - wait: 3d\n  - end: met\n    if: happened("form.submitted")\n'),
        "Its happenings are asked-us.",
    ),
    "until before a date": (
        steps("  - wait: until lead.renewal - 1h\n"),
        "Write `to lead.renewal - 1h`.",
    ),
    "days before a date": (
        head("enrol: {at: 3 days before lead.renewal}\n"),
        "Write `lead.renewal - 3 days`.",
    ),
    "two lengths in a date": (steps("  - wait: to lead.renewal + 1h 30m\n"), "to lead.renewal + 1h + 30m"),
    "a date as a condition": (
        steps("  - wait: up to 3d\n    until: lead.renewal - 1h\n"),
        "write wait: to lead.renewal - 1h",
    ),
    "a length without quotes": (
        steps('  - send: hello\n    if: count("asked-us", 30d) > 1\n'),
        'A length of time stands in quotes: "30d"',
    ),
    "a length in a sum": (
        steps("  - send: hello\n    if: now > lead.renewal - 3d\n"),
        'write duration("72h")',
    ),
    "a happening without quotes": (
        steps('  - send: hello\n    if: count(asked-us, "30d") > 1\n'),
        'Names stand in quotes: ("asked-us")',
    ),
    "a digest in words": (
        steps("  - do: tell\n    notify: {team: sales, text: Look, digest: every day 8am}\n"),
        "Write `daily 08:00`.",
    ),
    "a digest beside notify": (
        steps("  - do: tell\n    notify: {team: sales, text: Look}\n    digest: daily\n"),
        "It stands under `notify:`",
    ),
    "days with names": (
        (CALENDARS, "holidays: {20 December to 6 January: closed}\n"),
        "Write `12-20 to 01-06`.",
    ),
    "the last day of a month": (
        (CALENDARS, "holidays: {fourth Thursday in November: Thanksgiving}\n"),
        "Write `4th thu of november`.",
    ),
    "a day with its year": ((CALENDARS, "holidays: {Dec 24th 2026: closed}\n"), "Write `2026-12-24`."),
    "hours in words": ((CALENDARS, "business: {hours: 9 to 5}\n"), "Write `09:00-17:00`."),
    "a night": ((CALENDARS, "business: {hours: 10pm - 6am}\n"), "Write `22:00-06:00`."),
    "a week in words": ((CALENDARS, "business: {days: Monday to Thursday}\n"), "Write `mon-thu`."),
    "years before a date": (
        head("enrol: {at: 1 year after lead.renewal}\n"),
        "Write `lead.renewal + 12 months`.",
    ),
    "a wait into a window": (
        steps("  - wait: 2d into office\n"),
        "Write `wait: 2d`, and `into: office` below it.",
    ),
    "a wait by chance": (steps("  - wait: random 1-5d\n"), "Choose one: `1d` or `5d`."),
    "once a month": (
        head("enrol:\n  every: first friday 9am\n  if: lead.customer\n"),
        "Write `friday 09:00`. With `again: after 28d`",
    ),
    "every morning": (head("enrol:\n  every: morning\n  if: lead.customer\n"), "Write `day 09:00`."),
    "a winner after one or the other": (
        steps(
            "  - send: hello\n    variants: {hello: 50, question: 50}\n"
            "    winner: {by: clicked, after: 9 leads or 4d}\n"
        ),
        "`9 leads and 4d` waits for both.",
    ),
    "subjects in a list": (
        steps("  - send: hello\n    variants: {subject: [One, Two]}\n"),
        "Give each subject a name",
    ),
    "a stage without quotes": (
        steps("  - send: hello\n    if: stage == customer\n"),
        'in quotes: "customer"',
    ),
    "no on": (head("enrol: asked-us\n"), "Write `enrol: {on: asked-us}`."),
    "on an event": (head("enrol: {on: form.submitted}\n"), "Happenings of it: `asked-us`."),
    "on an event of no happening": (head("enrol: {on: order.paid}\n"), "a-name: {event: order.paid}"),
    "again yes": (head("enrol: {on: asked-us, again: yes}\n"), "Write `again: after exit`."),
    "again after days": (head("enrol: {on: asked-us, again: 30d}\n"), "Write `again: after 30d`."),
    "leave as a list": (head("leave:\n  - lead.customer\n"), "`customer: lead.customer`"),
    "a happening as a goal": (head("goal: asked-us\n"), '`asked-us: happened("asked-us")`'),
    "a segment by its bare name": (head("audience: big\n"), 'Write `in_segment("big")`.'),
    "a happening by its bare name": (
        steps("  - wait: up to 3d\n    until: asked-us\n"),
        'Write `happened("asked-us")`.',
    ),
    "for leads": (head("for: lead\n"), "Leave `for:` out"),
    "a measure without a name": (head("measure: asked-us\n"), "{success: {when: asked-us}}"),
    "a cap of no time": (head("sending: {cap: 3}\n"), "Write `{week: 3}`."),
    "a cap a month": (head("sending: {cap: {month: 3}}\n"), "Write `30d`."),
    "a section at the top": (
        (CAMPAIGN, f"{HEAD}steps:\n  - go: ask\nask:\n  - end: done\n"),
        "Sections stand under `sections:`",
    ),
    "if and else": (
        steps("  - choose: size\n    if: lead.employees > 9\n    then: next\n"),
        "It stands in a way: below `ways:`",
    ),
    "ways by name": (
        steps("  - split: test\n    ways: [a, b]\n"),
        "Write `- way: a`, and below it `share: 50`",
    ),
    "a team one level deeper": (steps("  - handoff:\n      team: sales\n"), "Write `sales` behind the colon"),
    "due tomorrow": (
        steps("  - task: call-her\n    team: sales\n    kind: call\n    text: x\n    due: tomorrow\n"),
        "Write `1d`.",
    ),
    "hours of a send": (steps("  - send: hello\n    at: 09:00\n"), "`window: office`"),
    "a send after a time": (steps("  - send: hello\n    after: 3d\n"), "Put a step `- wait: 3d` above"),
    "a send to us": (steps("  - send: hello\n    to: ada@ours.example\n"), "`notify:`"),
    "two in one": (steps("  - send: hello, question\n"), "One name stands here"),
    "notify in short": (steps("  - do: tell\n    notify: sales\n"), "{team: sales, text: What happened}"),
    "an event without its key": (happening("saw: page.viewed"), "Write `saw: {event: page.viewed}`."),
    "a list of pages": (happening("saw: {event: page.viewed, path: [/a, /b]}"), "`*` is anything"),
    "what is the lead's": (
        (
            STORIES,
            dedent(tale("- Mon 2026-03-02 10:00: created\n")[1]).replace(
                "    tale:", "    score: 3\n    tale:"
            ),
        ),
        "Write it under `lead:`",
    ),
    "a word of a first try": (
        tale("- Mon 2026-03-02 10:00: [submits asked-us]\n"),
        "Write `does` and a happening.",
    ),
    "a comma in a tale": (
        tale("- Mon 2026-03-02 10:00: does asked-us, gets hello\n"),
        "`[does asked-us, gets hello]`",
    ),
    "a filter as elsewhere": (
        mail("{{ lead.first_name | default: 'you' }}"),
        'lead.first_name|default("there")',
    ),
    "a placeholder of another system": (mail("Hello *|FNAME|*"), 'lead.first_name|default("there")'),
    "a placeholder of one brace": (mail("Hello {first_name}"), 'lead.first_name|default("there")'),
    "a date as elsewhere": (mail("{{ lead.renewal|date('%d') }}"), "|day, a moment with |when"),
}


@pytest.mark.parametrize("name", HINTS)
def test_the_hint_says_what_to_write(name: str, content: Make) -> None:
    (file, text), hint = HINTS[name]
    assert hint in render(read_content(content({file: text})).problems)


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        (steps("  - sned: hello\n  - email: hello2\n    message: hello\n" + WAITS), "unknown-verb"),
        ((DICTIONARY, dedent(GOOD[DICTIONARY]).replace("number", "integer")), "wrong-kind"),
    ],
)
def test_what_follows_from_a_mistake_is_not_told(file: tuple[str, str], rule: str, content: Make) -> None:
    found = read_content(content(dict([file]))).problems
    assert {one.rule for one in found} == {rule}, render(found)
