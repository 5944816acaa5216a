"""A campaign drawn: every step in it, words on the lines, and a picture that can be opened."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from nurture.authoring.content import Content, read_content
from nurture.authoring.drawing.boxes import LOOKS, is_asked, is_passage
from nurture.authoring.drawing.dot import dot
from nurture.authoring.drawing.drawing import Drawing
from nurture.authoring.drawing.mermaid import mermaid
from nurture.authoring.drawing.picture import NoGraphviz, picture
from nurture.authoring.drawing.plan import plan
from nurture.authoring.explaining.tell import Tell
from nurture.domain.steps.registry import VERBS


@pytest.fixture(scope="module")
def shipped(checkout: Path) -> Content:
    return read_content(checkout)


def drawn(content: Content, name: str, counts: dict[str, int] | None = None) -> Drawing:
    campaign = content.campaigns[name].campaign
    assert campaign is not None
    rules = content.rules()
    return plan(Tell(campaign, rules.dictionary, rules.conditions), counts)


def test_a_whole_campaign(checkout: Path, snapshot: SnapshotAssertion) -> None:
    example = read_content(checkout / "tests" / "authoring" / "example")
    assert mermaid(drawn(example, "buyers-guide", {"checklist": 1200, "guide": 0})) == snapshot


def test_every_verb_has_a_look() -> None:
    assert set(VERBS) - set(LOOKS) == set(), "put the verb into LOOKS of authoring/drawing/boxes.py"


def test_every_step_is_a_box_or_a_line(shipped: Content) -> None:
    for name, file in shipped.campaigns.items():
        assert file.campaign is not None
        drawing = drawn(shipped, name)
        boxes = {box.id for box in drawing.boxes}
        for step in file.campaign.steps.values():
            assert step.name in boxes or is_passage(step), (name, step.name)
            in_rule = any(step in rule.then for rule in file.campaign.rules)
            assert not is_asked(step) or in_rule or f"{step.name}?" in boxes, (name, step.name)
        assert {end for line in drawing.lines for end in (line.start, line.end)} <= boxes


def test_no_box_hangs_in_the_air(shipped: Content) -> None:
    for name in shipped.campaigns:
        drawing = drawn(shipped, name)
        come_to = {line.end for line in drawing.lines}
        left = {line.start for line in drawing.lines}
        alone = {box.id for box in drawing.boxes} - come_to - left
        assert alone == set(), name
        ends = {box.id for box in drawing.boxes if box.look in ("end", "goal")}
        assert {box.id for box in drawing.boxes} - left - ends <= {"rule"}, name


def test_a_picture_has_all_names_and_counts(shipped: Content) -> None:
    drawing = drawn(shipped, "trial", {"trial-welcome": 1234})
    texts = {"".join(node.itertext()).strip() for node in ET.fromstring(picture(dot(drawing), "svg")).iter()}
    assert {"trial-stuck", "1,234 here", "the time is up", "inside-sales", "Leaves from any step"} <= texts
    assert picture(dot(drawing), "png").startswith(b"\x89PNG")


def test_what_people_write_is_never_markup(shipped: Content) -> None:
    drawing = drawn(shipped, "trial")
    spoilt = Drawing('a"b\\', "<b>&\"'", drawing.boxes, drawing.lines, drawing.sections, {"x": "a < b & c"})
    ET.fromstring(picture(dot(spoilt), "svg"))
    assert "x: a #60; b" in mermaid(spoilt)


def test_without_graphviz_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(NoGraphviz, match="mermaid"):
        picture("digraph {}", "svg")
