"""Lives that stories once told otherwise than the engine did them, and that chance seldom makes up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from nurture.authoring.stories.story import Item, Lead
from tests.authoring.made_lives import MadeLife, life_of
from tests.authoring.made_tales import BEGAN, Tale, passed

WOKEN_BY_OTHERS = """\
campaign: woken-by-others
steps:
  - {send: mail, message: guide, window: any-time}
  - wait: 30d
  - {end: done}
rules:
  - rule: asks
    when: happened("demo-booked")
    again: after 5d
    then: [{do: points, score: 15}]
"""
BY_ITS_OWN_STEP = """\
campaign: by-its-own-step
steps:
  - {do: mark, tag: hot}
  - wait: 3d
  - {end: done}
sections:
  later:
    - wait: 1d
    - {send: mail, message: guide, window: any-time}
    - {end: lost}
rules:
  - rule: hot
    when: tagged("hot")
    then: [{go: later}]
"""
STAYS_WITH_ITS_OWNER = """\
campaign: stays-with-its-owner
steps:
  - handoff: customer-success
    accepted:
      - go: later
  - {end: lost}
sections:
  later:
    - handoff: inside-sales
    - {end: lost}
"""
"""The second task keeps the hours and the promise of the owner's team."""
LET_IN_ONCE = """\
campaign: let-in-once
enrol:
  on: [demo-booked, becomes MQL]
  again: after exit
audience: lead.source == "let-in-once"
steps:
  - {send: mail, message: guide, window: any-time, kind: operational}
  - {end: done}
"""
"""The meeting lets her in, and its points bring her to the stage that would let her in once more."""
BY_STAGE_AT_THE_DOOR = """\
campaign: by-stage-at-the-door
enrol:
  on: demo-booked
  again: after exit
audience: lead.source == "by-stage-at-the-door"
steps:
  - choose: by-stage
    ways:
      - way: mql
        when: stage_at_least("MQL")
        then: [{send: mail, message: guide, window: any-time, kind: operational}]
    otherwise: [{end: low}]
  - wait: 3d
  - {end: done}
rules:
  - rule: hot
    when: stage == "MQL"
    then: [{do: mark, tag: hot}]
"""
BROUGHT_BY_HERSELF = """\
campaign: brought-by-herself
steps:
  - wait: up to 30d
    until: stage == "SQL"
    time_up:
      - end: lost
  - {do: mark, tag: hot}
  - {end: done}
"""
"""Points bring her to MQL; what she does after that brings her on, and wakes who waits for it."""
ACTS: dict[str, list[tuple[int, tuple[str, ...]]]] = {
    WOKEN_BY_OTHERS: [(1, ("does", "demo-booked")), (10, ("opens", "mail")), (20, ("does", "prices-page"))],
    BY_ITS_OWN_STEP: [],
    BROUGHT_BY_HERSELF: [
        (1, ("becomes", "score", "50")),
        (2, ("does", "demo-booked")),
        (5, ("does", "prices-page")),
    ],
    STAYS_WITH_ITS_OWNER: [(1, ("sales", "accepted"))],
    LET_IN_ONCE: [(1, ("becomes", "score", "50")), (2, ("does", "demo-booked"))],
    BY_STAGE_AT_THE_DOOR: [(1, ("becomes", "score", "50")), (2, ("does", "demo-booked"))],
}
"""What she does, and how many days after the beginning."""


def told_apart() -> Iterator[MadeLife]:
    for text, acts in ACTS.items():
        found = passed(text)
        assert found
        lead = Lead(
            ZoneInfo("UTC"), {"lead.source": found[0].name}
        )  # its own, where a campaign lets in by event
        items = [(BEGAN + timedelta(days), Item(said[0], said[1:], " ".join(said))) for days, said in acts]
        yield life_of(found[0].name, text, *found, Tale(lead, "1", items))
