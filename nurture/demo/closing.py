"""The end of a demo: everything is counted, checked and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nurture.client.running import hibernated
from nurture.demo.figures import Figures, gather
from nurture.demo.house import Wanted
from nurture.demo.matching import Match, match
from nurture.demo.performing import Stage
from nurture.services.audit import Audit, audit

ENDS = {"accepted": "accepted handoffs", "rejected": "rejected handoffs", "expired": "timed-out handoffs"}
FEW_LEADS, FEW_DAYS = 100, 20
"""A smaller demo need not show everything."""


@dataclass(frozen=True)
class Closing:
    wanted: Wanted
    rows: int
    refused: int
    figures: Figures
    match: Match
    audit: Audit
    hibernated: int
    """Journeys that slept outside a run at least once."""

    @property
    def amiss(self) -> Sequence[str]:
        return [*_wrong(self), *_missing(self)]


async def close(stage: Stage, wanted: Wanted) -> Closing:
    imported = stage.cast.imported
    caught = [mail.message_id for mail in stage.catcher.mails]
    return Closing(
        wanted=wanted,
        rows=imported.rows,
        refused=imported.refused,
        figures=await stage.store.read(gather, stage.desk),
        match=await stage.store.read(match, caught),
        audit=await audit(stage.store, stage.desk.clock, stage.client),
        hibernated=await hibernated(stage.client),
    )


def as_json(closing: Closing) -> Mapping[str, Any]:
    return {
        "leads": closing.wanted.leads,
        "days": closing.wanted.days,
        "seed": closing.wanted.seed,
        "rows": closing.rows,
        "refused": closing.refused,
        **asdict(closing.figures),
        "match": {**asdict(closing.match), "holds": closing.match.holds},
        "audit": {
            "holds": closing.audit.holds,
            "balance": dict(closing.audit.balance),
            "broken": [finding.name for finding in closing.audit.findings if not finding.holds],
        },
        "hibernated": closing.hibernated,
        "amiss": closing.amiss,
    }


def _wrong(closing: Closing) -> Sequence[str]:
    found = [
        f"the audit: {finding.name}, {finding.bad} of {finding.total}"
        for finding in closing.audit.findings
        if not finding.holds
    ]
    if closing.audit.balance["lost"]:
        found.append(f"{closing.audit.balance['lost']} journeys are lost")
    if closing.audit.balance["attention"]:
        found.append(f"{closing.audit.balance['attention']} journeys need attention")
    if not closing.match.holds:
        found.append("the ledger and the catcher do not match")
    if closing.figures.crm_open:
        found.append(f"{closing.figures.crm_open} changes did not reach the CRM")
    return found


def _missing(closing: Closing) -> Sequence[str]:
    """Results that a demo of the usual size must show."""
    figures, wanted = closing.figures, closing.wanted
    found = [] if closing.hibernated else ["no journey hibernated"]
    if wanted.leads < FEW_LEADS or wanted.days < FEW_DAYS:
        return found
    answered = figures.handoffs
    found += [f"there are no {words}" for state, words in ENDS.items() if state not in answered]
    shown = {
        "recycled leads": figures.stages.get("recycled"),
        "bounced mails": figures.sends.get("bounced"),
        "unsubscribed leads": figures.unsubscribed,
        "clicks of people": figures.clicks.get("human"),
        "clicks of machines": figures.clicks.get("machine"),
        "replies": figures.replied,
    }
    return found + [f"there are no {words}" for words, count in shown.items() if not count]
