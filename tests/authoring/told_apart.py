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
ACTS = {
    WOKEN_BY_OTHERS: [(1, ("does", "demo-booked")), (10, ("opens", "mail")), (20, ("does", "prices-page"))],
    BY_ITS_OWN_STEP: [],
    STAYS_WITH_ITS_OWNER: [(1, ("sales", "accepted"))],
}
"""What she does, and how many days after the beginning."""


def told_apart() -> Iterator[MadeLife]:
    for text, acts in ACTS.items():
        found = passed(text)
        assert found
        items = [(BEGAN + timedelta(days), Item(said[0], said[1:], " ".join(said))) for days, said in acts]
        yield life_of(found[0].name, text, *found, Tale(Lead(ZoneInfo("UTC"), {}), "1", items))
