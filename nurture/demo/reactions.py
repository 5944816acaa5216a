"""What people and their machines do with a mail they have got: planned from the seed, so always the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random

from nurture.demo.acts import Act, Deed, Fetch, Submit, Tell, some_time_after
from nurture.demo.mailbox import Mail
from nurture.demo.people import Person

WEBKIT, CHROMIUM = "AppleWebKit/605.1.15 (KHTML, like Gecko)", "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
BROWSERS = (
    f"{WINDOWS} {CHROMIUM} Chrome/131.0 Safari/537.36",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) {WEBKIT} Version/17.5 Safari/605.1.15",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
)
PREFETCHER = "Mozilla/5.0"
"""What a mail program's privacy proxy says of itself."""
GATEWAY = f"{WINDOWS} {CHROMIUM} Chrome/120.0 Safari/537.36"
"""A link scanner dresses up as a browser."""
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
PAGES = ("/prices", "/prices", "/features", "/customers", "/careers")


def react(person: Person, mail: Mail, nth: int, now: datetime, seed: int) -> Iterator[Act]:
    """``nth``: how often this message has come to them, from 0."""
    dice = Random(f"{seed}/{person.email}/{mail.campaign}/{mail.step}/{nth}")
    yield from (Act(now, person.email, deed) for deed in _machines(person, mail))
    at = some_time_after(now, person.temperament.hours, person.zone, dice)
    yield from (Act(at, person.email, deed) for deed in _reads(person, mail, dice))
    if dice.random() < person.temperament.visits * person.temperament.clicks:
        yield from _comes_back(person, at, dice)


def _machines(person: Person, mail: Mail) -> Iterator[Deed]:
    """Within a second of its coming: a gateway looks at every link, a mail program loads the pictures."""
    if person.company.guarded:
        yield from (Fetch("HEAD", url, GATEWAY) for url in mail.links[:1])
        for url in (*mail.links, *mail.hidden, *mail.answers, *mail.pages):
            yield Fetch("GET", url, GATEWAY)
    if person.prefetches and mail.pixel:
        yield Fetch("GET", mail.pixel, PREFETCHER)


def _reads(person: Person, mail: Mail, dice: Random) -> Iterator[Deed]:
    nature = person.temperament
    agent = BROWSERS[sum(person.email.encode()) % len(BROWSERS)]
    opens, acts, replies, leaves = (dice.random() for _ in range(4))
    if opens >= nature.opens:
        return
    if mail.pixel:
        yield Fetch("GET", mail.pixel, agent)
    if mail.answers and acts < nature.answers:
        chosen = mail.answers[min(int(dice.expovariate(0.9)), len(mail.answers) - 1)]
        yield Fetch("GET", chosen, agent)
        yield Submit(chosen, {}, agent)
    elif mail.links and acts < nature.clicks:
        yield Fetch("GET", mail.links[int(dice.random() * len(mail.links))], agent)
    if replies < nature.replies:
        yield Tell("email.replied", {"in_reply_to": mail.message_id})
    if leaves < nature.unsubscribes and mail.unsubscribe:
        yield Submit(mail.unsubscribe, ONE_CLICK, agent)


def _comes_back(person: Person, at: datetime, dice: Random) -> Iterator[Act]:
    """To the website, in the days after a mail."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        at = some_time_after(at, 16, person.zone, dice)
        yield Act(at, person.email, Tell("page.viewed", {"path": dice.choice(PAGES)}))
