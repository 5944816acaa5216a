"""Scanners that differ in each thing by which they could be known, drawn anew for each mail: pace, addresses,
browsers, order, how many links, how often, and what they touch that no person does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from tests.machines.mails import HONEYPOT, Asked, Draw, Mail, address, beside, browser, evenly

QUICK = 0.1, 90.0
"""Seconds from one link to the next."""
SLOW = 90.0, 600.0


@dataclass(frozen=True)
class Scanner:
    pace: float
    addresses: str
    one_browser: bool
    hidden: bool
    head: bool
    in_order: bool
    """As the mail has them, the hidden one first; else in any."""
    twice: bool
    links: Sequence[int]


def scanner(dice: Random, mail: Mail, pace: tuple[float, float], *, hidden: bool, head: bool) -> Scanner:
    in_order, some = dice.random() < 0.5, dice.randint(1, mail.links)
    links = range(mail.links) if dice.random() < 0.7 else sorted(dice.sample(range(mail.links), some))
    return Scanner(
        pace=evenly(dice, *pace),
        addresses=dice.choice(("one", "network", "everywhere")),
        one_browser=dice.random() < 0.5,
        hidden=hidden,
        head=head,
        in_order=in_order,
        twice=dice.random() < 0.1,
        links=tuple(links) if in_order else tuple(dice.sample(links, len(links))),
    )


def asks(dice: Random, mail: Mail, who: Scanner, ip: str = "") -> Iterator[Asked]:
    at, agent = mail.arrives + dice.uniform(-3, 30) + dice.choice((0, 0, 600)) * dice.random(), browser(dice)
    home, speaks = ip or address(dice), dice.random() < 0.5
    for link in _order(dice, who):
        one = Asked(
            at,
            link,
            agent if who.one_browser else browser(dice),
            {"one": home, "network": beside(dice, home)}.get(who.addresses) or address(dice),
            machine=True,
            speaks=speaks,
        )
        if who.head:
            yield replace(one, method="HEAD", speaks=False)
            one = replace(one, at=one.at + min(who.pace, 5) * dice.uniform(0.2, 1))
        yield one
        if who.twice:
            yield replace(one, at=one.at + dice.uniform(0.1, 3))
        at = one.at + who.pace * dice.uniform(0.3, 1.7)


def _order(dice: Random, who: Scanner) -> Sequence[int]:
    if not who.hidden:
        return who.links
    if who.in_order:
        return (HONEYPOT, *who.links)
    return dice.sample((HONEYPOT, *who.links), len(who.links) + 1)


def of_pace(pace: tuple[float, float], *, hidden: bool, head: bool) -> Draw:
    def draw(dice: Random, mail: Mail) -> Iterator[Asked]:
        yield from asks(dice, mail, scanner(dice, mail, pace, hidden=hidden, head=head))

    return draw


WITH_SIGN: Mapping[str, Draw] = {
    "hidden, quick": of_pace(QUICK, hidden=True, head=False),
    "hidden, slow": of_pace(SLOW, hidden=True, head=False),
    "HEAD, quick": of_pace(QUICK, hidden=False, head=True),
    "HEAD, slow": of_pace(SLOW, hidden=False, head=True),
}
NO_SIGN: Mapping[str, Draw] = {
    "no sign, quick": of_pace(QUICK, hidden=False, head=False),
    "no sign, slow": of_pace(SLOW, hidden=False, head=False),
}
