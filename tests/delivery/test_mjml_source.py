"""MJML is made into HTML when it is read; what a lead's fields fill stays to be filled."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from nurture.delivery.front_matter import SourceError
from nurture.delivery.render import render
from nurture.delivery.source import message_names, read_message
from nurture.delivery.source_check import check_source
from tests.delivery.test_render import CONTEXT

pytest.importorskip("mjml")

LAYOUT = """<mjml>
<mj-head><mj-preview>{{ preheader }}</mj-preview></mj-head>
<mj-body>
{{ content }}
<mj-section><mj-column>
<mj-text>{{ company.address }}, <a href="{{ unsubscribe_url }}">leave</a></mj-text>
</mj-column></mj-section></mj-body></mjml>"""
BODY = """---
subject: Good & day, {{ lead.first_name|default("you") }}
preheader: Two & minutes
---
<mj-raw>{% if lead.first_name is defined %}</mj-raw>
<mj-section><mj-column>
<mj-text>Hello {{ lead.first_name|default("there") }}</mj-text>
<mj-button href="https://ours.example/guide">Read</mj-button>
</mj-column></mj-section>
<mj-raw>{% endif %}</mj-raw>
"""


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "default.mjml").write_text(LAYOUT)
    (tmp_path / "guide.mjml").write_text(BODY)
    return tmp_path


def test_a_fragment_stands_in_its_layout_and_is_filled(templates: Path) -> None:
    assert message_names(templates) == ["guide"]
    source = read_message(templates, "guide")
    assert check_source(source, {"lead.first_name"}) == []
    rendered = render(source, {**CONTEXT, "lead": {"first_name": "<Ann>"}})
    assert rendered.subject == "Good & day, <Ann>"
    assert "Hello &lt;Ann&gt;" in rendered.html
    assert "Two &amp; minutes" in rendered.html
    assert "https://ours.example/guide" in rendered.text
    assert "Two" not in rendered.text, "the line beside the subject is not read twice"
    assert "Hello" not in render(source, {**CONTEXT, "lead": {}}).html


@pytest.mark.parametrize(
    ("wrong", "said", "line"),
    [
        ("<mj-sectio></mj-sectio>", "MJML has no <mj-sectio>", 6),
        ("<mj-section>\n<mj-column></mj-section>", "<mj-column> is never closed", 7),
        ("<mj-section>\n</mj-text></mj-section>", "</mj-text> closes nothing", 7),
        ("<mj-section>\n<mj-image src=x /></mj-section>", "A value in <mj-image> has no quotes", 7),
        ("<mj-text>\na < b</mj-text>", "This < begins no tag", 7),
        ("<mj-section>\n{% if lead.visits < 3 %}{% endif %}</mj-section>", "This < begins no tag", 7),
        ("<mj-text><!-- a < b\n--><br>\n<p>x</mj-text>", "<p> is never closed", 8),
    ],
)
def test_what_the_compiler_would_swallow_is_told(wrong: str, said: str, line: int, templates: Path) -> None:
    text = f"---\nsubject: x\n---\n<mjml><mj-body>\n\n{wrong}</mj-body></mjml>"
    (templates / "guide.mjml").write_text(text)
    with pytest.raises(SourceError, match=said) as caught:
        read_message(templates, "guide")
    assert caught.value.line == line


def test_what_is_wrong_in_braces_is_told_with_its_own_line(templates: Path) -> None:
    (templates / "layouts" / "default.mjml").write_text(LAYOUT.replace("company.address", "company.adress"))
    body = BODY.replace("Hello {{", "Hello\n{{ lead.nane }} {# {{ x }} #} {{ lead.first_name|uper }}\n{{")
    (templates / "guide.mjml").write_text(body)
    (wrong,) = check_source(read_message(templates, "guide"), {"lead.first_name"}, marketing=False)
    assert (wrong.file, wrong.line, wrong.text) == ("guide.mjml", 8, "There is no filter uper.")
    (templates / "guide.mjml").write_text(body.replace("|uper", ""))
    problems = check_source(read_message(templates, "guide"), {"lead.first_name"}, marketing=False)
    places = [(one.file, one.line, one.text) for one in problems]
    assert places == [
        ("guide.mjml", 8, "lead.nane is not known."),
        ("layouts/default.mjml", 6, "company.adress is not known."),
    ]


def test_the_shipped_layout_frames_a_message(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "templates" / "layouts"
    copytree(shipped, tmp_path / "layouts")
    (tmp_path / "guide.mjml").write_text(BODY)
    (tmp_path / "guide.de.mjml").write_text(BODY)
    source = read_message(tmp_path, "guide")
    assert check_source(source, {"lead.first_name"}) == []
    made = render(source.spoken("de"), {**CONTEXT, "lead": {}})
    assert '<html lang="de"' in made.html
    assert ">abmelden</a>" in made.html
    assert "https://go.ours.example/u/x" in made.text
    assert "fonts.googleapis" not in made.html
    assert "mj-" not in made.html.replace("mj-outlook", "").replace("mj-column", "")
