import re
from base64 import b64encode
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from lxml import html as lxml_html

from nurture.delivery.compose import Composed, ComposeError, compose, message_id
from nurture.delivery.links import HONEYPOT, Links
from nurture.delivery.render import Rendered

LINKS = Links("https://go.ours.example", ["a-key-of-some-length"])
SEND = "01938a00-0000-7000-8000-000000000001"
WAY_OUT = LINKS.unsubscribe("lead", "buyers-guide")
GUIDE = "https://ours.example/guide?a=1&b=(2)"
MESSAGE = Rendered(
    "Grüße",
    f'<html><body><p><a href="{GUIDE.replace("&", "&amp;")}">guide</a> <a href="https://ours.example/b">b</a>'
    f'<a href="{GUIDE.replace("&", "&amp;")}">again</a> <a href="mailto:us@ours.example">mail</a>'
    f'<a href="{WAY_OUT}">out</a><a href="javascript:alert(1)">x</a>'
    '<a href=" JAVAscript:x">y</a></p></body></html>',
    f"[guide]({GUIDE}) and https://ours.example/only-here. Out: {WAY_OUT}\n",
)
GIVEN: dict[str, Any] = {
    "send_id": SEND,
    "message_id": message_id(SEND, "ours.example"),
    "sender": ("Ann Lée", "ann@ours.example"),
    "recipient": ("her@theirs.example", 'Zoë "Z" <x>, Ltd'),
    "tracker": LINKS,
    "unsubscribe_url": WAY_OUT,
    "list_id": "buyers-guide.ours.example",
    "feedback_id": "buyers-guide:guide:ours:nurture",
    "kind": "marketing",
}


def composed(message: Rendered = MESSAGE, **more: Any) -> Composed:
    return compose(message, **{**GIVEN, **more})


def parsed(made: Composed) -> EmailMessage:
    return message_from_bytes(made.mail, policy=policy.default)


def part(made: Composed, kind: str) -> str:
    found = parsed(made).get_body(preferencelist=(kind,))
    return str(cast(EmailMessage, found).get_content())


def test_headers() -> None:
    mail = parsed(composed())
    assert mail["From"].addresses[0].display_name == "Ann Lée"
    assert [(to.display_name, to.addr_spec) for to in mail["To"].addresses] == [
        ('Zoë "Z" <x>, Ltd', "her@theirs.example")
    ]
    assert mail["Subject"] == "Grüße"
    assert mail["Message-ID"] == message_id(SEND, "ours.example")
    assert mail["List-Id"] == "<buyers-guide.ours.example>"
    assert mail["Feedback-ID"] == "buyers-guide:guide:ours:nurture"
    assert mail["Auto-Submitted"] is None


def test_one_click_stands_on_one_line_with_one_address() -> None:
    raw = composed(unsubscribe_url=WAY_OUT + "x" * 200).mail
    assert f"\r\nList-Unsubscribe: <{WAY_OUT}{'x' * 200}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_an_operational_mail_needs_no_way_out() -> None:
    mail = parsed(composed(unsubscribe_url=None, list_id=None, feedback_id=None, kind="operational"))
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Id"] is None
    assert mail["Auto-Submitted"] == "auto-generated"


def test_every_line_is_short_and_plain() -> None:
    raw = composed(Rendered("x", f"<p>{'ü' * 5000}</p>", "ü" * 5000)).mail
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_links_are_numbered_and_ours() -> None:
    made = composed()
    assert made.links == [GUIDE, "https://ours.example/b", "https://ours.example/only-here"]
    html, text = part(made, "html"), part(made, "plain")
    assert "https://ours.example/" not in html + text
    assert html.count(LINKS.click(SEND, 0)) == 2
    assert f"[guide]({LINKS.click(SEND, 0)}) and {LINKS.click(SEND, 2)}. Out: {WAY_OUT}" in text
    assert WAY_OUT in html
    assert "mailto:us@ours.example" in html
    assert "javascript" not in html.lower()


def test_pixel_and_honeypot_are_in_html_only() -> None:
    made = composed()
    html, text = part(made, "html"), part(made, "plain")
    document = lxml_html.document_fromstring(html)
    hidden = document.xpath("//*[@aria-hidden='true']//a")
    assert [link.get("href") for link in hidden] == [LINKS.honeypot(SEND)] * 2
    assert [link.get("tabindex") for link in hidden] == ["-1"] * 2
    links = list(document.iter("a"))
    assert [links[0], links[-1]] == hidden
    assert not hidden[0].text_content()
    assert LINKS.read_click(LINKS.honeypot(SEND).rpartition("/")[2]) == (SEND, HONEYPOT)
    assert document.xpath("//img/@src") == [LINKS.open_pixel(SEND)]
    assert LINKS.honeypot(SEND) not in text
    assert LINKS.open_pixel(SEND) not in text


def test_without_tracking_links_stay_and_nothing_is_added() -> None:
    made = composed(tracker=None)
    html = part(made, "html")
    assert made.links == []
    assert 'href="https://ours.example/b"' in html
    assert "<img" not in html
    assert "aria-hidden" not in html
    assert "javascript" not in html.lower()
    assert part(made, "plain").replace("\r\n", "\n") == MESSAGE.text


