"""What the classifier makes of the mails of a seed: figures for each kind, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nurture.delivery.agents import looks_like_machine
from nurture.domain.machines import Hit, Judged
from nurture.domain.scanning import judge
from nurture.services.ingest import HOLD
from tests.machines.mails import HONEYPOT, Asked, Mail


@dataclass
class Figures:
    """Of clicks, where nothing else is said: an open decides nothing by itself."""

    mails: int = 0
    machines: int = 0
    caught: int = 0
    caught_in_time: int = 0
    people: int = 0
    wronged: int = 0
    opens: int = 0
    """Of machines."""
    opens_caught: int = 0
    handoffs: int = 0
    """Mails with a machine's click that counted as a person's when its hold was over."""

    def __add__(self, other: Figures) -> Figures:
        names = self.__dataclass_fields__
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def recall(self) -> float:
        return self.caught / self.machines if self.machines else 1.0

    @property
    def false_positives(self) -> float:
        return self.wronged / self.people if self.people else 0.0


def hit(one: Asked, mail: Mail) -> Hit:
    return Hit(
        one.method,
        one.agent,
        None if one.link is None else one.link,
        one.at,
        one.ip,
        honeypot=one.link == HONEYPOT,
        delivered=one.at - mail.arrives if mail.told else None,
        speaks=one.speaks,
        net=one.ip.rpartition(".")[0],
    )


def measured(mails: Iterable[Mail]) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    for mail in mails:
        found[mail.kind] = found.get(mail.kind, Figures()) + of_mail(mail)
    return found


def of_mail(mail: Mail) -> Figures:
    final, first = verdicts(mail, mail.asked), [_when_looked_at(mail, one) for one in mail.asked]
    figures, fooled = Figures(mails=1), False
    for one, at_last, at_once in zip(mail.asked, final, first, strict=True):
        if one.link is None:
            figures.opens += one.machine
            figures.opens_caught += one.machine and at_last is Judged.MACHINE
            continue
        if one.machine:
            figures.machines += 1
            figures.caught += at_last is Judged.MACHINE
            figures.caught_in_time += at_once is Judged.MACHINE
            fooled |= at_once is Judged.HUMAN
        else:
            figures.people += 1
            figures.wronged += at_last is Judged.MACHINE
    figures.handoffs = int(fooled)
    return figures


def verdicts(mail: Mail, asked: Sequence[Asked]) -> list[Judged]:
    hits = [hit(one, mail) for one in asked]
    return [one.judged for one in judge(hits, links=mail.links, looks_like_machine=looks_like_machine)]


def _when_looked_at(mail: Mail, one: Asked) -> Judged:
    """By what is known when its hold ends."""
    known = [other for other in mail.asked if other.at <= one.at + HOLD.total_seconds()]
    return verdicts(mail, known)[known.index(one)]


COLUMNS = (
    "mails",
    "scanner clicks",
    "caught",
    "in time",
    "human clicks",
    "wronged",
    "machine opens",
    "caught",
    "handoffs",
)


def table(found: dict[str, Figures]) -> Iterator[str]:
    yield f"{'kind':18}" + "".join(f"{name:>{len(name) + 3}}" for name in COLUMNS)
    for kind, row in found.items():
        cells = (
            row.mails,
            row.machines,
            _share(row.caught, row.machines),
            _share(row.caught_in_time, row.machines),
            row.people,
            _share(row.wronged, row.people),
            row.opens,
            _share(row.opens_caught, row.opens),
            row.handoffs,
        )
        yield f"{kind:18}" + "".join(
            f"{cell:>{len(name) + 3}}" for name, cell in zip(COLUMNS, cells, strict=True)
        )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
