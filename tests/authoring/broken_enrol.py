"""Broken files: at the door of a campaign."""

from textwrap import dedent

from tests.authoring.good import CAMPAIGN

ENROL: dict[str, tuple[str, str]] = {
    "at-the-door": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            enrol:
              on: asked-us
              if:
                - happened("asked-us")
                - changed(lead.employees)
            audience: '!clicked("hello")'
            steps:
              - send: hello
              - end: done
            """),
    ),
    "record": (
        CAMPAIGN,
        dedent("""\
            campaign: talk
            enrol: {on: changes deal.renewal}
            steps:
              - wait: to deal.renewal - 60d
              - end: known
                if: known(deal.renewal)
              - end: done
            """),
    ),
}
