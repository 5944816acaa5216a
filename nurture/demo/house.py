"""Who takes part in a demo, put together: leads, content, sales, and the play that moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nurture.delivery.catcher.faults import Faults
from nurture.delivery.catcher.mails import MailStore
from nurture.demo.arrivals import Arrival, arrive, doors, on_their_own
from nurture.demo.browser import Browser
from nurture.demo.content import import_people, published
from nurture.demo.mailbox import Mailbox
from nurture.demo.people import Person, make_people
from nurture.demo.play import Play
from nurture.demo.sales import Sales
from nurture.demo.sheet import write_csv
from nurture.demo.stepper import Stepper
from nurture.services.api_keys import create_key
from nurture.services.desk import Desk
from nurture.services.importing import Report
from nurture.store.session import Store

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""


@dataclass(frozen=True)
class Wanted:
    leads: int = 300
    days: int = 30
    seed: int = 7

    @property
    def ends(self) -> datetime:
        return BEGAN + timedelta(days=self.days)


@dataclass(frozen=True)
class Cast:
    """``imported`` comes from the file that ``arrivals`` were written to."""

    people: Mapping[str, Person]
    arrivals: Sequence[Arrival]
    imported: Report
    play: Play


def faults(wanted: Wanted) -> Faults:
    """Mailboxes that do not exist: the catcher refuses them."""
    gone = {person.email for person in people(wanted) if not person.temperament.exists}
    return Faults(refuse=lambda address: address.lower() in gone)


def people(wanted: Wanted) -> list[Person]:
    return make_people(wanted.leads, wanted.seed)


def make_cast(
    wanted: Wanted, store: Store, desk: Desk, mails: MailStore, browser: Browser, content: Path, data: Path
) -> Cast:
    """Publishes, imports, and plans what everybody does by themselves."""
    campaigns, dictionary = published(store, desk, content)
    arrivals = arrive(people(wanted), doors(campaigns, dictionary), BEGAN, wanted.days, wanted.seed)
    file = data / "leads.csv"
    write_csv(arrivals, file)
    imported = import_people(store, desk, dictionary, file)
    reasons = list(store.read_sync(desk.library.rules).sales.reasons)
    known = {arrival.person.email: arrival.person for arrival in arrivals}
    stepper = Stepper(store, desk)
    desk.reached = stepper.hear
    play = Play(
        stepper=stepper,
        mailbox=Mailbox(mails),
        browser=browser,
        sales=Sales(store, browser, reasons, wanted.seed),
        people=known,
        api_key=store.write_sync(create_key, desk.clock, "website"),
        seed=wanted.seed,
    )
    for arrival in arrivals:
        play.diary.plan(on_their_own(arrival, wanted.seed))
    return Cast(known, arrivals, imported, play)
