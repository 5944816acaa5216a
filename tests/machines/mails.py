"""One mail and who asks for its links: people, and machines of several kinds, drawn by a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

HONEYPOT = -1
CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
SYSTEMS = ("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64")
FIREFOX = "Mozilla/5.0 ({}; rv:{}.0) Gecko/20100101 Firefox/{}.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS {}_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{}.1 Mobile/15E148 Safari/604.1"  # noqa: E501 - one header
IMAGES = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@dataclass(frozen=True)
class Asked:
    """One request, and the truth about it."""

    at: float
    """Seconds after the mail was sent."""
    link: int | None
    agent: str
    ip: str
    machine: bool
    method: str = "GET"
    speaks: bool = True


@dataclass
class Mail:
    """``arrives``: when the other server took it. ``told``: whether the provider says so."""

    kind: str
    links: int
    arrives: float
    told: bool
    asked: list[Asked] = field(default_factory=list)


Draw = Callable[[Random, Mail], Iterator[Asked]]


def browser(dice: Random) -> str:
    version = dice.randint(128, 146)
    made = (
        CHROME.format(dice.choice(SYSTEMS), version),
        FIREFOX.format(dice.choice(SYSTEMS), version, version),
        IPHONE.format(dice.randint(16, 26), dice.randint(16, 26)),
    )
    return dice.choices(made, (5, 2, 3))[0]


def address(dice: Random) -> str:
    """A public one."""
    return f"{dice.randint(11, 99)}.{dice.randint(0, 255)}.{dice.randint(0, 255)}.{dice.randint(1, 254)}"


def beside(dice: Random, ip: str) -> str:
    """Another one of the same network."""
    return f"{ip.rpartition('.')[0]}.{dice.randint(1, 254)}"


def evenly(dice: Random, least: float, most: float) -> float:
    """As often between 1 and 10 as between 10 and 100."""
    return least * float((most / least) ** dice.random())


def later(dice: Random, median: float) -> float:
    """Long-tailed: half sooner than ``median`` seconds, few very late."""
    return dice.lognormvariate(0, 1.4) * median


def reads(dice: Random, mail: Mail, ip: str = "", first: float | None = None) -> Iterator[Asked]:
    """A person: opens, thinks, clicks one link or some, with time to read in between."""
    agent, at = browser(dice), mail.arrives + (first if first is not None else 20 + later(dice, 5400))
    ip = ip or address(dice)
    if dice.random() < 0.6:  # the others' programs load no images, or load them through a proxy
        shown = IMAGES if dice.random() < 0.3 else agent
        yield Asked(at - min(8, at / 2), None, shown, ip, machine=shown == IMAGES)
    links = list(range(mail.links))
    for link in dice.sample(links, min(dice.choices((1, 2, 3), (80, 15, 5))[0], mail.links)):
        yield Asked(at, link, agent, ip, machine=False)
        if dice.random() < 0.04:  # a double click
            yield Asked(at + dice.uniform(0.2, 1), link, agent, ip, machine=False)
        at += 8 + later(dice, 60)
