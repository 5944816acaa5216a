"""`nurture score backtest`: was the score right about leads whose outcome is known?"""

from dataclasses import replace
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from nurture.cli.opening import Json
from nurture.cli.output import print_json
from nurture.cli.score_outcomes import Before, Cut, File, Given, Page, Part, Rest, Since, Won, Wrong, outcomes
from nurture.cli.wording import WIDTH
from nurture.domain.errors import NurtureError

if TYPE_CHECKING:
    from nurture.domain.scoring import ScoringPolicy
    from nurture.services.outcomes.rows import Outcomes


def backtest(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: File,
    won: Won = None,
    mapping: Given = None,
    policy: Annotated[
        Path | None, typer.Option(help="The policy to look at.  [default: scoring.yaml of the content]")
    ] = None,
    part: Part = None,
    rest: Rest = None,
    since: Since = None,
    before: Before = None,
    page: Page = None,
    json: Json = False,
) -> None:
    """Whether a score was right: how well it tells who was won, what the threshold is worth, what to doubt.

    Give it a CSV file of leads whose outcome is known. Nothing is written but the page.
    """
    from nurture.services.outcomes.backtesting import backtest as measured
    from nurture.services.outcomes.page import page as drawn
    from nurture.services.outcomes.text import as_json, told
    from nurture.settings import load_settings

    found = outcomes(file, won, mapping, Cut(part, rest, since, before))
    path = policy or load_settings().content_dir / "policies" / "scoring.yaml"
    report = measured(found, _policy(path, found))
    if page:
        page.write_text(
            drawn(report, "Was the score right?", f"The policy is {path.name}."), encoding="utf-8"
        )
    if json:
        print_json(as_json(report))
        return
    for line in told(report):
        print("\n".join(wrap(line, WIDTH, subsequent_indent="  ")) if len(line) > WIDTH else line)
    if page:
        print(f"\nThe pictures are in {page}.")


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
