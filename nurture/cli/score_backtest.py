"""`nurture score backtest`: was the score right about leads whose outcome is known?"""

from dataclasses import replace
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from nurture.cli.opening import Data, Json
from nurture.cli.output import print_json
from nurture.cli.score_outcomes import (
    Before,
    Cut,
    Encoding,
    Given,
    Lost,
    Outcome,
    OwnFile,
    Page,
    Part,
    Rest,
    Since,
    What,
    Won,
    Wrong,
    outcomes,
)
from nurture.cli.wording import WIDTH
from nurture.domain.errors import NurtureError

if TYPE_CHECKING:
    from nurture.domain.scoring import ScoringPolicy
    from nurture.services.outcomes.rows import Outcomes


def backtest(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: OwnFile = None,
    won: Won = None,
    lost: Lost = None,
    mapping: Given = None,
    encoding: Encoding = "",
    policy: Annotated[
        Path | None, typer.Option(help="The policy to look at.  [default: scoring.yaml of the content]")
    ] = None,
    part: Part = None,
    rest: Rest = None,
    since: Since = None,
    before: Before = None,
    outcome: What = Outcome.WON,
    page: Page = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Whether a score was right: how well it tells who was won, what the threshold is worth, what to doubt.

    Give it a CSV file of leads whose outcome is known, or nothing: then it looks at our own leads, with the
    points that each had when she was handed to sales. Nothing is written but the page.
    """
    from nurture.services.outcomes.backtesting import backtest as measured
    from nurture.services.outcomes.page import page as drawn
    from nurture.services.outcomes.text import as_json, told
    from nurture.settings import load_settings

    cut = Cut(part, rest, since, before)
    if file:
        path = policy or load_settings().content_dir / "policies" / "scoring.yaml"
        found = outcomes(file, won, lost, mapping, cut, encoding)
        report, note = measured(found, _policy(path, found)), f"The policy is {path.name}."
    else:
        if won or lost or mapping:
            raise NurtureError(
                "--won, --lost and --mapping are of a file.", "Name the file, or leave them out."
            )
        report = measured(*_own(outcome, policy, cut, data))
        note = (
            f"The policy is {policy.name if policy else 'the one that is live'}; fields are as they are now."
        )
    if page:
        page.write_text(drawn(report, "Was the score right?", note), encoding="utf-8")
    if json:
        print_json(as_json(report))
        return
    for line in (part for text in told(report) for part in text.split("\n")):
        print("\n".join(wrap(line, WIDTH, subsequent_indent="  ")) if len(line) > WIDTH else line)
    if page:
        print(f"\nThe pictures are in {page}.")


def _own(
    outcome: Outcome, policy: Path | None, cut: Cut, data: Path | None
) -> "tuple[Outcomes, ScoringPolicy]":
    """Our own leads, and what they are looked at by."""
    from nurture.cli.opening import opened
    from nurture.services.library import Library
    from nurture.services.outcomes.own import own_outcomes
    from nurture.services.outcomes.rows import NoOutcomes, Outcomes

    with opened(data) as here:
        rules = here.store.read_sync(Library().rules)
        known = Outcomes((), dict(rules.dictionary.fields))
        other = _policy(policy, known) if policy else None
        found = here.store.read_sync(own_outcomes, rules, outcome.value, other)
    if not found.rows:
        hint = (
            "Nobody became a customer, or was disqualified, or has a deal that was won or lost."
            if outcome is Outcome.WON
            else "Sales has answered no handoff."
        )
        raise NoOutcomes("Of no lead of ours an outcome is known yet.", f"{hint} Or give a file.")
    return cut.of(found), other or rules.scoring


def _policy(path: Path, found: "Outcomes") -> "ScoringPolicy":
    """Checked against the fields of the file beside those of the dictionary that it lies by."""
    from nurture.authoring.problems import render
    from nurture.authoring.reader import read_yaml
    from nurture.authoring.scoring_file import check_scoring
    from nurture.conditions import Conditions
    from nurture.domain.dictionary import Dictionary, load_dictionary
    from nurture.domain.scoring import load_scoring

    if not path.is_file():
        raise NurtureError(f"There is no {path}.", "Name the policy with --policy.")
    words = path.parent / "dictionary.yaml"
    known = Dictionary()
    if words.is_file():
        from nurture.authoring.dictionary_file import check_dictionary

        near, tree = read_yaml(str(words), words.read_bytes())
        known = load_dictionary(check_dictionary(near, tree)) if tree is not None else known
    known = replace(known, fields={**known.fields, **found.types})
    source, root = read_yaml(str(path), path.read_bytes())
    doc = check_scoring(source, root, known) if root is not None else {}
    if source.problems:
        raise Wrong(render(source.problems), "Mend the policy.")
    return load_scoring(doc, Conditions(known))
