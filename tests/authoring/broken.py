"""One small broken file per rule of the checker, beside the content that it spoils."""

from __future__ import annotations

from textwrap import dedent

CAMPAIGN, DICTIONARY, SALES = "campaigns/talk.yaml", "policies/dictionary.yaml", "policies/sales.yaml"
STORIES, MESSAGE = "campaigns/talk.stories.yaml", "templates/hello.md"

GOOD: dict[str, str] = {
    CAMPAIGN: """\
        campaign: talk
        enrol: {on: asked-us}
        leave:
          customer: lead.customer
        goal: accepted
        steps:
          - send: hello
          - wait: 3d
          - send: question
            answers: {now: Now, later: Later}
          - wait: up to 10d
            until: answered("question")
          - handoff: sales
        """,
    DICTIONARY: """\
        fields: {lead.first_name: text, lead.employees: number, lead.customer: yes/no, lead.renewal: date}
        happenings:
          asked-us: {event: form.submitted, form: contact}
        segments:
          big: lead.employees > 100
        lists: {competitors: [rival.example]}
        windows: {office: {days: mon-fri, hours: 09:00-17:00}}
        sending: {window: office, zone_fallback: UTC, within: 7d, cap: {day: 1, week: 3}}
        """,
    SALES: """\
        teams:
          sales:
            members:
              - {name: Ada Brandt, email: ada@sales.example}
        reasons: {not-now: Not now}
        """,
    STORIES: """\
        campaign: talk
        stories:
          - story: says now
            lead: {zone: Europe/Berlin}
            tale:
              - Mon 2026-03-02 10:00: [does asked-us, gets hello]
              - Thu 2026-03-05 10:00: gets question
              - Fri 2026-03-06 12:00: [answers question now, handed to sales]
              - Fri 2026-03-06 14:00: [sales accepted, ends accepted]
        """,
    MESSAGE: """\
        ---
        subject: Hello
        layout: none
        ---
        Hello {{ lead.first_name }}. [Leave]({{ unsubscribe_url }}), {{ company.address }}
        """,
    "templates/question.md": """\
        ---
        subject: A question
        layout: none
        ---
        When? [Leave]({{ unsubscribe_url }}), {{ company.address }}
        """,
}

STEPS = "campaign: talk\nsteps:\n"


def steps(text: str) -> tuple[str, str]:
    return CAMPAIGN, STEPS + dedent(text)


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
    "unknown-section": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            steps:
              - go: tlak
            sections:
              talk:
                - end: done
            """),
    ),
    "unknown-step": steps("""\
        - send: hello
        - wait: 3d
        - end: done
          if:
            - lead.customer
            - clicked("helo")
        - end: silent
        """),
    "unknown-outcome": (
        CAMPAIGN,
        "campaign: talk\ngoal: [meeting, done]\nsteps:\n  - end: done\n",
    ),
    "unknown-team": steps("- handoff: slaes\n"),
    "unknown-field": steps("""\
        - do: mark
          set: {lead.size: 3}
        - wait: to lead.renewl - 60d
        - end: done
          if: >-
            lead.customer
            && lead.emploees > 10
        - end: other
        """),
    "unknown-happening": (
        CAMPAIGN,
        'campaign: talk\nenrol: {on: asked}\nleave:\n  met: happened("met-us")\nsteps:\n  - end: done\n',
    ),
    "unknown-list": steps("""\
        - end: rival
          if: on_list("competitor")
        - end: done
        """),
    "unknown-segment": steps("""\
        - end: done
          unless: in_segment("bigg")
        - end: big
        """),
    "unknown-window": steps("""\
        - send: hello
          window: evenings
        - end: done
        """),
    "unknown-stage": steps("""\
        - do: mark
          stage: mql
        - end: ready
          if: stage_at_least("SQ")
        - end: done
        """),
    "unknown-zone": (DICTIONARY, "sending: {zone_fallback: Europe/Berln}\n"),
    "unknown-message": steps("""\
        - send: helo
        - send: second
          variants: {hello: 50, question-2: 50}
        - end: done
        """),
    "message": (
        MESSAGE,
        "---\nsubject: Hello {{ lead.frist_name }}\nlayout: none\n---\nHello {{ lead.first_name }}\n",
    ),
    "condition": steps("""\
        - send: hello
        - wait: 3d
        - end: done
          if:
            - lead.employees > "many"
            - lead.employees
            - clicked("hello") and lead.customer
        - end: other
        """),
    "condition-in-brackets": (
        CAMPAIGN,
        "campaign: talk\nleave: {customer: lead.customer}\nsteps:\n  - end: done\n",
    ),
    "never-sent": steps("""\
        - wait: 3d
        - end: early
          if: clicked("hello")
        - send: hello
        - end: done
        """),
    "no-wait": steps("""\
        - send: hello
        - end: eager
          if: clicked("hello")
        - end: done
        """),
    "no-end": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            steps:
              - go: more
                if: lead.customer
              - send: hello
            sections:
              more:
                - send: question
                - end: done
                  if: lead.customer
            """),
    ),
    "unreachable": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            steps:
              - end: done
              - send: hello
              - end: done-again
            sections:
              more:
                - send: question
                - end: more
            """),
    ),
    "loop": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            steps:
              - go: more
            sections:
              more:
                - send: hello
                - wait: 3d
                  unless: lead.customer
                - go: more
            """),
    ),
}
