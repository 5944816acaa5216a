"""Broken files about chance, measures, codes and purposes."""

from textwrap import dedent

from tests.authoring.good import CAMPAIGN, steps

SPLIT: dict[str, tuple[str, str]] = {
    "winner": steps("""\
        - send: either
          variants: {hello: 50, question: 50}
          winner: {by: opened, after: 200 leads}
        - split: length
          ways:
            - way: short
              share: 50
              then: next
            - way: long
              share: 50
              then:
                - send: hello
          winner: {by: clicked, after: soon, tie: middle}
        - end: done
        """),
    "unknown-sender": steps("""\
        - send: hello
          sender: anna
        - wait: 3d
        - send: question
          thread: helo
        - end: done
        """),
    "unknown-topic": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            topic: news
            steps:
              - send: hello
              - end: done
            """),
    ),
    "unknown-webhook": steps("""\
        - do: ask
          webhook: chek-credit
        - do: look
          webhook: rating
        - end: done
        """),
    "codes": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            codes:
              spring: codes/sprng.csv
              Spring-Sale: codes/spring.csv
            steps:
              - send: hello
              - end: done
            """),
    ),
    "few-codes": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            enrol: {on: asked-us, expect: 2 a day}
            codes: {spring: codes/spring.csv}
            steps:
              - send: hello
              - end: done
            """),
    ),
    "offer-first": steps("""\
        - send: hello
          purpose: offer
        - wait: 3d
        - send: question
          purpose: educate
        - end: done
        """),
}
