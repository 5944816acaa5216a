"""Ways that lead nowhere, that never end, or that nobody takes."""

from tests.authoring.mistakes.writing import Mistakes, campaign, steps

TO_A = "  - go: a\nsections:\n  a:\n"

FLOW: Mistakes = {
    "no end": steps("no-end", "  - send: hello\n  - wait: 3d\n"),
    "no end of a section": steps("no-end", TO_A + "    - send: hello\n"),
    "no end when a condition does not hold": steps("no-end", "  - end: done\n    if: lead.customer\n"),
    "no end after an arm": steps(
        "no-end", "  - wait: up to 3d\n    until: lead.customer\n    time_up:\n      - send: hello\n"
    ),
    "steps after the end": steps("unreachable", "  - end: done\n  - send: hello\n  - end: other\n"),
    "steps after a go": steps("unreachable", "  - go: a\n  - end: done\nsections:\n  a:\n    - end: other\n"),
    "a section that nobody goes to": steps("unreachable", "  - end: done\nsections:\n  a:\n    - end: other\n"),
    "sections that go to each other only": steps(
        "unreachable", "  - end: done\nsections:\n  a:\n    - wait: 3d\n    - go: b\n  b:\n    - wait: 3d\n    - go: a\n"
    ),
    "a loop without a wait": steps("loop", TO_A + "    - send: hello\n      if: score > 3\n    - go: a\n"),
    "a loop to itself": steps("loop", TO_A + "    - go: a\n"),
    "a loop of two sections": steps("loop", TO_A + "    - go: b\n  b:\n    - go: a\n"),
    "a loop whose wait is skipped": steps("loop", TO_A + "    - wait: 3d\n      if: lead.customer\n    - go: a\n"),
    "an empty section": steps("wrong-kind", "  - go: a\nsections:\n  a: []\n"),
    "no steps in the list": campaign("wrong-kind", "campaign: talk\nsteps: []\n"),
    "the weaker condition first": steps(
        "impossible", TO_A.replace("go: a\n", "go: a\n    if: score >= 40\n  - end: hot\n    if: score >= 60\n  - end: cold\n") + "    - end: warm\n"
    ),
    "a way below a weaker way": steps(
        "impossible",
        "  - choose: size\n    ways:\n      - way: some\n        when: lead.employees > 10\n        then: next\n"
        "      - way: many\n        when: lead.employees > 100\n        then: next\n    otherwise: next\n  - end: done\n",
    ),
    "the same way twice": steps(
        "impossible",
        '  - choose: size\n    ways:\n      - way: a\n        when: in_segment("big")\n        then: next\n'
        '      - way: b\n        when: in_segment("big")\n        then: next\n    otherwise: next\n  - end: done\n',
    ),
    "steps for nobody": steps(
        "impossible",
        "  - choose: score\n    ways:\n      - way: hot\n        when: score >= 60\n        then: next\n"
        "      - way: cold\n        when: score < 60\n        then: next\n    otherwise:\n      - end: nobody\n  - end: done\n",
    ),
    "asked for whom is gone": campaign(
        "impossible",
        "campaign: talk\nleave:\n  bought: lead.customer\nsteps:\n  - wait: 3d\n  - end: won\n    if: lead.customer\n  - end: done\n",
    ),
    "an exit below a wider one": campaign(
        "impossible",
        "campaign: talk\nleave:\n  warm: score >= 40\n  hot: score >= 60\nsteps:\n  - wait: 3d\n  - end: done\n",
    ),
    "an exit that cannot be": campaign(
        "impossible", "campaign: talk\nleave:\n  odd: score > 60 && score < 50\nsteps:\n  - wait: 3d\n  - end: done\n"
    ),
    "an exit for everybody": campaign(
        "always", "campaign: talk\nleave:\n  all: score > 60 || score < 70\nsteps:\n  - wait: 3d\n  - end: done\n"
    ),
    "asked for after it was done away with": steps(
        "own-doing", "  - do: mark\n    set: {lead.first_name: Ada}\n  - wait: 30d\n  - end: cold\n    unless: known(lead.first_name)\n  - end: done\n"
    ),
    "a gap between two bands": steps(
        "bands",
        "  - choose: score\n    ways:\n      - way: cold\n        when: score < 40\n        then: next\n"
        "      - way: hot\n        when: score > 40\n        then: next\n    otherwise: next\n  - end: done\n",
    ),
    "two bands over each other": steps(
        "bands",
        "  - choose: score\n    ways:\n      - way: cold\n        when: score <= 40\n        then: next\n"
        "      - way: hot\n        when: score >= 40\n        then: next\n    otherwise: next\n  - end: done\n",
    ),
    "two rules at once": campaign(
        "rules-clash",
        "campaign: talk\nrules:\n  - rule: warm\n    when: score >= 40\n    then:\n      - end: warm\n"
        "  - rule: hot\n    when: score >= 60\n    then:\n      - end: hot\nsteps:\n  - wait: 3d\n  - end: done\n",
    ),
    "a rule that nobody can meet": campaign(
        "impossible",
        "campaign: talk\nleave:\n  hot: score >= 60\nrules:\n  - rule: very-hot\n    when: score >= 80\n"
        "    then:\n      - end: very-hot\nsteps:\n  - wait: 3d\n  - end: done\n",
    ),
    "an offer first": steps("offer-first", "  - send: hello\n    purpose: offer\n  - end: done\n"),
}  # fmt: skip
