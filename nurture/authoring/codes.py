"""The files of the pools of codes that campaigns name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.problems import Problem
from nurture.authoring.source import Source

HEADER = "code"
LONGEST = 200
LASTS = timedelta(days=30)
"""How long a pool should last."""

Pools = Mapping[str, Mapping[str, Sequence[str]]]
"""Campaign -> pool -> its codes."""


def read_pools(content: Path, campaigns: Mapping[str, CampaignFile], problems: list[Problem]) -> Pools:
    """The codes of all campaigns; what is wrong with a file goes to ``problems``."""
    found: dict[str, dict[str, Sequence[str]]] = {}
    for name, file in campaigns.items():
        for pool, path in file.document.get("codes", {}).items():
            codes = _codes(content / path, file, path, problems)
            found.setdefault(name, {})[pool] = codes
            problems += _too_few(file, path, len(codes))
    return found


def _codes(path: Path, file: CampaignFile, named: str, problems: list[Problem]) -> Sequence[str]:
    if not path.is_file():
        text = f"there is no file `{named}`"
        problems.append(_problem(file, named, "codes", text, "Write one code on each line of it."))
        return ()
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    source = Source(str(path), text)
    lines = [(number, line.strip().strip('"')) for number, line in enumerate(text.splitlines(), 1)]
    codes = [(number, code) for number, code in lines if code and (number, code.lower()) != (1, HEADER)]
    seen: dict[str, int] = {}
    for number, code in codes:
        _judge(source, number, code, seen)
        seen.setdefault(code, number)
    if not codes:
        problems.append(_problem(file, named, "codes", f"`{named}` has no codes", "Write one on each line."))
    problems += source.problems
    return tuple(seen)


def _judge(source: Source, number: int, code: str, seen: Mapping[str, int]) -> None:
    at = source.at(number)
    if code in seen:
        source.report("codes", at, f"this code stands on line {seen[code]} too", "Two leads would share it.")
    elif "," in code or ";" in code or len(code) > LONGEST:
        source.report("codes", at, "expected one code on each line, and nothing else")


def _too_few(file: CampaignFile, named: str, codes: int) -> Iterator[Problem]:
    expect = file.campaign.enrol.expect if file.campaign else None
    if expect is None or not codes:
        return
    lasts = codes * expect.span / expect.count
    if lasts < LASTS:
        some = "1 code is" if codes == 1 else f"{codes:,} codes are"
        text = f"{some} fewer than {expect} use up in {LASTS.days} days"
        yield _problem(file, named, "few-codes", text, "Add codes, or plan when to publish more.")


def _problem(file: CampaignFile, named: str, rule: str, text: str, hint: str) -> Problem:
    at = file.code_files[named].at
    line = Path(file.path).read_text(encoding="utf-8", errors="replace").split("\n")[at.line - 1]
    return Problem(file.path, at.line, at.column, rule, text, hint, line, at.width)
