"""Rules of routing that never act: nobody can meet them, or an earlier one takes all that they would."""

from __future__ import annotations

from collections.abc import Sequence

from nurture.authoring.checking import Checking
from nurture.authoring.door import ROUTE
from nurture.authoring.nodes import Place
from nurture.authoring.proofs.asked import place_of, quoted
from nurture.conditions.logic.proving import Piece, Proving
from nurture.domain.routing_policy import RoutingPolicy, Rule

MEND = "Mend the condition, or delete the rule."
ALWAYS = "Leave the condition out, or mend it: is an `&&` meant instead of `||`?"
ORDER = "The first rule that matches decides: put this one before, or delete it."


def check_order(check: Checking, policy: RoutingPolicy) -> None:
    proving = Proving(check.words.conditions, {})
    for number, rule in enumerate(policy.rules):
        at = place_of(check, rule.when, ROUTE, rule.name) if rule.when else check.places[rule.name]
        if not _possible(check, proving, rule, at):
            continue
        _shadowed(check, proving, rule, [one for one in policy.rules[:number] if _before(one, rule)])


def _possible(check: Checking, proving: Proving, rule: Rule, at: Place) -> bool:
    if not rule.when:
        return True
    if blamed := proving.blame(proving.pieces(rule.when)):
        words = " and ".join(piece.words for piece in blamed)
        how = "can never hold" if len(blamed) == 1 else "cannot hold together"
        check.report("impossible", at, f"nobody is routed by `{rule.name}`: {words} {how}", MEND)
        return False
    if not proving.possible([proving.false(rule.when)]):
        text = f"{quoted(rule.when)} always holds"
        check.report(
            "always", at, text, "Leave the condition out, or mend it: is an `&&` meant instead of `||`?"
        )
        return False
    return True


def _before(one: Rule, rule: Rule) -> bool:
    """Whether it takes leads that the later rule could have."""
    return one.takes_all and one.of in (None, rule.of)


def _shadowed(check: Checking, proving: Proving, rule: Rule, before: Sequence[Rule]) -> None:
    taken = [Piece(proving.fails(one.when), f"`{one.name}`") for one in before]
    own = Piece(proving.holds(rule.when), "")
    if (blamed := proving.blame([*taken, own])) is None:
        return
    names = " and ".join(piece.words for piece in blamed if piece.words)
    text = f"the rule `{rule.name}` never decides: {names} before it {_take(len(blamed) - 1)} all its leads"
    check.report("unreachable", check.places[rule.name], text, ORDER)


def _take(count: int) -> str:
    return "takes" if count == 1 else "take"
