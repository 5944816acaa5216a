"""The closing report in words and tables, at most 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nurture.demo.closing import Closing
from nurture.demo.figures import Funnel

STEPS = ("entered", "mailed", "opened", "clicked", "answered", "handed")
WIDTH = 78


def tell(closing: Closing) -> Iterator[str]:
    wanted, figures = closing.wanted, closing.figures
    yield f"{wanted.leads} leads, {wanted.days} days, seed {wanted.seed}"
    yield f"imported {closing.rows} rows: {figures.leads} leads, {closing.refused} refused"
    yield from _funnels(figures.funnels)
    yield ""
    yield from _counts("mails", figures.sends)
    yield from _counts("clicks", figures.clicks)
    yield from _counts("opens", figures.opens)
    yield from _counts("machines by", figures.signs)
    people = {"unsubscribed": figures.unsubscribed, "bounced": figures.bounced, "replied": figures.replied}
    yield from _counts("leads", people)
    yield from _counts("score", {band: count for band, count in figures.scores.items() if count})
    yield from _counts("stage", figures.stages)
    yield from _handoffs(closing)
    yield from _counts("CRM told", figures.crm)
    yield ""
    yield from _proofs(closing)


def _funnels(funnels: Sequence[Funnel]) -> Iterator[str]:
    width = max((len(funnel.campaign) for funnel in funnels), default=8) + 2
    yield ""
    yield "JOURNEYS".ljust(width) + "".join(step.upper().rjust(9) for step in STEPS)
    for funnel in funnels:
        yield funnel.campaign.ljust(width) + "".join(f"{getattr(funnel, step):>9,}" for step in STEPS)
    yield ""
    for funnel in funnels:
        yield from _counts(funnel.campaign, {**funnel.outcomes, "on the way": funnel.on_the_way}, width)


def _handoffs(closing: Closing) -> Iterator[str]:
    found = {
        state if answers.hours is None else f"{state} (in {_span(answers.hours)})": answers.count
        for state, answers in closing.figures.handoffs.items()
    }
    yield from _counts("handoffs", found)
    yield from _counts("", {"reminded": closing.figures.reminded, "escalated": closing.figures.escalated})


def _proofs(closing: Closing) -> Iterator[str]:
    balance, match = closing.audit.balance, closing.match
    yield (
        f"audit     {balance['enrolled']:,} enrolled = {balance['in_flight']:,} in flight"
        f" + {balance['ended']:,} ended + {balance['attention']:,} attention"
    )
    held = sum(finding.holds for finding in closing.audit.findings)
    yield f"          {balance['lost']:,} lost; {held} of {len(closing.audit.findings)} checks hold"
    yield (
        f"ledger    {match.sent:,} sent, {match.caught:,} caught,"
        f" {match.both:,} of them the same by Message-ID"
    )
    yield (
        f"          {match.not_caught:,} missing, {match.twice:,} twice;"
        f" apart: {match.bounced:,} bounced, {match.unknown:,} unknown"
    )
    yield f"sleep     {closing.hibernated:,} journeys hibernated"
    yield from (f"AMISS     {problem}" for problem in closing.amiss)
    if not closing.amiss:
        yield "All is well: nobody lost, nothing sent twice."


def _counts(title: str, counts: Mapping[str, int], width: int = 13) -> Iterator[str]:
    """``clicks     human 310, machine 1,204``, folded."""
    line = title.ljust(width)
    for number, (name, count) in enumerate(counts.items()):
        part = f"{name} {count:,}" + (", " if number < len(counts) - 1 else "")
        if len(line) + len(part.rstrip()) > WIDTH and line.strip():
            yield line.rstrip()
            line = " " * width
        line += part
    yield line.rstrip()


def _span(hours: float) -> str:
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} d"
