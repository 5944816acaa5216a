"""A message in the reader's language, as far as there is one; published and checked as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from nurture.delivery.front_matter import SourceError
from nurture.delivery.render import render
from nurture.delivery.source import MessageSource, read_message
from nurture.delivery.tracking import with_tags
from tests.delivery.test_render import CONTEXT

PLAIN = "{{ content }} [%s]"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    layouts = tmp_path / "layouts"
    layouts.mkdir()
    for name, word in (("default", "foot"), ("default.de", "Fuss")):
        for end in ("html", "txt"):
            (layouts / f"{name}.{end}").write_text(PLAIN % word)
    for name, word in (("guide", "Hello"), ("guide.de", "Guten Tag"), ("guide.pt-BR", "Bom dia")):
        (tmp_path / f"{name}.md").write_text(f"---\nsubject: {word}\n---\n{word}, <https://ours.example/a>")
    return tmp_path


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Guten Tag"), ("de-AT", "Guten Tag"), ("pt-BR", "Bom dia"), ("pt", "Hello"), (None, "Hello")],
)
def test_the_nearest_language_is_taken(language: str | None, said: str, templates: Path) -> None:
    source = read_message(templates, "guide").spoken(language)
    rendered = render(source, CONTEXT)
    assert rendered.subject == said
    assert f"[{'Fuss' if said == 'Guten Tag' else 'foot'}]" in rendered.text


def test_all_languages_are_published_as_one(templates: Path) -> None:
    source = read_message(templates, "guide")
    assert sorted(source.languages) == ["de", "pt-BR"]
    assert MessageSource.from_json(source.to_json()) == source
    alone = source.spoken("none")
    (templates / "guide.de.md").write_text("---\nsubject: Moin\n---\nMoin")
    assert read_message(templates, "guide").sha256 != source.sha256
    for language in ("de", "pt-BR"):
        (templates / f"guide.{language}.md").unlink()
    bare = read_message(templates, "guide")
    assert "languages" not in bare.to_json()
    assert bare.body == alone.body


def test_a_language_in_another_form_is_refused(templates: Path) -> None:
    (templates / "guide.fr.sms.txt").write_text("Bonjour")
    with pytest.raises(SourceError, match="another form"):
        read_message(templates, "guide")


def test_links_are_tagged_in_both_parts(templates: Path) -> None:
    rendered = with_tags(render(read_message(templates, "guide"), CONTEXT), lambda url: f"{url}?t")
    assert 'href="https://ours.example/a?t"' in rendered.html
    assert "https://ours.example/a?t" in rendered.text
