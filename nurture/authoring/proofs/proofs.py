"""All proofs about one campaign."""

from __future__ import annotations

from nurture.authoring.checking import Checking
from nurture.authoring.proofs.bands import check_bands
from nurture.authoring.proofs.clashes import check_clashes
from nurture.authoring.proofs.conditions import Impossible
from nurture.authoring.proofs.dates import check_dates
from nurture.authoring.proofs.empty_dates import check_empty_dates
from nurture.conditions.logic.proving import Proving
from nurture.domain.campaign import Campaign


def check_proofs(check: Checking, campaign: Campaign) -> None:
    conditions = check.words.conditions
    answers = {
        name: tuple(asked)
        for name, step in campaign.steps.items()
        if (asked := getattr(step, "answers", None))
    }
    proving = Proving(conditions, answers)
    check_dates(check, conditions)
    Impossible(check, campaign, proving).find()
    check_bands(check, campaign, proving)
    check_clashes(check, campaign, proving)
    check_empty_dates(check, campaign, proving)
