import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from nurture.delivery.places import Place
from nurture.delivery.render import Rendered, RenderError, render
from nurture.delivery.source import MessageSource, read_message

CONTEXT: dict[str, Any] = {
    "lead": {"first_name": "Zoë", "company": None, "city": "", "items": "three", "visits": 4},
    "answers": [{"name": "now", "label": "Now", "url": "https://go.ours.example/a/x"}],
    "sender": {"name": "Ann Lee"},
    "company": {"name": "Ours", "address": "1 Road"},
    "unsubscribe_url": "https://go.ours.example/u/x",
    "preferences_url": "https://go.ours.example/p/x",
}


def message(body: str, *, subject: str = "Hello", kind: str = "html", **more: Any) -> MessageSource:
    bare = MessageSource(
        name="guide",
        format="md" if kind == "md" else "html",
        subject=subject,
        body=body,
        text=None,
        preheader="",
        layout="{{ content }}",
        layout_text="{{ content }}",
        places={"body": Place("guide/body.html", 1), "subject": Place("guide/subject.txt", 1)},
    )
    return replace(bare, **more)


def rendered(body: str, lead: dict[str, Any] | None = None, **more: Any) -> Rendered:
    context = {**CONTEXT, "lead": {**CONTEXT["lead"], **(lead or {})}}
    return render(message(body, **more), context)


def test_fields_loops_and_conditions() -> None:
    body = (
        "<p>{{ lead.first_name|upper }} {% if lead.visits > 3 %}often{% endif %}"
        "{% for answer in answers %}{{ loop.index }}={{ answer.label }}{% endfor %}</p>"
    )
    made = rendered(body, subject="For {{ lead.first_name }}")
    assert made.subject == "For Zoë"
    assert "<p>ZOË often1=Now</p>" in made.html
    assert made.text == "ZOË often1=Now\n"


def test_an_empty_field_is_empty_and_has_a_default() -> None:
    made = rendered("<p>[{{ lead.company }}{{ lead.city }}] {{ lead.company|default('you') }}</p>")
    assert "[] you" in made.html


def test_a_field_may_be_called_like_a_method() -> None:
    assert "three" in rendered("<p>{{ lead.items }}</p>").html


def test_the_layout_goes_around() -> None:
    made = rendered(
        "<p>Hello</p>",
        preheader="For {{ lead.first_name }}",
        layout="<title>{{ subject }}</title><body><i>{{ preheader }}</i>{{ content }}</body>",
        layout_text="{{ content }}\n--\n{{ company.address }}",
    )
    assert "<i>For Zoë</i><p>Hello</p>" in made.html
    assert made.text == "Hello\n--\n1 Road\n"


def test_the_plain_text_may_be_written_by_hand() -> None:
    assert rendered("<p>Hello</p>", text="Hi <{{ lead.first_name }}>").text == "Hi <Zoë>\n"


def test_the_plain_text_shows_links_and_lists() -> None:
    made = rendered("Hello\n\n- one\n- two\n\n[the guide](https://ours.example/guide)\n", kind="md")
    assert made.text == "Hello\n\n  * one\n  * two\n\nthe guide (https://ours.example/guide)\n"


def test_styles_are_put_on_the_elements() -> None:
    made = rendered(
        "<p>Hello</p>",
        layout="<style>p{color:red} @media print{p{color:blue}}</style>{{ content }}"
        "<link rel=stylesheet href='http://127.0.0.1:9/x.css'>",
    )
    assert '<p style="color: red;">' in made.html
    assert "@media print" in made.html


NASTY = [
    "{{7*7}}<script>alert(1)</script>",
    "{% for x in y %}",
    "**bold** _it_ [link](https://evil.example) ![x](https://evil.example/x.png)",
    "# Heading\n\n- list\n\n    code\n\n```\nfence\n```",
    "<https://evil.example> &amp; \\* `tick`",
    "<b onclick='x'>\"quoted\"</b>",
    "1. first\n2. second\n===\n---\n| a | b |\n|---|---|\n| c | d |",
    "]( https://evil.example) x",
    "\t    indented",
    "O'Brien & Söhne GmbH + Co. (KG)",
]


