"""Where marketing needs a consent, what gives one, and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from nurture.domain.durations import Duration, parse_duration

if TYPE_CHECKING:
    from nurture.domain.dictionary import Dictionary

EXPRESS = "express"
BASES = (EXPRESS, "purchase", "enquiry", "interest")
"""What a consent rests on: said in so many words, or implied by a purchase, an enquiry, or our interest."""
EVERYWHERE = "everywhere"
LASTS: Mapping[str, Duration] = {"purchase": Duration(24, "months"), "enquiry": Duration(6, "months")}
"""Where the policy says nothing; the others never run out."""
NONE_GIVEN = "no consent to marketing"


@dataclass(frozen=True)
class ConsentPolicy:
    needed: tuple[str, ...] = ()
    """Countries, or ``everywhere``; empty: only a "no" counts."""
    lasts: Mapping[str, Duration] = field(default_factory=lambda: LASTS)
    given_by: Mapping[str, str] = field(default_factory=dict)
    """Happening -> the basis of the consent that it is."""
    wording: Mapping[str, str] = field(default_factory=dict)
    """Happening -> what people read there, where its event does not say it."""

    def needs(self, country: str) -> bool:
        """Nobody knows what the law says in a country that nobody knows: there it is needed too."""
        return EVERYWHERE in self.needed or (bool(self.needed) and (not country or country in self.needed))

    def ends(self, basis: str, at: datetime) -> datetime | None:
        """When a consent given at ``at`` runs out; None: never."""
        span = self.lasts.get(basis)
        return span.after(at, ZoneInfo("UTC")) if span else None

    def barred(self, country: str, basis: str | None, until: datetime | None, now: datetime) -> str:
        """Why nothing may be sent; empty: it may."""
        if not self.needed or not self.needs(country):
            return ""
        if basis is None:
            return NONE_GIVEN
        return "" if until is None or until > now else f"the consent by {basis} ran out on {until:%Y-%m-%d}"


def load_consent(doc: Mapping[str, Any]) -> ConsentPolicy:
    needed = doc.get("needed", ())
    own = {basis: parse_duration(span) for basis, span in doc.get("lasts", {}).items() if span != "always"}
    silent = {basis: span for basis, span in LASTS.items() if basis not in doc.get("lasts", {})}
    return ConsentPolicy(
        needed=(needed,) if isinstance(needed, str) else tuple(needed),
        lasts={**silent, **own},
        given_by=dict(doc.get("given_by", {})),
        wording=dict(doc.get("wording", {})),
    )


def consents_in(dictionary: Dictionary, kind: str, data: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(happening, basis) of the consents that an event is."""
    for name, basis in dictionary.consent.given_by.items():
        happening = dictionary.happenings.get(name)
        if happening and happening.matches(kind, data):
            yield name, basis


def stronger(
    before: tuple[str, datetime | None] | None, given: tuple[str, datetime | None]
) -> tuple[str, datetime | None]:
    """(basis, until) of two: the one that lasts longer, the later one of equals."""
    if before is None or given[1] is None:
        return given
    return before if before[1] is None or before[1] > given[1] else given
