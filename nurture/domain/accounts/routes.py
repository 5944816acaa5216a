"""The way of a mail: which accounts may carry it, the one that is wanted most first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from nurture.domain.accounts.account import Account
from nurture.domain.accounts.breakers import Breakers
from nurture.domain.accounts.families import FAMILY_OF, OTHERS, domain_of


@dataclass(frozen=True)
class Mail:
    """What routes ask of a mail. ``sender`` and ``recipient``: addresses."""

    campaign: str
    kind: str
    sender: str
    recipient: str


@dataclass(frozen=True)
class Route:
    """An empty part asks nothing; ``*`` in a campaign is anything."""

    uses: Sequence[str]
    campaigns: Sequence[str] = ()
    kinds: Sequence[str] = ()
    senders: Sequence[str] = ()
    recipients: Sequence[str] = ()
    """Domains, or names of families."""

    def takes(self, mail: Mail, family: str) -> bool:
        recipient = domain_of(mail.recipient)
        return (
            (not self.campaigns or any(fnmatchcase(mail.campaign, one) for one in self.campaigns))
            and (not self.kinds or mail.kind in self.kinds)
            and (not self.senders or domain_of(mail.sender) in self.senders)
            and (not self.recipients or recipient in self.recipients or family in self.recipients)
        )


@dataclass(frozen=True)
class Accounts:
    """What the file of accounts says. ``limits``: domain or family -> mails a second, over all accounts."""

    accounts: Mapping[str, Account]
    routes: Sequence[Route] = ()
    families: Mapping[str, str] = field(default_factory=lambda: FAMILY_OF)
    """Domain -> its family."""
    limits: Mapping[str, float] = field(default_factory=dict)
    breakers: Breakers = field(default_factory=Breakers)

    def way(self, mail: Mail) -> Sequence[Account]:
        """The first route that takes it decides; without one, all in the order of the file. Empty: none of
        them may send for this sender."""
        family = self.families.get(domain_of(mail.recipient), "")
        names = next((route.uses for route in self.routes if route.takes(mail, family)), tuple(self.accounts))
        sender = domain_of(mail.sender)
        return [one for one in (self.accounts[name] for name in names) if one.carries(sender)]

    def limit(self, recipient: str) -> tuple[str, float] | None:
        """Whose limit holds, and mails a second; None: there is none."""
        domain = domain_of(recipient)
        family = self.families.get(domain, "")
        for name in (domain, family):
            if name in self.limits:
                return name, self.limits[name]
        return (family or domain, self.limits[OTHERS]) if OTHERS in self.limits else None

    @property
    def main(self) -> str:
        return next(iter(self.accounts))