@pytest.mark.parametrize("kind", ["html", "md"])
@pytest.mark.parametrize("nasty", NASTY)
def test_what_a_lead_wrote_stays_text(kind: str, nasty: str) -> None:
    """In a line, in a line of its own, in a link's text and title, and in raw HTML."""
    body = {
        "html": '<p>A {{ lead.first_name }} B</p><p title="{{ lead.first_name }}">x</p>',
        "md": "A {{ lead.first_name }} B\n\n{{ lead.first_name }}\n\n- {{ lead.first_name }}\n\n"
        '[{{ lead.first_name }}](https://ours.example)\n\n<p title="{{ lead.first_name|e }}">x</p>\n',
    }[kind]
    made = rendered(body, {"first_name": nasty}, kind=kind, subject="For {{ lead.first_name }}")
    harmless = rendered(body, {"first_name": "Zoe"}, kind=kind)
    assert tags(made.html) == tags(harmless.html)
    assert made.subject == " ".join(f"For {nasty}".split())
    assert " ".join(nasty.split()) in " ".join(made.text.split())


def tags(html: str) -> list[tuple[str, ...]]:
    return [(str(node.tag), *sorted(node.attrib)) for node in lxml_html.document_fromstring(html).iter()]


def test_a_value_in_a_markdown_link_address_stays_in_it() -> None:
    made = rendered(
        "[x](https://ours.example/?c={{ lead.city }})", {"city": ") [y](https://evil.example"}, kind="md"
    )
    assert made.html.count("<a ") == 1


BOMBS = [
    "{{ 'a' * 10**9 }}",
    "{{ 'a'|center(900000000) }}",
    "{{ '%900000000d' % 1 }}",
    "{{ '%900000000d'|format(1) }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(999) %}" * 3 + "{% endfor %}" * 3,
    "{{ 9**(9**8) }}",
    "{{ 10**300 * 10**300 }}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a|replace('a', 'aaaaaaaaaa') %}" * 12 + "{{ a }}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = [a, a, a]|join(a) %}" * 12 + "{{ a }}",
    "{% for a in range(999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 1 }}{% endfor %}",
    "{% for a in range(999) %}" + "a" * 1000 + "{% endfor %}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40,
    "{% for a in range(999) %}{% for b in range(20) %}"
    + "{% set c = range(999)|join|upper|length %}" * 20
    + "{% endfor %}{% endfor %}",
    "{% set a = range(999)|list %}{% for b in range(999) %}"
    + "{% set a = a|sort|reverse|unique|list %}" * 9
    + "{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ '{0:900000000}'.format(1) }}",
    "{{ 'a'.ljust(900000000) }}",
    "{{ 1.5|round(900000000, 'ceil') }}",
    "(" * 10 + "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{% for c in 'a' + lead.first_name %}{% endfor %}",
    "{{ ''.__class__.__mro__ }}",
    "{{ lead.__class__ }}",
    "{{ ''|attr('format') }}",
    "{{ answers.append(1) }}",
    "{{ lead.update({'a': 1}) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'x' as y %}",
    "{{ self }}",
    "{{ cycler }}",
    "{{ lead.first_name|safe }}",
]


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_text_may_blow_up(bomb: str) -> None:
    start = time.process_time()
    with pytest.raises(RenderError):
        rendered(bomb)
    assert time.process_time() - start < 1.0


def test_sums_are_not_bombs() -> None:
    assert (
        rendered("{{ 2**10 + 7 // 2 - 3 % 2 }} {{ 12345|round(-2) }} {{ 'a' + 'b' }}").text
        == "1026 12300 ab\n"
    )