def test_the_same_send_makes_the_same_mail() -> None:
    first, second = composed(), composed()
    undated = [re.sub(rb"Date: .*\r\n", b"", made.mail) for made in (first, second)]
    assert undated[0] == undated[1]
    assert first.body_sha256 == second.body_sha256
    assert composed(Rendered("x", "<p>y</p>", "z")).body_sha256 != first.body_sha256


@pytest.mark.parametrize(
    ("header", "changed"),
    [
        ("Subject", {"message": Rendered("Hello\r\nBcc: evil@x.example", "<p>x</p>", "x")}),
        ("Subject", {"message": Rendered("Hello\nBcc: evil@x.example", "<p>x</p>", "x")}),
        ("To", {"recipient": ("her@theirs.example\r\nBcc: evil@x.example", "")}),
        ("To", {"recipient": ("her@theirs.example, evil@x.example", "")}),
        ("To", {"recipient": ("her@theirs.example", "Zoë\r\nBcc: evil@x.example")}),
        ("To", {"recipient": ("not an address", "")}),
        ("To", {"recipient": ("", "Zoë")}),
        ("From", {"sender": ("Ann\nBcc: evil@x.example", "ann@ours.example")}),
        ("Message-ID", {"message_id": "<1@ours.example>\r\nBcc: evil@x.example"}),
        ("List-Id", {"list_id": "x>\r\nBcc: evil@x.example"}),
        ("List-Unsubscribe", {"unsubscribe_url": "https://x>\r\nBcc: evil@x.example"}),
        ("Feedback-ID", {"feedback_id": "a\nBcc: evil@x.example"}),
    ],
)
def test_no_header_can_be_smuggled_in(header: str, changed: dict[str, Any]) -> None:
    with pytest.raises(ComposeError) as caught:
        composed(**changed)
    assert caught.value.header == header
    assert "evil" not in str(caught.value)
    assert caught.value.__context__ is None


HIDDEN = "=?utf-8?b?" + b64encode(b"\r\nBcc: evil@x.example").decode() + "?="


def test_what_a_lead_calls_themselves_is_never_decoded() -> None:
    """An encoded word in a name would become a line of its own, or another recipient."""
    for name in (HIDDEN, "=?utf-8?q?x=3A_evil=40x.example=3B?=", 'Zoë" <evil@x.example>, "', "Z" * 3000):
        text = Rendered(f"For {name}", "<p>x</p>", "x")
        made = composed(text, recipient=("her@theirs.example", name), sender=(name, "ann@ours.example"))
        mail = parsed(made)
        assert mail["Bcc"] is None
        assert [one.addr_spec for one in mail["To"].addresses] == ["her@theirs.example"]
        assert [one.addr_spec for one in mail["From"].addresses] == ["ann@ours.example"]
        assert max(map(len, made.mail.split(b"\r\n"))) < 998


def test_a_head_that_came_out_otherwise_than_it_was_set_is_refused() -> None:
    changes: list[dict[str, Any]] = [
        {"list_id": HIDDEN},
        {"feedback_id": HIDDEN},
        {"list_id": "böse.example"},
    ]
    for changed in changes:
        with pytest.raises(ComposeError):
            composed(**changed)


def test_half_letters_and_control_characters_stop_no_mail() -> None:
    made = composed(
        Rendered("a\0b\ud800c", "<p>\ud800</p>", "\ud83d x"), recipient=("her@theirs.example", "\0Zoë")
    )
    assert b"\0" not in made.mail
    assert b"Subject: abc\r\n" in made.mail


def test_international_recipients() -> None:
    mail = composed(recipient=("jörg@straße.example", "Jörg")).mail
    assert "To: =?utf-8?q?J=C3=B6rg?= <jörg@xn--strae-oqa.example>\r\n".encode() in mail


def test_a_message_id_is_the_same_for_every_try() -> None:
    assert message_id(SEND, "ours.example") == message_id(SEND, "ours.example")
    assert message_id(SEND, "ours.example") != message_id(SEND[:-1] + "2", "ours.example")


def test_a_link_with_a_name_is_one_of_its_own_and_does_not_show_it() -> None:
    html = (
        '<p><a href="https://ours.example/b" title="prices">b</a> <a href="https://ours.example/b">again</a>'
        '<a href="https://ours.example/c" title="A title">c</a></p>'
    )
    text = "https://ours.example/b and https://ours.example/c"
    made = composed(Rendered("Hello", html, text))
    assert made.links == ["https://ours.example/b", "https://ours.example/b", "https://ours.example/c"]
    assert made.names == {"0": "prices"}
    shown = part(made, "html")
    assert 'title="prices"' not in shown
    assert 'title="A title"' in shown
    assert LINKS.click(SEND, 0) in part(made, "plain")
    assert 'title="prices"' not in part(composed(Rendered("Hello", html, text), tracker=None), "html")
