"""MJML is made into HTML when it is read; what a lead's fields fill stays to be filled."""

from __future__ import annotations

from pathlib import Path

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
        ("<mj-section><mj-column></mj-section>", "This is not MJML", 1),
    ],
)
def test_what_the_compiler_would_swallow_is_told(wrong: str, said: str, line: int, templates: Path) -> None:
    text = f"---\nsubject: x\n---\n<mjml><mj-body>\n\n{wrong}</mj-body></mjml>"
    (templates / "guide.mjml").write_text(text)
    with pytest.raises(SourceError, match=said) as caught:
        read_message(templates, "guide")
    assert caught.value.line == line
