"""People who are easily taken for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from tests.machines.mails import Asked, Draw, Mail, address, browser, evenly, reads
from tests.machines.varied import QUICK, SLOW, asks, scanner

THREE_DAYS = 3 * 86_400.0


def at_once(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Has the mail before the eyes as it comes."""
    yield Asked(mail.arrives + dice.uniform(1, 8), _any(dice, mail), browser(dice), address(dice), False)


def tabs(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Opens two or three links one after the other, to read them later."""
    agent, ip, at = browser(dice), address(dice), mail.arrives + evenly(dice, 8, THREE_DAYS)
    for link in dice.sample(range(mail.links), min(dice.randint(2, 3), mail.links)):
        yield Asked(at, link, agent, ip, machine=False)
        at += dice.uniform(0.7, 5)


def any_time(dice: Random, mail: Mail) -> Iterator[Asked]:
    """From eight seconds to three days after."""
    yield from reads(dice, mail, first=evenly(dice, 8, THREE_DAYS))


def two_devices(dice: Random, mail: Mail) -> Iterator[Asked]:
    """A link on the telephone, and the same or another at the desk; often at one address."""
    home, at = address(dice), mail.arrives + evenly(dice, 30, THREE_DAYS)
    yield Asked(at, _any(dice, mail), browser(dice), home, machine=False)
    ip = home if dice.random() < 0.5 else address(dice)
    yield Asked(at + evenly(dice, 5, 86_400), _any(dice, mail), browser(dice), ip, machine=False)


def office(dice: Random, mail: Mail) -> Iterator[Asked]:
    """A scanner of any kind went or goes through her mail; half of them at her own address."""
    ip = address(dice)
    pace, hidden = dice.choice((QUICK, QUICK, SLOW)), dice.random() < 0.6
    who = scanner(dice, mail, pace, hidden=hidden, head=not hidden)
    yield from asks(dice, mail, who, ip)
    hers = ip if dice.random() < 0.5 else address(dice)
    yield from reads(dice, mail, hers, first=None if dice.random() < 0.7 else evenly(dice, 8, THREE_DAYS))


def _any(dice: Random, mail: Mail) -> int:
    return dice.randrange(mail.links)


HASTY: Mapping[str, Draw] = {"at once": at_once, "tabs": tabs}
