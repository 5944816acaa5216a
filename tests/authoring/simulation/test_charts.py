"""Pictures of forecasts: what stands in them, in words, and that both ways of writing them say the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from nurture.authoring.drawing.picture import picture
from nurture.authoring.simulation.charts.axis import steps
from nurture.authoring.simulation.charts.page import page
from nurture.authoring.simulation.charts.panels import BLUE, ORANGE, PALE
from nurture.authoring.simulation.charts.pinned import pinned
from nurture.authoring.simulation.charts.sheet import Bar, Sheet, Stroke, Words
from nurture.authoring.simulation.charts.svg import svg
from nurture.authoring.simulation.summary import COLUMNS, Flow, Row, Summary

MONDAY = date(2026, 3, 2)


def summary(accepted: int = 25, handed: Mapping[date, int] | None = None) -> Summary:
    counts = dict.fromkeys(COLUMNS, 0) | {"gets": 100, "opens": 50, "clicks": 20}
    days = handed or {MONDAY: 3, date(2026, 3, 3): 5}
    return Summary(
        campaign="talk <1>",
        leads=100,
        start=MONDAY,
        days=14,
        rows=[Row("hello", counts)],
        outcomes={"accepted": accepted, "in flight": 100 - accepted},
        goals=frozenset({"accepted"}),
        flows=[Flow("mails", {MONDAY: 100}), Flow("handed to sales", days, 4)],
    )


def words(sheet: Sheet) -> list[str]:
    return [shape.text for shape in sheet.shapes if isinstance(shape, Words)]


def bars(sheet: Sheet, colour: str) -> list[Bar]:
    return [shape for shape in sheet.shapes if isinstance(shape, Bar) and shape.colour == colour]


def test_everything_is_said_in_words() -> None:
    found = words(page([summary()], ["talk"]))
    for text in (
        "Forecast for 100 leads, 2 Mar 2026 to 15 Mar 2026, 14 days",
        "100 sent, 50 opened, 20 clicked",
        "25.0% reach the goal",
        "accepted (goal)",
        "25.0%, 25 leads",
        "Leads handed to sales on each day",
        "8 in all, at most 5 (Tue 3 Mar)",
        "dashed: sales take 4 a working day; 1 day with more",
    ):
        assert text in found


def test_bars_are_as_long_as_what_they_stand_for() -> None:
    sheet = page([summary()], ["talk"])
    _, sent = bars(sheet, PALE)
    clicked = next(bar for bar in bars(sheet, BLUE) if bar.y == sent.y)
    assert clicked.width / sent.width == pytest.approx(0.2)
    assert len(bars(sheet, ORANGE)) == 1  # the day above what sales take
    (line,) = [shape for shape in sheet.shapes if isinstance(shape, Stroke) and shape.dashed]
    assert bars(sheet, ORANGE)[0].y < line.y


def test_two_stand_side_by_side_on_the_same_scales() -> None:
    sheet = page([summary(), summary(50, {MONDAY: 40})], ["talk", "talk as it is live"])
    texts = words(sheet)
    assert {"talk", "talk as it is live"} <= set(texts)
    assert texts.count("40") == 2  # the highest mark on the axis of handoffs, of both


def test_what_is_drawn_stays_on_the_sheet() -> None:
    sheet = page([summary(), summary()], ["a-campaign-whose-name-is-very-long-indeed" * 3, "b"])
    for shape in sheet.shapes:
        right = shape.x + shape.width if isinstance(shape, Bar) else shape.x
        assert 0 <= shape.x <= right <= sheet.width
        assert 0 <= shape.y <= sheet.height


def test_svg_is_well_formed_and_told_to_those_who_cannot_see_it() -> None:
    root = ET.fromstring(svg(page([summary()], ["talk <1>"])))
    named = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert named["title"] == "talk <1>"
    assert "They end: accepted 25, in flight 75." in str(named["desc"])


def test_png_has_the_size_of_the_sheet() -> None:
    pytest.importorskip("pygraphviz")
    sheet = page([summary()], ["talk"])
    drawn = picture(pinned(sheet), "png", "neato")
    assert drawn.startswith(b"\x89PNG")
    width, height = (int.from_bytes(drawn[at : at + 4]) for at in (16, 20))
    assert abs(width - 2 * sheet.width) <= 4
    assert abs(height - 2 * sheet.height) <= 4


@pytest.mark.parametrize(
    ("most", "found"),
    [(0, (0, 1)), (3, (0, 1, 2, 3)), (21, (0, 10, 20, 30)), (672, (0, 200, 400, 600, 800))],
)
def test_an_axis_has_round_numbers(most: int, found: tuple[int, ...]) -> None:
    assert steps(most) == found
