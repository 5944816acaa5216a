"""Conditions as people write them at first."""

from tests.authoring.mistakes.writing import Mistakes, campaign, steps


def asked(rule: str, condition: str) -> tuple[str, str, str]:
    text = f"  - send: hello\n  - wait: 3d\n  - end: done\n    if: >-\n      {condition}\n  - end: other\n"
    return steps(rule, text)


CONDITIONS: Mistakes = {
    "one equals sign": asked("condition", "score = 60"),
    "and in words": asked("condition", "score > 60 and lead.customer"),
    "or in words": asked("condition", "score > 60 or lead.customer"),
    "not in words": asked("condition", "not lead.customer"),
    "is in words": asked("condition", 'lead.first_name is "Ada"'),
    "at least, the wrong way round": asked("condition", "score => 60"),
    "not equal as in a spreadsheet": asked("condition", "score <> 60"),
    "a sign from a word processor": asked("condition", "score \u2265 60"),
    "between": asked("condition", "score between 40 and 60"),
    "a chain of comparisons": asked("condition", "40 < score < 60"),
    "curly quotes": asked("condition", "clicked(\u201chello\u201d)"),
    "no quotes around a name": asked("condition", "clicked(hello)"),
    "no quotes around a text": asked("condition", "lead.first_name == Ada"),
    "quotes around a number": asked("condition", 'score > "60"'),
    "a text compared with a number": asked("condition", "lead.first_name > 3"),
    "a yes/no compared with a text": asked("condition", 'lead.customer == "yes"'),
    "no more than a field": asked("condition", "lead.first_name"),
    "no more than a number": asked("condition", "score"),
    "an open bracket": asked("condition", '(score > 60 && clicked("hello")'),
    "an ending too early": asked("condition", "score >"),
    "an open quote": asked("condition", 'clicked("hello)'),
    "one ampersand": asked("condition", "score > 60 & lead.customer"),
    "a percent sign": asked("condition", "score > 60%"),
    "null": asked("condition", "lead.first_name == null"),
    "an empty text": asked("condition", 'lead.first_name == ""'),
    "has": asked("condition", "has(lead.first_name)"),
    "a function that is there not": asked("condition", 'visited("/prices")'),
    "a loop over a list": asked("condition", '["a"].exists(x, x == "a")'),
    "if inside": asked("condition", "if score > 60"),
    "a field that is there not": asked("unknown-field", "lead.employes > 10"),
    "a field without lead": asked("condition", "employees > 10"),
    "a happening that is there not": asked("unknown-happening", 'happened("asked-uss")'),
    "an event instead of a happening": asked("unknown-happening", 'happened("form.submitted")'),
    "a send that is there not": asked("unknown-step", 'clicked("helo")'),
    "a handoff that is there not": asked("unknown-step", 'done("sales")'),
    "a segment that is there not": asked("unknown-segment", 'in_segment("bigg")'),
    "a list that is there not": asked("unknown-list", 'on_list("competitor")'),
    "a stage that is there not": asked("unknown-stage", 'stage_at_least("Lead")'),
    "a stage that is there not, compared": asked("unknown-stage", 'stage == "mql"'),
    "an answer to no question": asked("condition", 'answer("hello") == "now"'),
    "a window in words": asked("condition", 'count("asked-us", "a week") > 2'),
    "count without a window": asked("condition", 'count("asked-us") > 2'),
    "count that asks nothing": asked("condition", 'count("asked-us", "7d")'),
    "a date as a text": asked("condition", 'lead.renewal > "2026-03-01"'),
    "a date that is there not": asked("condition", 'lead.renewal > timestamp("2026-13-01")'),
    "a date without a zone": asked("condition", 'lead.renewal > timestamp("2026-03-01")'),
    "a length of time in days": asked("condition", 'lead.renewal - now < duration("3d")'),
    "today": asked("condition", "lead.renewal == today"),
    "equality of dates": asked("date-equality", "lead.renewal == now"),
    "equality of lengths of time": asked("date-equality", 'lead.renewal - now == duration("72h")'),
    "a range that cannot be": asked("impossible", "score > 80 && score < 40"),
    "a range that is everything": asked("always", "score < 80 || score > 40"),
    "not one or not the other": asked("always", 'stage != "MQL" || stage != "SQL"'),
    "two names at once": asked("impossible", 'lead.first_name == "Ada" && lead.first_name == "Eva"'),
    "empty and more than nothing": asked("impossible", "!known(lead.employees) && lead.employees > 0"),
    "an open decides a handoff": steps(
        "condition", '  - send: hello\n  - wait: 3d\n  - handoff: sales\n    if: opened("hello")\n  - end: other\n'
    ),
    "asked about what was never sent": steps(
        "never-sent", '  - wait: 3d\n  - end: done\n    if: clicked("hello")\n  - send: hello\n  - end: other\n'
    ),
    "asked at once": steps("no-wait", '  - send: hello\n  - end: done\n    if: clicked("hello")\n  - end: other\n'),
    "a number as a condition": steps("condition", "  - end: done\n    if: 3\n  - end: other\n"),
    "an empty condition": steps("wrong-kind", "  - end: done\n    if:\n  - end: other\n"),
    "a table as a condition": steps("wrong-kind", "  - end: done\n    if:\n      score: 60\n  - end: other\n"),
    "an empty list of conditions": steps("wrong-kind", "  - end: done\n    if: []\n  - end: other\n"),
    "leave without a condition": campaign("wrong-kind", "campaign: talk\nleave:\n  customer:\nsteps:\n  - end: done\n"),
    "leave as a list": campaign("wrong-kind", "campaign: talk\nleave:\n  - lead.customer\nsteps:\n  - end: done\n"),
    "a condition of three thousand letters": asked("condition", " || ".join(["score > 60"] * 250)),
}  # fmt: skip
