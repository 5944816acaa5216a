"""Broken files in which every line is fine alone, and together they cannot be."""

from tests.authoring.good import CAMPAIGN, steps

RULES_THAT_CLASH = """\
campaign: talk
rules:
  - rule: warm
    when: score >= 40
    then:
      - go: call
  - rule: hot
    when: score >= 60
    then:
      - end: hot
steps:
  - wait: 3d
  - end: done
sections:
  call:
    - handoff: sales
    - end: nobody-called
"""

GREETING = """\
---
subject: Hello
layout: none
---
Hello {{ lead.first_name }}, [Leave]({{ unsubscribe_url }}), {{ company.address }}
"""

PROOFS: dict[str, tuple[str, str]] = {
    "impossible": steps("""\
        - go: call
          if: score >= 40
        - go: hot
          if: score >= 60
        - choose: by-size
          ways:
            - way: some
              when: lead.employees > 10
              then: next
            - way: many
              when: in_segment("big")
              then:
                - go: call
            - way: odd
              when:
                - score > 80
                - score < 40
              then: next
          otherwise: next
        - end: done
        sections:
          call:
            - handoff: sales
            - end: done-too
          hot:
            - end: hot
        """),
    "always": steps("""\
        - send: hello
          unless: score < 40 || score >= 40
        - wait: 3d
        - end: done
          if: stage != "MQL" || stage != "SQL"
        - end: other
        """),
    "date-equality": steps("""\
        - wait: 3d
        - end: renewed
          if: lead.renewal == now
        - end: done
        """),
    "own-doing": steps("""\
        - do: note
          tag: nurtured
        - wait: 3d
        - end: cold
          if: "!tagged('nurtured')"
        - end: done
        """),
    "bands": steps("""\
        - choose: by-score
          ways:
            - way: cold
              when: score < 40
              then: next
            - way: warm
              when: score > 40 && score <= 60
              then: next
            - way: hot
              when: score >= 60
              then: next
          otherwise: next
        - end: done
        """),
    "empty-field": ("templates/hello.md", GREETING),
    "empty-date": steps("""\
        - wait: to lead.renewal + 2d at 10:00
        - end: done
        """),
    "chained": ("campaigns/other.yaml", "campaign: other\nsteps:\n  - wait: 3d\n  - end: talk\n"),
    "no-winner": (
        "campaigns/other.yaml",
        "campaign: other\nenrol: {on: asked-us}\nnever_with: [talk]\nsteps:\n  - end: done\n",
    ),
    "rules-clash": (CAMPAIGN, RULES_THAT_CLASH),
    "silence": steps("""\
        - send: hello
          if: score >= 10
        - wait: 3d
        - end: cold
          unless: opened("hello")
        - send: question
          unless: lead.customer
          answers: {now: Now}
        - wait: 3d
        - do: sunset
          tag: sunset
          if: "!answered('question')"
        - do: mark
          tag: cold
          if:
            - sent("question")
            - "!answered('question')"
        - end: done
        """),
}
