"""Pictures that some do not see, links that lead nowhere, and colours however they are written."""

from __future__ import annotations

import pytest
from lxml import html

from nurture.delivery.contrast import faint_texts
from nurture.delivery.link_looks import link_looks, picture_looks
from nurture.delivery.look_check import looks

FINE = 'alt="A plan" width="536"'


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        (f'src="https://ours.example/a.png" {FINE}', ""),
        (f'src="Sample" {FINE}', ""),
        ('src="https://ours.example/a.png" alt="" style="max-width:100%;width:90%"', ""),
        (f'src="hero.png" {FINE}', "has no whole address"),
        (f'src="//ours.example/hero.png" {FINE}', "has no whole address"),
        (f'src="data:image/gif;base64,R0lGOD" {FINE}', "stands in the mail itself"),
        (f'src="http://ours.example/a.png" {FINE}', "without https"),
        (f'src="cid:a" {FINE}', "cannot be fetched"),
        ('src="https://ours.example/a.png" width="536"', "has no words"),
        ('src="https://ours.example/a.png" alt="hero.PNG" width="536"', "is called hero.PNG"),
        ('src="https://ours.example/a.png" alt="A"', "has no width"),
        ('src="https://ours.example/a.png" alt="A" width="6000"', "6000 pixels wide"),
        ('src="https://ours.example/a.png" alt="A" style="width: 1201px"', "1201 pixels wide"),
    ],
)
def test_pictures(attributes: str, said: str) -> None:
    found = [look.text for look in picture_looks(html.document_fromstring(f"<img {attributes}>"))]
    assert len(found) == bool(said)
    assert all(said in text for text in found)


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ('<a href="https://ours.example">x</a>', ""),
        ('<a href="mailto:a@ours.example">x</a>', ""),
        ('<a href="Sample">x</a>', ""),
        ('<a href="#top">x</a>', ""),
        ('<a name="top"></a>', ""),
        ('<a href="https://ours.example"><img src="a" alt="Go"></a>', ""),
        ('<a href="https://ours.example" aria-label="Go"></a>', ""),
        ('<a href="https://ours.example"><img src="a" alt=""></a>', "has no words"),
        ('<a href="https://ours.example"> </a>', "has no words"),
        ('<a href="/prices">x</a>', "has no whole address"),
        ('<a href="//ours.example">x</a>', "has no whole address"),
        ('<a href="">x</a>', "leads nowhere"),
        ('<a href="htp://ours.example">x</a>', "htp: is not known"),
        ('<a href="http://[ours">x</a>', "is taken out"),
    ],
)
def test_links(link: str, said: str) -> None:
    found = [look.text for look in link_looks(html.document_fromstring(f"<p>{link}</p>"))]
    assert len(found) == bool(said)
    assert all(said in text for text in found)


@pytest.mark.parametrize(
    ("element", "colors"),
    [
        ('<p style="color:lightgray">x</p>', "#d3d3d3 on #ffffff"),
        ('<p style="color:rgba(0, 0, 0, 0.2) !important">x</p>', "#cccccc on #ffffff"),
        ('<p style="color:rgb(200 200 200 / 100%)">x</p>', "#c8c8c8 on #ffffff"),
        ('<p style="color:hsl(120, 100%, 50%)">x</p>', "#00ff00 on #ffffff"),
        ('<p style="color:#cccf">x</p>', "#cccccc on #ffffff"),
        ('<font color="#bbbbbb">x</font>', "#bbbbbb on #ffffff"),
        ('<p style="background:navy url(a.png) no-repeat">x</p>', "#000000 on #000080"),
        ('<p style="background-color:transparent;color:silver">x</p>', "#c0c0c0 on #ffffff"),
        ('<p style="color:slategray">x</p>', "#708090 on #ffffff"),
        ('<p style="color:darkslategray;background:oklch(60% .1 20)">x</p>', ""),
        ('<p style="color:currentcolor">x</p>', ""),
    ],
)
def test_colours_are_read_as_they_are_written(element: str, colors: str) -> None:
    found = [f"{faint.color} on {faint.ground}" for faint in faint_texts(html.document_fromstring(element))]
    assert found == [colors] * bool(colors)


@pytest.mark.parametrize(
    ("around", "seen"),
    [
        ("<p>{}</p>", True),
        ('<div style="font-size:0px"><p style="font-size:13px">{}</p></div>', True),
        ('<p style="color:#57606a;height:0">{}</p>', True),
        ('<p style="display: none">{}</p>', False),
        ('<div style="visibility:hidden"><p>{}</p></div>', False),
        ('<p style="font-size:0">{}</p>', False),
        ('<p style="font-size:1px">{}</p>', False),
        ('<p style="opacity:0.0">{}</p>', False),
        ('<p style="max-height:0px;overflow:hidden">{}</p>', False),
        ('<p style="color:white">{}</p>', False),
        ('<p style="color:rgba(0,0,0,.05)">{}</p>', False),
        ("<p hidden>{}</p>", False),
        ("<!-- {} -->", False),
        ('<p title="{}">Hello</p>', False),
    ],
)
def test_an_address_that_nobody_sees_does_not_count(around: str, seen: bool) -> None:
    page = f"<html><body>Hello {around.format('Ours, 1 Road')}</body></html>"
    assert [one.text for one in looks(page, page, "1 Road") if one.rule == "message"] == (
        [] if seen else ["the postal address is there, and nobody sees it"]
    )
