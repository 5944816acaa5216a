"""Values of the wrong kind, and names of things that are not there."""

from tests.authoring.mistakes.writing import Mistakes, campaign, steps


def enrolled(rule: str, enrol: str) -> tuple[str, str, str]:
    return campaign(rule, f"campaign: talk\nenrol: {enrol}\nsteps:\n  - end: done\n")


def sending(rule: str, text: str) -> tuple[str, str, str]:
    return campaign(rule, f"campaign: talk\nsending: {text}\nsteps:\n  - send: hello\n  - end: done\n")


VALUES: Mistakes = {
    "a name with spaces": campaign("name", "campaign: The talk\nsteps:\n  - end: done\n"),
    "a name with underscores": campaign("name", "campaign: the_talk\nsteps:\n  - end: done\n"),
    "a name with an umlaut": steps("name", "  - end: gr\u00fc\u00dfe\n"),
    "a name that begins with a digit": steps("name", "  - end: 2nd\n"),
    "NO as a name": steps("name", "  - end: NO\n"),
    "an outcome that is a number": steps("name", "  - end: 3\n"),
    "a wait in words": steps("wrong-kind", "  - wait: three days\n  - end: done\n"),
    "a wait without a unit": steps("wrong-kind", "  - wait: 3\n  - end: done\n"),
    "a wait of half a day": steps("wrong-kind", "  - wait: 0.5d\n  - end: done\n"),
    "a wait that is a range": steps("wrong-kind", "  - wait: 2-3d\n  - end: done\n"),
    "a wait of less than nothing": steps("wrong-kind", "  - wait: -3d\n  - end: done\n"),
    "a time behind a date": steps("wrong-kind", "  - wait: to lead.renewal - 2d 18:00\n  - end: done\n"),
    "a wait of two parts": steps("wrong-kind", "  - wait: 3d 4h\n  - end: done\n"),
    "a wait until": steps("wrong-kind", "  - wait: until lead.customer\n  - end: done\n"),
    "a wait of years": steps("wrong-kind", "  - wait: 2 years\n  - end: done\n"),
    "a wait as a list": steps("wrong-kind", "  - wait: [3d]\n  - end: done\n"),
    "a wait to a field that is there not": steps("unknown-field", "  - wait: to lead.renewl\n  - end: done\n"),
    "a wait to a field that is no date": steps("unknown-field", "  - wait: to lead.employees - 3d\n  - end: done\n"),
    "a wait to a day": steps("wrong-kind", "  - wait: to 2026-03-01\n  - end: done\n"),
    "a wait into a window that is there not": steps("unknown-window", "  - wait: into mornings\n  - end: done\n"),
    "a send window that is there not": steps("unknown-window", "  - send: hello\n    window: evening\n  - end: done\n"),
    "hours instead of a window": steps("unknown-window", "  - send: hello\n    window: 09:00-17:00\n  - end: done\n"),
    "a message that is there not": steps("unknown-message", "  - send: helo\n  - end: done\n"),
    "a message with its ending": steps("name", "  - send: hello.md\n  - end: done\n"),
    "a variant that is there not": steps(
        "unknown-message", "  - send: test\n    variants: {hello: 50, helo: 50}\n  - end: done\n"
    ),
    "shares that make 90": steps("shares", "  - send: test\n    variants: {hello: 50, question: 40}\n  - end: done\n"),
    "shares with a percent sign": steps(
        "wrong-kind", "  - send: test\n    variants: {hello: 50%, question: 50%}\n  - end: done\n"
    ),
    "a split with one way": steps("shares", "  - split: test\n    ways:\n      - way: a\n        share: 100\n        then: next\n  - end: done\n"),
    "shares of a split that make 110": steps(
        "shares",
        "  - split: test\n    ways:\n      - way: a\n        share: 60\n        then: next\n"
        "      - way: b\n        share: 50\n        then: next\n  - end: done\n",
    ),
    "a kind that is there not": steps("wrong-kind", "  - send: hello\n    kind: transactional\n  - end: done\n"),
    "a purpose that is there not": steps("wrong-kind", "  - send: hello\n    purpose: sell\n  - end: done\n"),
    "five answers": steps("answers", "  - send: question\n    answers: {a: A, b: B, c: C, d: D, e: E}\n  - end: done\n"),
    "no answers": steps("answers", "  - send: question\n    answers: {}\n  - end: done\n"),
    "answers as a list": steps("answers", "  - send: question\n    answers: [Now, Later]\n  - end: done\n"),
    "a question whose message shows no answers": steps(
        "message", "  - send: hello\n    answers: {now: Now}\n  - end: done\n"
    ),
    "a team that is there not": steps("unknown-team", "  - handoff: marketing\n"),
    "a person instead of a team": steps("name", "  - handoff: Ada Brandt\n"),
    "a stage in small letters": steps("unknown-stage", "  - do: mark\n    stage: mql\n  - end: done\n"),
    "a stage of another system": steps("unknown-stage", "  - do: mark\n    stage: Prospect\n  - end: done\n"),
    "points in words": steps("wrong-kind", "  - do: mark\n    score: ten\n  - end: done\n"),
    "half a point": steps("wrong-kind", "  - do: mark\n    score: 0.5\n  - end: done\n"),
    "a tag with spaces": steps("name", "  - do: mark\n    tag: Hot lead\n  - end: done\n"),
    "a field that is there not": steps("unknown-field", "  - do: mark\n    set: {lead.size: 3}\n  - end: done\n"),
    "a field without lead": steps("unknown-field", "  - do: mark\n    set: {employees: 3}\n  - end: done\n"),
    "a number for a yes": steps("wrong-kind", "  - do: mark\n    set: {lead.customer: 1}\n  - end: done\n"),
    "a word for a number": steps("wrong-kind", "  - do: mark\n    set: {lead.employees: many}\n  - end: done\n"),
    "a list that is there not": steps("unknown-list", "  - do: mark\n    list: newsleter\n  - end: done\n"),
    "a loop as often as never": steps(
        "wrong-kind", "  - go: a\nsections:\n  a:\n    - wait: 3d\n    - go: a\n      at_most: 0 times\n    - end: done\n"
    ),
    "a loop as often as twice, in words": steps(
        "wrong-kind", "  - go: a\nsections:\n  a:\n    - wait: 3d\n    - go: a\n      at_most: twice\n    - end: done\n"
    ),
    "a happening that is there not": enrolled("unknown-happening", "{on: asked-uss}"),
    "an event instead of a happening": enrolled("unknown-happening", "{on: form.submitted}"),
    "on as a yes": enrolled("unknown-happening", "{on: yes}"),
    "enrol as a word": enrolled("wrong-kind", "asked-us"),
    "again as yes": enrolled("wrong-kind", "{on: asked-us, again: yes}"),
    "again after nothing": enrolled("wrong-kind", "{on: asked-us, again: after a while}"),
    "entering a segment that is there not": enrolled("unknown-segment", "{on: enters bigg}"),
    "changing a field that is there not": enrolled("unknown-field", "{on: changes lead.rol}"),
    "a cap in words": sending("wrong-kind", "{cap: {day: one}}"),
    "a cap by the month": sending("wrong-kind", "{cap: {month: 4}}"),
    "a cap of nothing": sending("wrong-kind", "{cap: {day: 0}}"),
    "lateness in words": sending("wrong-kind", "{within: a week}"),
    "a goal that is there not": campaign("unknown-outcome", "campaign: talk\ngoal: won\nsteps:\n  - end: done\n"),
    "a section that is there not": steps("unknown-section", "  - go: tlak\nsections:\n  talk:\n    - end: done\n"),
    "a held-out share of everybody": campaign("wrong-kind", "campaign: talk\nholdout: 100%\nsteps:\n  - end: done\n"),
}  # fmt: skip
