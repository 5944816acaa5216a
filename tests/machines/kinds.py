"""Recipients of several kinds. Delays, addresses and user agents are drawn anew for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from tests.machines.mails import HONEYPOT, Asked, Draw, Mail, address, browser, later, reads
from tests.machines.odd_people import HASTY, any_time, office, two_devices
from tests.machines.varied import NO_SIGN, WITH_SIGN


def reader(dice: Random, mail: Mail) -> Iterator[Asked]:
    yield from reads(dice, mail)


def prompt(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Reads mail as it comes."""
    yield from reads(dice, mail, first=dice.uniform(12, 180))


def mobile(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Each request by another address of the operator."""
    for one in reads(dice, mail):
        yield Asked(one.at, one.link, one.agent, address(dice), one.machine)


def privacy(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Apple's proxy fetches the image; the person clicks, or not."""
    yield Asked(mail.arrives + later(dice, 120), None, "Mozilla/5.0", address(dice), machine=True)
    if dice.random() < 0.5:
        yield from (one for one in reads(dice, mail) if one.link is not None)


def guarded(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Her company's scanner first, then she, at the same address."""
    ip = address(dice)
    yield from burst(dice, mail, ip)
    yield from reads(dice, mail, ip)


def burst(dice: Random, mail: Mail, ip: str = "") -> Iterator[Asked]:
    """Every link within seconds, the hidden one too, as a browser."""
    at, agent, ip = mail.arrives + dice.uniform(-3, 90), browser(dice), ip or address(dice)
    for link in dice.sample([HONEYPOT, *range(mail.links)], mail.links + 1):
        yield Asked(at, link, agent, ip, machine=True, speaks=dice.random() < 0.5)
        at += dice.uniform(0.05, 1.5)


def fleet(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Every link from another address with another browser, the hidden one too."""
    yield from _from_everywhere(dice, mail, [HONEYPOT, *range(mail.links)])


def quiet_fleet(dice: Random, mail: Mail) -> Iterator[Asked]:
    """The same without the hidden link."""
    yield from _from_everywhere(dice, mail, list(range(mail.links)))


def _from_everywhere(dice: Random, mail: Mail, links: Sequence[int]) -> Iterator[Asked]:
    at = mail.arrives + dice.uniform(1, 600)
    for link in dice.sample(links, len(links)):
        yield Asked(at, link, browser(dice), address(dice), machine=True, speaks=dice.random() < 0.5)
        at += dice.expovariate(1 / 0.4)


def detonator(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Opens what a person could see in a sandbox, one page after the other; never the hidden link."""
    at, agent, ip = mail.arrives + dice.uniform(2, 400), browser(dice), address(dice)
    for link in range(mail.links):
        yield Asked(at, link, agent, ip, machine=True)
        at += dice.uniform(1.5, 25)


def checker(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Asks with HEAD and follows with GET: one link or several."""
    at, agent, ip = mail.arrives + later(dice, 60), browser(dice), address(dice)
    for link in dice.sample(range(mail.links), dice.randint(1, mail.links)):
        yield Asked(at, link, agent, ip, machine=True, method="HEAD", speaks=False)
        at += dice.uniform(0.1, 4)
        yield Asked(at, link, agent, ip, machine=True, speaks=False)
        at += dice.uniform(0.5, 20)


def inline(dice: Random, mail: Mail) -> Iterator[Asked]:
    """Follows a link or two before it lets the mail through."""
    agent, ip = browser(dice), address(dice)
    for link in dice.sample(range(mail.links), min(2, mail.links)):
        yield Asked(mail.arrives - dice.uniform(0, 20), link, agent, ip, machine=True)


def named(dice: Random, mail: Mail) -> Iterator[Asked]:
    """A preview or a filter that says who it is."""
    agents = ("Slackbot-LinkExpanding 1.0", "Barracuda Sentinel (EE)", "python-requests/2.32", "curl/8.5")
    agent, ip = dice.choice(agents), address(dice)
    for link in dice.sample(range(mail.links), dice.randint(1, mail.links)):
        yield Asked(mail.arrives + later(dice, 900), link, agent, ip, machine=True, speaks=False)


def careful(dice: Random, mail: Mail) -> Iterator[Asked]:
    """A real browser, random delays, one link or two, never the hidden one: nothing tells it from people."""
    agent, ip, at = browser(dice), address(dice), mail.arrives + dice.uniform(30, 3600)
    for link in dice.sample(range(mail.links), min(dice.randint(1, 2), mail.links)):
        yield Asked(at, link, agent, ip, machine=True)
        at += dice.uniform(5, 600)


PEOPLE: Mapping[str, Draw] = {
    "reader": reader,
    "prompt": prompt,
    "mobile": mobile,
    "privacy proxy": privacy,
    "behind a scanner": guarded,
    "any scanner": office,
    "any time": any_time,
    "two devices": two_devices,
    **HASTY,
}
FIVE: Mapping[str, Draw] = {
    "burst": burst,
    "fleet": fleet,
    "checker": checker,
    "inline": inline,
    "named": named,
}
SCANNERS: Mapping[str, Draw] = {**FIVE, **WITH_SIGN}
LIKE_PEOPLE: Mapping[str, Draw] = {
    "detonator": detonator,
    "quiet fleet": quiet_fleet,
    "careful": careful,
    **NO_SIGN,
}
"""A real browser, random delays, and never the hidden link: reported, whatever comes of them."""
SHARES = {
    "reader": 22, "prompt": 8, "mobile": 10, "privacy proxy": 12, "behind a scanner": 6, "any scanner": 6,
    "any time": 4, "two devices": 4, "at once": 4, "tabs": 4,
}  # fmt: skip
"""Of a hundred; the other kinds share the rest. One in ten of the people is hasty."""
OTHERS = 100 - sum(SHARES.values())


def drawn(seed: int, recipients: int) -> Iterator[Mail]:
    """So many recipients, four fifths of them people; and a fifth machines."""
    dice = Random(f"machines {seed}")
    kinds = {**PEOPLE, **SCANNERS, **LIKE_PEOPLE}
    weights = [SHARES.get(kind, OTHERS / (len(kinds) - len(SHARES))) for kind in kinds]
    for kind in dice.choices(list(kinds), weights, k=recipients):
        yield mail(dice, kind, kinds[kind])


def mail(dice: Random, kind: str, draw: Draw) -> Mail:
    one = Mail(kind, dice.randint(1, 7), dice.uniform(0.5, 6), told=dice.random() < 0.6)
    one.asked.extend(draw(dice, one))
    one.asked.sort(key=lambda asked: asked.at)
    return one
