"""R9: an unsubscription, a bounce, a pause at the same instant as the mail's last gate, many times over. What
is committed before the gate is asked wins. Each order comes about as often as the other: whoever was late is
given a start the next time. The act comes from this process, or over connections of its own, as from
another."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import update

from nurture.delivery.compose import Composed
from nurture.services import hold, sending
from nurture.services.enrol import enrol
from nurture.services.pause import pause_campaign, resume_campaign
from nurture.services.suppress import suppress
from nurture.services.to_send import ToSend
from nurture.services.unsubscribe import unsubscribe
from nurture.store.columns import db_now, new_id
from nurture.store.session import Store
from nurture.store.tables import journeys, sends
from tests.amount import FULL, examples
from tests.fixtures.content import MONDAY, SECRET, House, make_house
from tests.reliability.post import CAMPAIGN
from tests.services.test_turns import turn_of

SEED = 20261122
TIMES = examples(3, 2500)
"""Of each act, on each database."""
ACTS = ("unsubscribes", "bounces", "campaign paused", "journey left", "held")
SEEN = TIMES * len(ACTS) // 12
"""How often each order must come about, where it is tried often enough to tell."""
STEP, AROUND = 0.0001, 0.0005
"""Seconds."""


@dataclass
class Starter:
    """Who begins how much before the other."""

    dice: Random
    starts: Counter[str] = field(default_factory=Counter)
    """Seconds that the act begins before the mail; less than none: after it."""

    def start(self, race: str) -> float:
        return self.starts[race] + self.dice.uniform(-AROUND, AROUND)

    def saw(self, race: str, *, went: bool) -> None:
        self.starts[race] += STEP if went else -STEP  # type: ignore[assignment]


def claimed(house: House) -> ToSend:
    journey = house.do(enrol, house.desk, "mails", house.lead(), f"test:{new_id()}").journey
    found = house.do(sending.begin, house.desk, turn_of(house, journey), new_id())
    assert isinstance(found, ToSend)
    return found


def acts(house: House, mail: ToSend) -> dict[str, Callable[[Any], Any]]:
    desk = house.desk
    return {
        "unsubscribes": lambda conn: unsubscribe(conn, desk, mail.lead_id, "mails", "page"),
        "bounces": lambda conn: suppress(conn, desk.clock, SECRET, mail.email, "bounced"),
        "campaign paused": lambda conn: pause_campaign(conn, desk.clock, "mails"),
        "journey left": lambda conn: conn.execute(
            update(journeys).where(journeys.c.id == mail.turn.journey).values(state="ended", outcome="won")
        ),
        "held": lambda conn: hold.hold(conn, desk.clock, "stop"),
    }


def at_once(
    house: House, mail: ToSend, acting: House, act: Callable[[Any], Any], start: float
) -> tuple[bool, float, float]:
    """Whether the mail went, when its gate was asked, and when the act was known to be committed."""
    ready, times = threading.Barrier(2), dict[str, float]()

    def does() -> None:
        ready.wait()
        time.sleep(max(0.0, -start))
        acting.do(act)
        times["done"] = time.perf_counter()

    other = threading.Thread(target=does)
    other.start()
    ready.wait()
    time.sleep(max(0.0, start))
    asked = time.perf_counter()
    went = house.do(sending.mark, house.desk, mail, Composed(b"", [], "0" * 64))
    other.join()
    return went, asked, times["done"]


def test_what_is_committed_first_wins(store: Store) -> None:
    house = make_house(store, stepped=MONDAY)
    house.publish(CAMPAIGN)
    elsewhere = House(Store(store.url.render_as_string(hide_password=False)), house.desk)
    told: Counter[str] = Counter()
    starter = Starter(Random(SEED))
    for number in range(TIMES):
        for name in ACTS:
            mail, acting = claimed(house), (house, elsewhere)[number % 2]
            race = f"{name} {'here' if acting is house else 'elsewhere'}"
            act = acts(house, mail)[name]
            went, asked, done = at_once(house, mail, acting, act, starter.start(race))
            starter.saw(race, went=went)
            told["went" if went else "stopped"] += 1
            assert not (went and done < asked), f"{race}, {number}: it went after the act was committed"
            refused = house.do(_again, house, mail) if went else False
            assert not refused, f"{race}, {number}: and a second time"
            house.do(resume_campaign, "mails")
            if name == "held":
                house.do(hold.release)
    elsewhere.store.close()
    print(
        f"seed {SEED}, {house.store.url.get_backend_name()}, {TIMES} times each: {dict(sorted(told.items()))}"
    )
    assert not FULL or min(told["went"], told["stopped"]) >= SEEN, "one order is hardly tried"


def _again(conn: Any, house: House, mail: ToSend) -> bool:
    """Another worker that holds the row, after the act: nothing may go any more."""
    back = {"state": "claimed", "lease_until": db_now(60)}
    conn.execute(update(sends).where(sends.c.id == mail.send_id).values(back))
    return sending.mark(conn, house.desk, mail, Composed(b"", [], "0" * 64))
