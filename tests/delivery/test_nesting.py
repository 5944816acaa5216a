"""Whatever stands in a text, nothing that reads it natively goes down deeper than it can."""

from pathlib import Path

import pytest

from nurture.delivery.front_matter import SourceError
from nurture.delivery.nesting import DEEPEST, in_a_template, line_at, too_deep
from nurture.delivery.places import Place
from nurture.delivery.render import RenderError, render
from nurture.delivery.source import MessageSource, read_message
from nurture.delivery.source_check import check_source

MANY = 3_000
DEEP = [
    "<div>",
    '<div a"><div b">',
    '<div t="</div>">',
    "<div><!--</div>-->",
    "<!--><div></div--><div>",
    "<div><!x </div>",
    "<div></ </div>",
    "<div><style></div></style>",
    "<style><!--</style><div><!----></style>",
    "<div><script><!--<script></script></div>--></script>",
    "<script><!--<script></script><!--</script><div>-->",
    "<svg><![CDATA[></svg>]]>",
    "<noscript><!--</noscript><div>-->",
    "<div></span>",
    "<span><div></span>",
    "<dt><li>",
    "<p><b></p>",
    "<div><title></div></title>",
    '<div a=b"><div c=d">',
    "<DIV></div\f><Div>",
    "<ul><li>",
]
FLAT = [
    "<li>a",
    "<li>a</li>",
    "<tr><td>a",
    "<p>a",
    "<br>",
    "<dt>a<dd>b",
    "<table><tr><td>x</td></tr></table>",
    '<img src="a>b">',
    "<!--[if mso]><table><tr><td><![endif]--><p>x<!--[if mso]></td></tr></table><![endif]-->",
    "<style>a > b {}</style>",
    "<",
]


def message(body: str, kind: str = "html") -> MessageSource:
    frame = "<html><body>{{ content }}</body></html>"
    places = {"body": Place("hello.md", 4), "layout": Place("layouts/default.html", 1)}
    return MessageSource("hello", kind, "Hello", body, None, "", frame, "{{ content }}", places)  # type: ignore


@pytest.mark.parametrize("piece", DEEP)
def test_what_a_reader_of_html_takes_for_deep_is_found(piece: str) -> None:
    """Also where one that counts simply would take it for flat."""
    assert too_deep(piece * MANY) is not None


@pytest.mark.parametrize("piece", FLAT)
def test_what_is_flat_passes(piece: str) -> None:
    assert too_deep("<div>" + piece * MANY + "</div>") is None


@pytest.mark.parametrize("piece", ["<a ", "<", '<a x="', "<!--", "<div a=", "<a x='\"", "<style>", "</"])
def test_it_takes_no_longer_than_the_text_is_long(piece: str) -> None:
    too_deep(piece * 50_000)  # a second look at each would not end within the suite's time


def test_a_mail_that_nests_too_deeply_is_an_error_with_its_line() -> None:
    for body in ("x\n" + "<div>" * 20_000, "x\n{% if lead.a %}" + "<div>" * 20_000 + "{% endif %}"):
        with pytest.raises(RenderError, match=rf"hello\.md:5: Too much: more than {DEEPEST} tags"):
            render(message(body), {"lead": {"a": True}})
        found = [one for one in check_source(message(body), {"lead.a"}) if "tags are open" in one.text]
        assert [(one.file, one.line) for one in found] == [("hello.md", 5)]
    with pytest.raises(RenderError, match=r"hello\.md:4: Too much"):
        render(message("{% for a in range(1000) %}<div>{% endfor %}"), {})
    assert render(message("{% if lead.a %}" + "<div>" * 20_000 + "{% endif %}x"), {"lead": {"a": False}})


def test_markdown_and_jinja_that_nest_end_as_errors_or_mails() -> None:
    for body in ("> " * 20_000 + "x", "* " * 20_000 + "x", "[" * 20_000, "(" * 20_000 + "x", "x" * 262_144):
        assert render(message(body, "md"), {}).subject == "Hello"
    for body in (
        "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
        "{% if 1 %}" * 3_000 + "{% endif %}" * 3_000,
        "{% for a in range(1) %}" * 30 + "x" + "{% endfor %}" * 30,
        "{{ " + "-" * 5_000 + "1 }}",
        "{{ 1" + "|abs" * 5_000 + " }}",
        "{{ lead" + ".a" * 5_000 + " }}",
    ):
        with pytest.raises(RenderError):
            render(message(body, "md"), {"lead": {}})


def test_braces_do_not_count_and_lines_do() -> None:
    assert in_a_template('{% if a < b and "<div>" %}{{ a }}{% endif %}' * MANY) is None
    assert line_at("a\nb\nc", 4) == 3


def test_mjml_that_nests_too_deeply_never_reaches_its_compiler(tmp_path: Path) -> None:
    pytest.importorskip("mjml")
    column = "<mj-section><mj-column><mj-text>\n{}</mj-text></mj-column></mj-section>"
    around = f"---\nsubject: Hello\n---\n<mjml><mj-body>{column}</mj-body></mjml>"
    (tmp_path / "deep.mjml").write_text(around.replace("{}", "<p>" * 20_000))
    with pytest.raises(SourceError, match="tags are open") as caught:
        read_message(tmp_path, "deep")
    assert (caught.value.file, caught.value.line) == ("deep.mjml", 5)
    (tmp_path / "flat.mjml").write_text(around.replace("{}", "x<br>" * 300))
    assert read_message(tmp_path, "flat").body
