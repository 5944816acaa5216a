"""The bounds of a campaign: messages a day and a week, the shortest gap, the longest stay, every outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from nurture.authoring.bounds.caps import Caps, common_caps
from nurture.authoring.bounds.densest import MOST_COUNTED, Densest
from nurture.authoring.bounds.durations import ZERO, Durations
from nurture.authoring.bounds.longest import Longest
from nurture.authoring.bounds.net import net_of
from nurture.authoring.bounds.times import Endless, Times
from nurture.authoring.graph import finishes
from nurture.domain.campaign import Campaign
from nurture.domain.chance import HOLDOUT
from nurture.domain.dictionary import Dictionary
from nurture.domain.outcomes import FINISHED, NOT_AUDIENCE
from nurture.domain.sales import SalesPolicy
from nurture.domain.sending import MARKETING
from nurture.domain.steps.send import Send

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Bounds:
    most_a_day: int | None
    """Marketing messages of this campaign to one lead in any 24 hours; None: more than 60."""
    most_a_week: int | None
    shortest_gap: timedelta | None
    """Between two of them; None: nobody gets two."""
    longest: timedelta | None
    """In the campaign, as the file plans it; None: ``endless`` says why there is none."""
    longest_held: timedelta | None
    """With every message held up as long as it may be."""
    endless: str
    outcomes: tuple[str, ...]
    """The campaign's own, and ``finished`` where some way comes past the last line; those that every
    campaign has are left out."""

    def to_json(self) -> Mapping[str, object]:
        """Times in seconds."""
        spans = ("shortest_gap", "longest", "longest_held")
        found = {**asdict(self), "outcomes": list(self.outcomes)}
        return found | {f"{name}_seconds": _seconds(found.pop(name)) for name in spans}


def bounds(campaign: Campaign, dictionary: Dictionary, sales: SalesPolicy, durations: Durations) -> Bounds:
    net, times = net_of(campaign), Times(campaign, dictionary, sales, durations)
    there = [campaign.steps[name] for name in net.edges]
    sends = [step for step in there if isinstance(step, Send) and step.kind == MARKETING]
    caps = common_caps(campaign, dictionary, sends)
    fastest = list(Densest(campaign, net, times, sends).fastest())
    longest, endless = _longest(Longest(campaign, net), times, held=False)
    held, _ = _longest(Longest(campaign, net), times, held=True)
    return Bounds(
        most_a_day=_most(fastest, DAY, caps) if sends else 0,
        most_a_week=_most(fastest, WEEK, caps) if sends else 0,
        shortest_gap=_gap(fastest, caps),
        longest=longest,
        longest_held=held,
        endless=endless,
        outcomes=_outcomes(campaign, frozenset(net.edges)),
    )


def _most(fastest: Sequence[timedelta], span: timedelta, caps: Caps) -> int | None:
    """By the way through the steps, and by the caps."""
    count = 1 + sum(1 for length in fastest if length < span)
    flow = [count] if count <= MOST_COUNTED else []
    return min([*flow, *(most * max(1, -(-span // period)) for period, most in caps.items())], default=None)


def _gap(fastest: Sequence[timedelta], caps: Caps) -> timedelta | None:
    return max([fastest[0], *(period for period, most in caps.items() if most == 1)]) if fastest else None


def _longest(longest: Longest, times: Times, *, held: bool) -> tuple[timedelta | None, str]:
    try:
        found = longest.way(lambda name: times.at_most(longest.campaign.steps[name], held=held))
    except Endless as why:
        return None, str(why)
    return found, ""


def _outcomes(campaign: Campaign, there: frozenset[str]) -> tuple[str, ...]:
    left = [leave.outcome for leave in campaign.leave]
    rules = [step.name for rule in campaign.rules for step in rule.then]
    ends = [name for step in (*there, *rules) for name in campaign.steps[step].outcomes]
    order = [name for step in campaign.steps.values() for name in step.outcomes]
    outside = [*([NOT_AUDIENCE] if campaign.audience else []), *([HOLDOUT] if campaign.holdout else [])]
    last = [FINISHED] if finishes(campaign) else []
    return tuple(dict.fromkeys([*left, *outside, *(name for name in order if name in ends), *last]))


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else (max(ZERO, span)).total_seconds()
