"""Words that the language does not have, or not there."""

from tests.authoring.mistakes.writing import Mistakes, campaign, steps

KEYS: Mistakes = {
    "no name": campaign("missing-key", "title: Talk\nsteps:\n  - end: done\n"),
    "no steps": campaign("missing-key", "campaign: talk\n"),
    "name instead of campaign": campaign("unknown-key", "name: talk\nsteps:\n  - end: done\n"),
    "step instead of steps": campaign("unknown-key", "campaign: talk\nstep:\n  - end: done\n"),
    "trigger instead of enrol": campaign("unknown-key", "campaign: talk\ntrigger: asked-us\nsteps:\n  - end: done\n"),
    "enroll with two l": campaign("unknown-key", "campaign: talk\nenroll: {on: asked-us}\nsteps:\n  - end: done\n"),
    "exits instead of leave": campaign("unknown-key", "campaign: talk\nexits:\n  a: lead.customer\nsteps:\n  - end: done\n"),
    "goals instead of goal": campaign("unknown-key", "campaign: talk\ngoals: done\nsteps:\n  - end: done\n"),
    "capital letters": campaign("unknown-key", "Campaign: talk\nSteps:\n  - end: done\n"),
    "event instead of on": campaign("unknown-key", "campaign: talk\nenrol: {event: asked-us}\nsteps:\n  - end: done\n"),
    "reenter": campaign("unknown-key", "campaign: talk\nenrol: {on: asked-us, reenter: yes}\nsteps:\n  - end: done\n"),
    "email": steps("unknown-verb", "  - email: hello\n  - end: done\n"),
    "sned": steps("unknown-verb", "  - sned: hello\n  - end: done\n"),
    "delay": steps("unknown-verb", "  - send: hello\n  - delay: 3d\n  - end: done\n"),
    "if as a step": steps("unknown-verb", "  - if: lead.customer\n    then: done\n  - end: done\n"),
    "exit": steps("unknown-verb", "  - exit: done\n"),
    "goto": steps("unknown-verb", "  - goto: talk\nsections:\n  talk:\n    - end: done\n"),
    "SEND": steps("unknown-verb", "  - SEND: hello\n  - end: done\n"),
    "a number as a step": steps("wrong-kind", "  - 1\n  - end: done\n"),
    "a word as a step": steps("wrong-kind", "  - hello\n  - end: done\n"),
    "an empty step": steps("wrong-kind", "  -\n  - end: done\n"),
    "two verbs in one step": steps("unknown-key", "  - send: hello\n    wait: 3d\n  - end: done\n"),
    "the verb below its keys": steps("key-order", "  - if: lead.customer\n    send: hello\n  - end: done\n"),
    "delay on a send": steps("unknown-key", "  - send: hello\n    delay: 3d\n  - end: done\n"),
    "subject on a send": steps("unknown-key", "  - send: hello\n    subject: Hi\n  - end: done\n"),
    "until on a send": steps("unknown-key", "  - send: hello\n    until: lead.customer\n  - end: done\n"),
    "time-up with a hyphen": steps(
        "unknown-key", "  - wait: up to 3d\n    until: lead.customer\n    time-up:\n      - end: a\n  - end: done\n"
    ),
    "timeout": steps("unknown-key", "  - wait: up to 3d\n    until: lead.customer\n    timeout: next\n  - end: done\n"),
    "else": steps(
        "unknown-key",
        "  - choose: size\n    ways:\n      - way: a\n        when: score > 3\n        then: next\n    else: next\n  - end: done\n",
    ),
    "if in a way": steps(
        "unknown-key",
        "  - choose: size\n    ways:\n      - way: a\n        if: score > 3\n        then: next\n    otherwise: next\n  - end: done\n",
    ),
    "ways as a table": steps(
        "wrong-kind", "  - choose: size\n    ways:\n      a: score > 3\n    otherwise: next\n  - end: done\n"
    ),
    "a way without then": steps(
        "missing-key", "  - choose: size\n    ways:\n      - way: a\n        when: score > 3\n    otherwise: next\n  - end: done\n"
    ),
    "two ways of one name": steps(
        "duplicate-name",
        "  - choose: size\n    ways:\n      - way: a\n        when: score > 3\n        then: next\n"
        "      - way: a\n        when: score > 9\n        then: next\n    otherwise: next\n  - end: done\n",
    ),
    "accepted misspelt": steps("unknown-key", "  - handoff: sales\n    acepted:\n      - end: won\n"),
    "a task without a team": steps("missing-key", "  - task: call-her\n    kind: call\n  - end: done\n"),
    "an action misspelt": steps("unknown-key", "  - do: mark\n    tags: hot\n  - end: done\n"),
    "an action as a step": steps("unknown-verb", "  - tag: hot\n  - end: done\n"),
    "a do that does nothing": steps("keys-together", "  - do: nothing\n  - end: done\n"),
    "at_most on a wait": steps("unknown-key", "  - wait: 3d\n    at_most: 3 times\n  - end: done\n"),
    "a rule without when": campaign(
        "missing-key", "campaign: talk\nrules:\n  - rule: a\n    then:\n      - end: done\nsteps:\n  - end: done\n"
    ),
    "a rule that sends": campaign(
        "rule-steps",
        "campaign: talk\nrules:\n  - rule: a\n    when: score > 3\n    then:\n      - send: hello\nsteps:\n  - end: done\n",
    ),
    "rules as a table": campaign(
        "wrong-kind", "campaign: talk\nrules:\n  a:\n    when: score > 3\nsteps:\n  - end: done\n"
    ),
    "two rules of one name": campaign(
        "duplicate-name",
        "campaign: talk\nrules:\n"
        + "  - rule: a\n    when: score > 3\n    then:\n      - end: done\n" * 2
        + "steps:\n  - end: done\n",
    ),
    "two steps of one name": steps("duplicate-name", "  - send: hello\n  - wait: 3d\n  - send: hello\n  - end: done\n"),
    "the same team asked twice": steps("duplicate-name", "  - handoff: sales\n    rejected: next\n  - handoff: sales\n"),
    "an arm in an arm": steps(
        "nesting",
        "  - wait: up to 3d\n    until: lead.customer\n    time_up:\n      - wait: up to 3d\n        until: score > 3\n"
        "        time_up:\n          - end: a\n  - end: done\n",
    ),
    "until without up to": steps("keys-together", "  - wait: 3d\n    until: lead.customer\n  - end: done\n"),
    "up to without until": steps("keys-together", "  - wait: up to 3d\n  - end: done\n"),
    "message and variants": steps(
        "keys-together", "  - send: hello\n    message: question\n    variants: {hello: 50, question: 50}\n  - end: done\n"
    ),
    "into with up to": steps(
        "keys-together", "  - wait: up to 3d\n    until: lead.customer\n    into: office\n  - end: done\n"
    ),
    "a sending key misspelt": campaign(
        "unknown-key", "campaign: talk\nsending: {windows: office}\nsteps:\n  - end: done\n"
    ),
}  # fmt: skip
