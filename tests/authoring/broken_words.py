"""Broken files: what they name is not there, or cannot be."""

from textwrap import dedent

from tests.authoring.good import (
    CALENDARS,
    CAMPAIGN,
    CRM,
    DICTIONARY,
    MESSAGE,
    ROUTING,
    SCORING,
    STORIES,
    steps,
    tale,
)

WORDS: dict[str, tuple[str, str]] = {
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
    "no-holidays": steps("""\
        - wait: 5 business days
        - send: hello
        - end: done
        """),
    "unknown-outcome": (
        CAMPAIGN,
        "campaign: talk\ngoal: [meeting, done]\nsteps:\n  - end: done\n",
    ),
    "unknown-team": steps("- handoff: slaes\n"),
    "overrides": steps("""\
        - handoff: sales
          rejected:
            - end: no
        """),
    "unknown-person": (
        ROUTING,
        dedent("""\
            working_hours: sometimes
            rules:
              - rule: north
                if: lead.employees > 100
                to: adda@sales.example
              - rule: south
                if: lead.emploees < 10 && happened("asked-us")
                to: [ada@sales.example, bob@sales.example]
              - rule: North
                of: slaes
                to: lead-ower
            otherwise: nobody
            """),
    ),
    "unknown-reason": (
        CRM,
        dedent("""\
            hubspot:
              fields:
                first_name: firstname
                sise: {as: size, wins: us}
                stage: {as: lifecyclestage, values: {MQLs: marketingqualifiedlead}}
              answers:
                hs_lead_status:
                  UNQUALIFIED: rejected no-bugdet
                  OPEN: refused
              why: {field: reason, otherwise: no-bugdet}
            """),
    ),
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
    "unknown-event": (
        DICTIONARY,
        dedent("""\
            happenings:
              got-mail: {event: email.sent}
              read-mail: {event: email.clicks}
              read-offer: {event: email.clicked, campain: offer}
              said-no: {event: handoff.answered, answer: declined}
              asked-us: {event: form.submitted, form: contact}
            """),
    ),
    "doubtful-event": (
        DICTIONARY,
        dedent("""\
            happenings:
              asked-us: {event: form.submited, form: contact}
              prices: {event: page.viewed, paht: /prices*}
            """),
    ),
    "short-within": steps("""\
        - send: hello
          within: 2d
        - end: done
        """),
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
    "unknown-country": (
        CALENDARS,
        dedent("""\
            country: DE
            countries:
              Germany: {holidays: {12-25: Christmas Day}}
              UK: {holidays: {13-25: Christmas Day, boxing day: Boxing Day}}
              US: {business: {hours: 9 to 5}}
            """),
    ),
    "unknown-zone": (DICTIONARY, "sending: {zone_fallback: Europe/Berln}\n"),
    "unknown-message": steps("""\
        - send: helo
        - send: second
          variants: {hello: 50, question-2: 50}
        - end: done
        """),
    "unknown-link": steps("""\
        - send: hello
        - wait: 3d
        - end: priced
          if: clicked("hello", "prices")
        - end: other
          if: clicked("hello", "*/prices")
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
                - choose: by-size
                  ways:
                    - way: big
                      when: in_segment("big")
                      then: next
                    - way: huge
                      when: in_segment("big")
                      then: next
                  otherwise: next
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

OTHERS: dict[str, tuple[str, str]] = {
    "unknown-campaign": (
        STORIES,
        "campaign: tlak\nstories:\n  - story: a\n    tale:\n      - now: nothing\n",
    ),
    "scoring": (
        SCORING,
        dedent("""\
            rules:
              asked: {on: asked-as, points: 10}
              read: {on: email.opened, points: 1}
            thresholds: {mql: 60}
            """),
    ),
    "story": tale("""\
        - Mon 2026-03-02 10:00: [does asked-us, get hello, clicks]
        - next week: gets question
        - Tue 2026-02-31 10:00: nothing
        - Thu 2026-03-05 10:00: [becomes rich, handed sales, sales angry]
        - Fri 2026-03-06 10:00: []
        """),
    "weekday": tale("""\
        - Tue 2026-03-02 10:00: [does asked-us, gets hello]
        - Mo 2026-03-09 10:00: nothing
        """),
    "story-order": tale("""\
        - Mon 2026-03-02 10:00: [does asked-us, gets hello]
        - Sun 2026-03-01 10:00: nothing
        """),
}
