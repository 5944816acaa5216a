"""Only what stands in a text becomes a link of ours; what a lead typed stays what it is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurture.delivery.links import Links
from nurture.delivery.render import Rendered, render
from nurture.delivery.source import MessageSource
from nurture.delivery.tracking import track, with_tags

OURS = Links("https://go.ours.example", ["a-key-of-some-length"])
EVIL = "http://evil.example/win"
FRAME = "<html><body>{{ content }}</body></html>"


def made(body: str, kind: str = "md", text: str | None = None, **context: Any) -> Rendered:
    source = MessageSource("hello", kind, "Hello", body, text, "", FRAME, "{{ content }}")  # type: ignore
    return render(source, {"lead": {}, "owner": {}, "codes": {}, **context})


def links(body: str, kind: str = "md", text: str | None = None, **context: Any) -> list[str]:
    return track(made(body, kind, text, **context), "1", OURS)[1]


@pytest.mark.parametrize("typed", [EVIL, f"<{EVIL}>", f"[x]({EVIL})", f"x {EVIL} y", "http://[evil"])
@pytest.mark.parametrize("kind", ["md", "html"])
def test_an_address_that_a_lead_typed_stays_text(typed: str, kind: str) -> None:
    link = "[x](https://ours.example/a)" if kind == "md" else "x"
    rendered = made(f"Good day {{{{ lead.name }}}}, {link}", kind, lead={"name": typed})
    final, found, _ = track(rendered, "1", OURS)
    assert found == (["https://ours.example/a"] if kind == "md" else [])
    assert typed.strip("<>") in final.text
    assert f"{EVIL}#tag" not in with_tags(rendered, lambda url: f"{url}#tag").text


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("[x](https://ours.example{{ lead.v }})", ".evil.example/"),
        ("[x](https://{{ lead.v }}.ours.example/)", "evil.example/"),
        ("[x]({{ lead.v }})", EVIL),
        ("[x]({{ lead.v }}) [y](http://evil.example/other)", EVIL),
        ('<a href="{% if lead.v %}{{ lead.v }}{% endif %}">x</a>', EVIL),
        ('{% set v = lead.v %}<a href="{{ v }}">x</a> http://evil.example/y', EVIL),
        ('{% with v="https://ours.example/" %}{{ v }}{% endwith %}<a href={{ lead.v }}>x</a>', EVIL),
        ("https://ours.example{{ lead.v }}", "@evil.example/"),
    ],
)
def test_no_value_changes_where_a_link_of_ours_leads(body: str, value: str) -> None:
    found = [one for one in links(body, lead={"v": value}) if "evil" in one]
    assert found in ([], ["http://evil.example/other"], ["http://evil.example/y"])


def test_what_stands_in_the_text_is_ours_with_whatever_is_put_behind_its_host() -> None:
    body = (
        '{% with link="https://ours.example/offers" %}<a href="{{ link }}">a</a>{% endwith %} '
        '[b](https://ours.example/b?n={{ lead.v }}&m=1 "named") [c](https://ours.example/c_(d)) '
        "[d](https://ours.example/grüße) and https://ours.example/bare. [e]({{ owner.booking }}) "
        "{{ codes.spring }} [f](https://ours.example/?to=https://theirs.example/)"
    )
    context: dict[str, Any] = {
        "lead": {"v": "1/2?x"},
        "owner": {"booking": "https://book.example/ann"},
        "codes": {"spring": "https://codes.example/7"},
    }
    assert links(body, **context) == [
        "https://ours.example/offers",
        "https://ours.example/b?n=1/2?x&m=1",
        "https://ours.example/c_(d)",
        "https://ours.example/gr%C3%BC%C3%9Fe",
        "https://book.example/ann",
        "https://ours.example/?to=https://theirs.example/",
        "https://ours.example/bare",
        "https://codes.example/7",
    ]
    tagged = with_tags(made(body, **context), lambda url: f"{url}#t")
    assert all(one.endswith("#t") for one in track(tagged, "1", OURS)[1])
    assert len(track(tagged, "1", OURS)[1]) == 8


def test_a_text_part_of_its_own_has_its_own_addresses() -> None:
    found = links("x", text="See https://ours.example/t?a={{ lead.v }}, {{ lead.v }}", lead={"v": EVIL})
    assert found == [f"https://ours.example/t?a={EVIL}"]


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from("htps:/.[]()<>@?#%&=éevil \u2028\"'{}"), max_size=30))
def test_whatever_is_typed_a_mail_is_made(typed: str) -> None:
    value = f"http://{typed}"
    found = links("{{ lead.v }} [x]({{ lead.v }}) https://ours.example/{{ lead.v }}", lead={"v": value})
    assert all(one.startswith("https://ours.example/") for one in found)


@pytest.mark.parametrize("kind", ["md", "html"])
@pytest.mark.parametrize(
    "typed", ["\x01", "\0", "\ud800", "\x1b[1m", "\ufffe", "\u2028", "&#1;", "]]>", "a\nb"]
)
def test_no_sign_that_a_lead_typed_stops_a_mail(typed: str, kind: str) -> None:
    body = (
        '<a href="https://ours.example/{{ lead.v }}">x</a>{{ lead.v }} [y](https://ours.example/){{ lead.v }}'
    )
    rendered = with_tags(made(body, kind, lead={"v": typed}), lambda url: f"{url}#t")
    final, found, _ = track(rendered, "1", OURS)
    assert found
    assert "\x01" not in final.html + final.text
