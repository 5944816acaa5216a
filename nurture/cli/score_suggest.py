"""`nurture score suggest`: points learned from leads whose outcome is known."""

from pathlib import Path
from typing import Annotated

import typer

from nurture.cli.score_outcomes import File, Given, Page, Part, Rest, Won, outcomes
from nurture.domain.errors import NurtureError

STARTER = Path(__file__).parents[1] / "starter" / "policies" / "scoring.yaml"
NAME = "scoring.suggested.yaml"


class TooFew(NurtureError):
    """There is nothing to learn from."""


def suggest(
    file: File,
    won: Won = None,
    mapping: Given = None,
    part: Part = None,
    rest: Rest = None,
    to: Annotated[Path, typer.Option(help="Where the policy is written.")] = Path(NAME),
    page: Page = None,
) -> None:
    """Learn a scoring policy from leads whose outcome is known: at most 15 rules with whole points.

    Columns that know the outcome are left out, and told. The figures are of leads that were not looked at.
    """
    from nurture.services.outcomes.guessing import mapping_text
    from nurture.services.outcomes.rows import LEAST, enough

    found = outcomes(file, won, mapping, part, rest)
    if reason := enough(found):
        hint = f"With fewer than {LEAST} of each begin with the starter policy, {STARTER}, and edit it."
        raise TooFew(f"{reason} Nothing is suggested.", hint)
    if to.exists():
        raise NurtureError(f"{to} is there already.", "Name another file with --to.")
    try:
        from nurture.services.outcomes import fitting
    except ModuleNotFoundError as missing:
        hint = "Install it: python -m pip install 'nurture[suggest]'."
        raise NurtureError(f"Learning needs the package {missing.name}.", hint) from None
    from nurture.domain.scoring import load_scoring
    from nurture.services.outcomes.backtesting import backtest
    from nurture.services.outcomes.page import page as drawn
    from nurture.services.outcomes.text import interval
    from nurture.services.outcomes.writing import policy_text

    suggestion = fitting.suggest(found)
    to.write_text(policy_text(suggestion, found), encoding="utf-8")
    print(f"{to}: {len(suggestion.learned.rules)} rules, learned from {len(found.rows):,} leads.")
    print(f"On leads that were not looked at: AUC {interval(suggestion.unseen)};")
    print(f"on those that were: {suggestion.seen.value:.3f}.")
    if not mapping:
        beside = to.with_suffix(".mapping.yaml")
        beside.write_text("\n".join([*mapping_text(found.columns), ""]), encoding="utf-8")
        print(f"\n{beside}: what the columns were taken for. Correct it, and give it with --mapping.")
    doubted = {name: why for name, why in found.columns.left_out.items() if "row" not in why}
    if doubted:
        print("\nLeft out, because they may know the outcome:")
        print("\n".join(f"  {name}: {why}" for name, why in doubted.items()))
    if page:
        report = backtest(found, load_scoring(suggestion.learned.doc))
        note = "These are the leads that it was learned from: look at others with `nurture score backtest`."
        page.write_text(drawn(report, "A suggested score", note), encoding="utf-8")
        print(f"\nThe pictures are in {page}.")