def test_a_long_list_is_held_too() -> None:
    many = [{"name": str(number), "label": "x", "url": "x"} for number in range(300)]
    nested = "{% for a in answers %}{% for b in answers %}{% endfor %}{% endfor %}"
    with pytest.raises(RenderError, match="loops turn more than 20000 times"):
        render(message(nested), {**CONTEXT, "answers": many})


@pytest.mark.parametrize(
    ("body", "line", "name", "said"),
    [
        ("a\nb\n{{ lead.first_nme }}", 3, "lead.first_nme", "There is no value for lead.first_nme."),
        ("a\n{{ lead[lead.first_name] }}", 2, "", "There is no value for a name."),
        ("{{ nobody.x.y }}", 1, "nobody.x.y", "There is no value for nobody.x.y."),
        ("a\n{{ lead.nothing|round }}", 2, "lead.nothing", "There is no value for lead.nothing."),
        ("{{ lead.x|default(1) }} {{ lead.y|round|int }}", 1, "lead.y", "There is no value for lead.y."),
        ("{{ lead.nothing * 2 }}", 1, "lead.nothing", "There is no value for lead.nothing."),
        ("{{ lead.x|default('a') * 2 }}", 1, "", "Too much: * works on numbers"),
        ("a\n\n{{ lead.first_name + 1 }}", 3, "", "Too much: + works on numbers"),
        ("a\n{{ lead.first_name|int + 1 / 0 }}", 2, "", "(ZeroDivisionError)"),
        ("a\n{% if %}", 2, "", "Expected an expression"),
        ("{{ lead.first_name|uper }}", 1, "", "There is no filter uper: did you mean upper?"),
        ("a\n{{ lead.first_name.upper() }}", 2, "", "use a filter."),
    ],
)
def test_an_error_names_line_and_variable_and_no_value(body: str, line: int, name: str, said: str) -> None:
    canary = "canary@secret.example"
    with pytest.raises(RenderError) as caught:
        rendered(body, {"first_name": canary})
    assert (caught.value.template_line, caught.value.name) == (line, name)
    assert said in str(caught.value)
    assert f"templates/guide/body.html:{line}: " in str(caught.value)
    assert canary not in repr(caught.value) + str(caught.value)
    assert caught.value.__context__ is None, "the error below may quote the value"


def test_a_line_is_the_line_of_the_file() -> None:
    with pytest.raises(RenderError, match=r"guide\.md:7"):
        rendered("a\n{{ lead.nothing }}", places={"body": Place("guide.md", 6)})


def test_only_plain_data_is_taken() -> None:
    with pytest.raises(RenderError, match=r"value of lead\.when is not plain data"):
        rendered("x", {"when": object()})


def test_a_subject_is_one_line_and_not_empty() -> None:
    made = rendered("x", {"first_name": "a\r\nBcc: evil@x.example"}, subject="For {{ lead.first_name }}")
    assert made.subject == "For a Bcc: evil@x.example"
    with pytest.raises(RenderError, match="subject is empty"):
        rendered("x", subject="{{ lead.company }}")


@pytest.mark.parametrize("layout", ["default", "plain"])
@pytest.mark.parametrize("way_out", ["https://go.ours.example/u/x", None])
def test_the_shipped_layouts(layout: str, way_out: str | None, checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "layouts").symlink_to(checkout / "templates" / "layouts")
    (tmp_path / "guide.md").write_text(
        f"---\nsubject: Hello\npreheader: Soon\nlayout: {layout}\n---\nGood day\n"
    )
    made = render(read_message(tmp_path, "guide"), {**CONTEXT, "unsubscribe_url": way_out})
    for part in (made.html, made.text):
        assert "Good day" in part
        assert "1 Road" in part
        assert (way_out or "/u/") in part if way_out else "/u/" not in part
    assert "Soon" in made.html
    assert "Soon" not in made.text
    assert '<html lang="en">' in made.html
    assert "prefers-color-scheme: dark" in made.html
