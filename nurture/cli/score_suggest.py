"""`nurture score suggest`: points learned from leads whose outcome is known."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nurture.cli.score_outcomes import (
    Before,
    Cut,
    Encoding,
    File,
    Given,
    Lost,
    Page,
    Part,
    Rest,
    Since,
    Won,
    outcomes,
)
from nurture.domain.errors import NurtureError

if TYPE_CHECKING:
    from nurture.services.outcomes.rows import Outcomes

STARTER = Path(__file__).parents[1] / "starter" / "policies" / "scoring.yaml"
NAME = "scoring.suggested.yaml"


class TooFew(NurtureError):
    """There is nothing to learn from."""


def suggest(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: File,
    won: Won = None,
    lost: Lost = None,
    mapping: Given = None,
    encoding: Encoding = "",
    part: Part = None,
    rest: Rest = None,
    since: Since = None,
    before: Before = None,
    to: Annotated[Path, typer.Option(help="Where the policy is written.")] = Path(NAME),
    page: Page = None,
) -> None:
    """Learn a scoring policy from leads whose outcome is known: at most 15 rules with whole points.

    Columns that know the outcome are left out, and told. The figures are of leads that were not looked at.
    """
    from nurture.services.outcomes.guessing import mapping_text
    from nurture.services.outcomes.rows import LEAST, enough

    found = outcomes(file, won, lost, mapping, Cut(part, rest, since, before), encoding)
    if reason := enough(found):
        hint = f"With fewer than {LEAST} of each begin with the starter policy, {STARTER}, and edit it."
        raise TooFew(f"{reason} Nothing is suggested.", hint)
    if to.exists():
        raise NurtureError(f"{to} is there already.", "Name another file with --to.")
    try:
        from nurture.services.outcomes import fitting
    except ModuleNotFoundError as missing:
        hint = f"Install it: {sys.executable} -m pip install 'nurture[suggest]'."
        raise NurtureError(f"Learning needs the package {missing.name}.", hint) from None
    from nurture.domain.scoring import load_scoring
    from nurture.services.outcomes.backtesting import backtest
    from nurture.services.outcomes.page import page as drawn
    from nurture.services.outcomes.text import interval, taken_for_lost
    from nurture.services.outcomes.writing import policy_text

    suggestion = fitting.suggest(found)
    to.write_text(policy_text(suggestion, found), encoding="utf-8")
    print(f"{to}: {len(suggestion.learned.rules)} rules, learned from {len(found.rows):,} leads.")
    print("".join(f"{line}\n" for line in taken_for_lost(found.others)), end="")
    print(f"On leads that were not looked at: AUC {interval(suggestion.unseen)};")
    print(f"on those that were: {suggestion.seen.value:.3f}.")
    if not mapping:
        beside = to.with_suffix(".mapping.yaml")
        beside.write_text("\n".join([*mapping_text(found.columns), ""]), encoding="utf-8")
        print(f"\n{beside}: what the columns were taken for. Correct it, and give it with --mapping.")
    if doubts := list(_doubts(found)):
        print("\n".join(doubts))
    if page:
        report = backtest(found, load_scoring(suggestion.learned.doc))
        note = "These are the leads that it was learned from: look at others with `nurture score backtest`."
        page.write_text(drawn(report, "A suggested score", note), encoding="utf-8")
        print(f"\nThe pictures are in {page}.")


def _doubts(found: "Outcomes") -> Iterator[str]:
    """Columns that were left out, and those that a person must look at."""
    from nurture.services.outcomes.leaks import strongest

    left = {name: why for name, why in found.columns.left_out.items() if "row" not in why}
    if left:
        yield "\nLeft out, because they may know the outcome:"
        yield from (f"  {name}: {why}" for name, why in left.items())
    if strong := strongest(found):
        yield "\nWas it known on the first day? These tell most by themselves; if people wrote one of them"
        yield "after they had spoken with the lead, move it to `leave_out`:"
        yield from (f"  {one.column}: AUC {one.alone:.2f}" for one in strong)
