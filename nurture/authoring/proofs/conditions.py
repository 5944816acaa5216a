"""Conditions that can never hold where they stand, and conditions that always hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nurture.authoring.checking import Checking
from nurture.authoring.nodes import Place
from nurture.authoring.proofs.asked import place_of, quoted
from nurture.authoring.proofs.known import Claim, Claims, Flow
from nurture.conditions.logic.formula import OneOf
from nurture.conditions.logic.proving import Piece, Proving
from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Condition
from nurture.domain.steps.choose import Choose
from nurture.domain.steps.step import Step, lines

CUSTOMERS = Claim(OneOf(("stage",), frozenset({"customer"}), False), "customers leave as `customer`")


@dataclass(frozen=True)
class Impossible:
    check: Checking
    campaign: Campaign
    proving: Proving

    def find(self) -> None:
        flow = Flow(self.check, self.campaign, self.proving)
        known, gone = flow.known(), self._gone()
        self._leaves()
        self._door()
        for rule in self.campaign.rules:
            self._asks(rule.when, "rule", rule.name, gone, "this rule never acts")
        for name, claims in known.items():
            self._step(flow, self.campaign.steps[name], claims | gone)

    def _gone(self) -> Claims:
        """Whoever meets a condition of ``leave`` is not here any more."""
        left = {
            Claim(
                self.proving.fails(leave.when),
                f"everyone with {quoted(leave.when)} leaves as `{leave.outcome}`",
            )
            for leave in self.campaign.leave
        }
        return frozenset({*self._customers(), *left, *self._audience()})

    def _customers(self) -> Claims:
        return frozenset() if self.campaign.customers_stay else frozenset({CUSTOMERS})

    def _audience(self) -> Claims:
        if not self.campaign.audience:
            return frozenset()
        words = f"the audience is only {quoted(self._asked_audience())}"
        return frozenset({Claim(self.proving.holds(self.campaign.audience), words)})

    def _asked_audience(self) -> Condition:
        """As the file has it, line by line."""
        return Condition(lines(self.campaign.document.get("audience")))

    def _door(self) -> None:
        self._asks(self._asked_audience(), "audience", None, self._customers(), "the campaign is for nobody")
        self._asks(self.campaign.enrol.if_, "enrol", None, self._audience(), "nobody comes in")

    def _leaves(self) -> None:
        before: list[Claim] = []
        for leave in self.campaign.leave:
            nobody = f"nobody leaves as `{leave.outcome}`"
            self._asks(leave.when, "leave", None, frozenset(before), nobody)
            words = f"everyone with {quoted(leave.when)} leaves as `{leave.outcome}`"
            before.append(Claim(self.proving.fails(leave.when), words))

    def _step(self, flow: Flow, step: Step, claims: Claims) -> None:
        self._asks(step.if_, "if", step.name, claims, "this step never happens")
        self._unless(step, claims)
        until = getattr(step, "until", Condition())
        still = frozenset(claim for claim in claims if claim.lasting) | self._gone()
        self._asks(until, "until", step.name, still, "this wait always lasts to its end")
        if isinstance(step, Choose):
            self._ways(flow, step, claims)

    def _unless(self, step: Step, claims: Claims) -> None:
        for line in step.unless.lines:
            one = Condition((line,))
            at = place_of(self.check, one, "unless", step.name)
            if blamed := self.proving.blame(self.proving.pieces(one)):
                self._report(at, "this is never a reason to skip", [], blamed)
            elif not self.proving.possible([self.proving.false(one)]):
                text = f"this step never happens: {quoted(one)} always holds"
                self.check.report("always", at, text, "Delete the step, or mend the condition.")
            elif why := self.proving.blame(
                [*_told(claims), Piece(self.proving.fails(one), f"not {quoted(one)}")]
            ):
                since = " and ".join(piece.words for piece in why[:-1])
                text = f"this step never happens: {quoted(one)} always holds here, because {since}"
                self.check.report(_rule(claims, why), at, text, CHANGE)

    def _ways(self, flow: Flow, step: Choose, claims: Claims) -> None:
        for (name, taken), way in zip(flow.ways(step), step.ways, strict=False):
            before = frozenset(claim for claim in taken if "takes everyone" in claim.words)
            self._asks(way.when, "when", step.name, claims | before, f"nobody takes the way `{name}`")
        rest = dict(flow.ways(step))["otherwise"]
        if step.otherwise and not self.proving.possible(claim.formula for claim in rest):
            self.check.report("impossible", self.check.places[step.otherwise[0].name],
                              f"nobody comes here: the ways of `{step.name}` take everyone",
                              "Write `otherwise: next`, or mend the conditions of the ways.")  # fmt: skip

    def _asks(self, condition: Condition, key: str, step: str | None, claims: Claims, nobody: str) -> None:
        """Reports a condition that cannot hold while the claims are so, or that cannot fail."""
        if not condition:
            return
        at = place_of(self.check, condition, key, step)
        own = self.proving.pieces(condition)
        blamed = self.proving.blame([*_told(claims), *own])
        if blamed is not None:
            mine = [piece for piece in blamed if piece in own]
            why = [piece for piece in blamed if piece not in own]
            self._report(at, nobody, why, mine, _rule(claims, why))
        elif not self.proving.possible([self.proving.false(condition)]):
            self.check.report("always", at, f"{quoted(condition)} always holds", ALWAYS_HINT[key])

    def _report(
        self, at: Place, nobody: str, why: Sequence[Piece], own: Sequence[Piece], rule: str = "impossible"
    ) -> None:
        mine = " and ".join(piece.words for piece in own)
        if why:
            since = " and ".join(piece.words for piece in why)
            text = f"{nobody}: {mine} cannot hold, because {since}"
            hint = CHANGE
        elif len(own) > 1:
            text = f"{nobody}: {mine} cannot hold together"
            hint = "Write two ways if you mean one or the other: `||` is or, `&&` is and."
        else:
            text, hint = (
                f"{nobody}: {mine} can never hold",
                "Mend the condition, or delete what it belongs to.",
            )
        self.check.report(rule, at, text, hint)


def _told(claims: Claims) -> list[Piece]:
    """In an order that does not change from run to run."""
    return sorted((Piece(claim.formula, claim.words) for claim in claims), key=lambda piece: piece.words)


def _rule(claims: Claims, why: Sequence[Piece]) -> str:
    lasting = {claim.words for claim in claims if claim.lasting}
    return "own-doing" if any(piece.words in lasting for piece in why) else "impossible"


CHANGE = "Ask for something else here, or change what comes before."
ALWAYS_HINT = {
    "if": "Leave the condition out, or mend it: is an `&&` meant instead of `||`?",
    "until": "Nobody would ever wait here. Mend it: is an `&&` meant instead of `||`?",
    "when": "Write what it leads to under `otherwise:`, or mend it.",
    "rule": "The rule would act on everybody at once. Mend it: is an `&&` meant instead of `||`?",
    "audience": "Leave it out, or mend it: is an `&&` meant instead of `||`?",
    "enrol": "Leave it out, or mend it: is an `&&` meant instead of `||`?",
    "leave": "Everybody would leave at once. Mend it: is an `&&` meant instead of `||`?",
}
