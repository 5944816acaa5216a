"""One small broken file per rule of the checker."""

from textwrap import dedent

from tests.authoring.broken_enrol import ENROL
from tests.authoring.broken_looks import LOOKS
from tests.authoring.broken_proofs import PROOFS
from tests.authoring.broken_split import SPLIT
from tests.authoring.broken_words import OTHERS, WORDS
from tests.authoring.good import CAMPAIGN, steps

BROKEN: dict[str, tuple[str, str]] = {
    "encoding": (CAMPAIGN, "campaign: talk\ntitle: Gr\udcfc\udcdfe\n"),
    "too-large": (CAMPAIGN, "campaign: " + "[" * 40),
    "empty": (CAMPAIGN, "# later\n"),
    "yaml": steps("""\
        - send: hello
        - wait: 3d
        - end: done
          if: "big" in lead.tags
        """),
    "tab": (CAMPAIGN, "campaign: talk\nsteps:\n\t- send: hello\n"),
    "anchor": steps("""\
        - send: &first hello
        - send: *first
        - end: done
        """),
    "duplicate-key": steps("""\
        - send: hello
          window: office
          window: any-time
        - end: done
        """),
    "unknown-key": steps("""\
        - send: hello
          windwo: office
          wait: 3d
          until: lead.customer
        - end: done
        """),
    "missing-key": steps("""\
        - choose: by-size
          ways:
            - way: big
              when: in_segment("big")
              then: next
        - end: done
        """),
    "wrong-kind": steps("""\
        - send: hello
          within: soon
        - wait: 3 fortnights
        - wait: [1d]
        - do: mark
          score: many
          set: {lead.employees: lots, lead.customer: yes}
        - end: done
        """),
    "name": steps("""\
        - send: Hello World
        - end: done
        """),
    "keys-together": steps("""\
        - send: hello
        - wait: 3d
          until: clicked("hello")
        - wait: up to 3d
        - do: nothing
        - end: done
        """),
    "unknown-verb": steps("""\
        - sned: hello
        - email: hello
        - end: done
        """),
    "key-order": steps("""\
        - window: office
          send: hello
        - end: done
        """),
    "duplicate-name": steps("""\
        - send: hello
        - wait: 3d
        - send: hello
        - end: done
        """),
    "nesting": steps("""\
        - send: hello
        - wait: up to 3d
          until: clicked("hello")
          time_up:
            - wait: up to 3d
              until: opened("hello")
              time_up:
                - end: silent
        - end: done
        """),
    "rule-steps": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            rules:
              - rule: big-one
                when: in_segment("big")
                then:
                  - send: hello
            steps:
              - wait: 3d
              - end: done
            """),
    ),
    "answers": steps("""\
        - send: question
          answers: {now: Now, soon: Soon, later: Later, never: Never, other: Other}
        - send: hello
          answers: {now: Now}
        - wait: 3d
        - end: asked
          if: answer("hello") == "soon"
        - end: done
        """),
    "shares": steps("""\
        - send: either
          variants: {hello: 50, question: 40}
        - end: done
        """),
}

BROKEN |= WORDS | OTHERS | LOOKS | SPLIT | PROOFS | ENROL
