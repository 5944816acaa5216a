"""The examples of docs/templates.md work as they are written, in what `nurture init` makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nurture.cli.init import init
from nurture.delivery.render import render
from nurture.delivery.source import read_message
from nurture.delivery.source_check import check_source
from nurture.web.words import by_day, by_night
from tests.delivery.test_render import CONTEXT

KNOWN = {"lead.first_name", "lead.industry", "account.name"}
LEAD = {"account": {}, "lead": {"industry": "retail"}, "sender": {"name": "Ann"}}
EXAMPLE = re.compile(r"^`templates/(checklist\.\w+)`.*?^```\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("init") / "content"
    init(directory)
    return directory / "templates"


@pytest.mark.parametrize("file", ["checklist.md", "checklist.mjml"])
def test_what_the_page_shows_is_a_good_mail(file: str, begun: Path, checkout: Path) -> None:
    if file.endswith("mjml"):
        pytest.importorskip("mjml")
    page = (checkout / "docs" / "templates.md").read_text(encoding="utf-8")
    (begun / file).write_text(dict(EXAMPLE.findall(page))[file])
    source = read_message(begun, "checklist")
    assert check_source(source, KNOWN) == []
    made = render(source, {**CONTEXT, **LEAD})
    assert made.subject == "A checklist for your company"
    assert "https://ours.example/checklist" in made.text
    assert "1 Road" in made.html
    (begun / file).unlink()
    dark = by_night(made.html)
    assert "prefers-color-scheme: dark" not in dark + by_day(made.html)
    assert ("@media all" in dark) == file.endswith("md")
