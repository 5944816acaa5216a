"""The pages lead to each other: every link of the docs has a target, and every page is led to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LONGEST = 150


def pages(checkout: Path) -> list[Path]:
    return [*sorted((checkout / "docs").rglob("*.md")), *sorted(checkout.glob("*.md"))]


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Target and anchor of each link that stays in the repository."""
    for link in LINK.findall(re.sub(r"`[^`]*`", "", prose(page))):
        if "://" not in link:
            path, _, anchor = link.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """As code hosts make them: lower case, without signs, hyphens for spaces."""
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_link_has_a_target(checkout: Path) -> None:
    broken = [
        f"{page.relative_to(checkout)}: {target.name}#{anchor}"
        for page in pages(checkout)
        for target, anchor in links(page)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert broken == []


def test_every_page_is_led_to(checkout: Path) -> None:
    led = {target for page in pages(checkout) for target, _ in links(page)}
    folders = {target for target in led if target.is_dir()}
    alone = [
        str(page.relative_to(checkout))
        for page in (checkout / "docs").rglob("*.md")
        if page.resolve() not in led and page.parent not in folders
    ]
    assert alone == []


@pytest.mark.parametrize("page", ["campaigns", "conditions", "enrolment", "sending", "seeing", "stories"])
def test_what_a_marketer_reads_stays_short(page: str, checkout: Path) -> None:
    lines = (checkout / "docs" / f"{page}.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST, "split it"
