"""Blocks are put into messages when these are read: with what they are given, in the reader's language, and
with every mistake at its own place."""

from __future__ import annotations

from pathlib import Path

import pytest

from nurture.delivery.front_matter import SourceError
from nurture.delivery.render import RenderError, render
from nurture.delivery.source import MessageSource, message_names, read_message
from nurture.delivery.source_check import check_source
from tests.delivery.test_render import CONTEXT

OFFER = """\
---
takes: title, link="https://ours.example/offer", until=lead.first_name|default("soon, really")
---
## {{ title }}

[Have a look]({{ link }}) {{ until }}
"""
TOP = "---\nsubject: Hello\nlayout: none\n---\n"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    (tmp_path / "blocks").mkdir()
    for name, text in {
        "offer.md": OFFER,
        "offer.de.md": OFFER.replace("Have a look", "Zum Angebot"),
        "name.md": "{{ sender.name }}\n",
        "card.html": '<p class="card">{{ sender.name }}</p>',
        "deep.md": 'Below:\n{% include "offer" with title="Deep" %}',
        "self.md": 'So:\n{% include "self" %}',
        "wrong.md": "First line\nand {{ lead.frist_name }}",
    }.items():
        (tmp_path / "blocks" / name).write_text(text)
    return tmp_path


def message(templates: Path, body: str) -> MessageSource:
    (templates / "hello.md").write_text(TOP + body)
    return read_message(templates, "hello")


def test_a_block_says_what_it_is_given(templates: Path) -> None:
    body = 'Before.\n{% include "offer" with title="A, *B*", link="https://ours.example/a?b=1" %}\nAfter.\n'
    html = render(message(templates, body), CONTEXT).html
    assert "<h2>A, *B*</h2>" in html, "what is given is text, not markup"
    assert 'href="https://ours.example/a?b=1"' in html
    assert "After." in html
    assert message_names(templates) == ["hello"]


def test_defaults_lines_and_blocks_in_blocks(templates: Path) -> None:
    body = 'By {% include "name" %}, {% include "name" %}.\n\n{% include "deep" %}\n\n{% include "card" %}\n'
    rendered = render(message(templates, body), CONTEXT)
    sender = CONTEXT["sender"]["name"]
    assert f"By {sender}, {sender}." in rendered.text
    assert "<h2>Deep</h2>" in rendered.html
    assert "https://ours.example/offer" in rendered.text
    assert 'class="card"' in rendered.html


def test_what_a_block_is_given_is_known_in_it_alone(templates: Path) -> None:
    source = message(templates, '{% include "offer" with title="One" %}\n\n{{ title }}')
    with pytest.raises(RenderError, match=r"hello\.md:7: There is no value for"):
        render(source, CONTEXT)


def test_each_language_has_its_own(templates: Path) -> None:
    body = '{% include "offer" with title="x" %} {% include "name" %}'
    (templates / "hello.de.md").write_text(TOP + body)
    source = message(templates, body)
    assert "Zum Angebot" in source.spoken("de").body
    assert "Have a look" in source.body
    again = MessageSource.from_json(source.to_json())
    assert (again, again.places, again.sha256) == (source, source.places, source.sha256)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('\n{% include "ofer" %}', "hello.md:6: There is no block 'ofer'. Did you mean offer?"),
        ('{% include "offer" %}', "hello.md:5: The block 'offer' wants to know title."),
        ('{% include "offer" with titel="x" %}', "takes no titel. Did you mean title?"),
        ('{% include "name" with title="x" %}', "Name it at the top of the block: takes: title."),
        ('{% include "offer" with title %}', 'The value of title is missing. Write title="..."'),
        ('{% include "offer" with title="x" link="y" %}', ""),
        ("{% include offer %}", "This names no block. Write it so:"),
        ('{% include "self" %}', "blocks/self.md:2: The block 'self' is in itself."),
    ],
)
def test_mistakes_are_told_with_what_to_do(body: str, says: str, templates: Path) -> None:
    if not says:
        wrong = check_source(message(templates, body), set(), marketing=False)
        assert [(one.file, one.line) for one in wrong] == [("hello.md", 5)]
        return
    with pytest.raises(SourceError) as caught:
        message(templates, body)
    assert says in str(caught.value)


def test_problems_stand_where_their_line_is(templates: Path) -> None:
    body = '{% include "offer" with title=lead.titel %}\n\n{% include "wrong" %}\n\n{{ lead.lats_name }}'
    wrong = check_source(message(templates, body), {"lead.first_name"}, marketing=False)
    assert sorted((one.file, one.line, one.text) for one in wrong) == [
        ("blocks/wrong.md", 2, "lead.frist_name is not known."),
        ("hello.md", 5, "lead.titel is not known."),
        ("hello.md", 9, "lead.lats_name is not known."),
    ]
