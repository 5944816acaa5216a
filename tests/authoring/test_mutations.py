"""Whatever is done to a good file, the checker answers with problems and never breaks."""

from pathlib import Path
from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from nurture.authoring.campaign_file import check_campaign
from nurture.authoring.checking import Words
from nurture.authoring.dictionary_file import check_dictionary
from nurture.authoring.problems import Problem, render, render_github
from nurture.authoring.reader import read_yaml
from nurture.authoring.sales_file import check_sales
from nurture.authoring.scoring_file import check_scoring
from nurture.authoring.stories.reading import check_stories
from nurture.domain.campaign import load_campaign
from nurture.domain.dictionary import load_dictionary
from nurture.domain.sales import load_sales
from tests.authoring.good import DICTIONARY, GOOD, SALES

EXAMPLE = Path(__file__).parent / "example"
CAMPAIGN_TEXT = (EXAMPLE / "campaigns/buyers-guide.yaml").read_text()
STORIES_TEXT = (EXAMPLE / "campaigns/buyers-guide.stories.yaml").read_text()
DICTIONARY_TEXT = (EXAMPLE / "policies/dictionary.yaml").read_text()
SALES_TEXT = (EXAMPLE / "policies/sales.yaml").read_text()
SCORING_TEXT = "half_life: 30d\nrules:\n  clicked: {on: email.clicked, points: 5}\nthresholds: {MQL: 60}\n"

_, ROOT = read_yaml("dictionary.yaml", DICTIONARY_TEXT.encode())
assert ROOT is not None
WORDS = Words(
    load_dictionary(check_dictionary(read_yaml("dictionary.yaml", DICTIONARY_TEXT.encode())[0], ROOT)),
    frozenset(["inside-sales"]),
    frozenset(["not-now"]),
    frozenset(["guide", "checklist", "case-by-industry", "case-in-numbers", "your-interest", "digest"]),
)
PIECES = [
    *" :-#{}[]&*!|>'\",\n\t",
    "  ",
    "null",
    "0",
    "-1",
    "1e999",
    "next",
    "- ",
    "send: ",
    "if: ",
    "time_up:\n",
]
PIECES += [
    "wait: up to 3d",
    "go: slow",
    "{}",
    "[]",
    "~",
    "\\",
    "\ud7ff",
    "\u2028",
    "yes",
    "9" * 400,
    "lead.x",
]


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """A few pieces put in, cut out, or lines moved about."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["put", "cut", "move", "swap"])):
            case "put":
                text = text[:at] + draw(st.sampled_from(PIECES)) + text[at:]
            case "cut":
                text = text[:at] + text[at + draw(st.integers(1, 30)) :]
            case "move":
                lines = text.split("\n")
                line = lines.pop(draw(st.integers(0, len(lines) - 1)))
                lines.insert(draw(st.integers(0, len(lines))), line)
                text = "\n".join(lines)
            case _:
                words = text.split(" ")
                one, other = (draw(st.integers(0, len(words) - 1)) for _ in range(2))
                words[one], words[other] = words[other], words[one]
                text = " ".join(words)
    return text


def shown(problems: list[Problem]) -> None:
    """Everything that was found can be printed."""
    text = render(problems)
    assert all(problem.text in text for problem in problems)
    assert len(render_github(problems).split("\n")) == max(1, len(set(problems)))


@given(mutated(CAMPAIGN_TEXT))
def test_campaigns(text: str) -> None:
    source, root = read_yaml("a.yaml", text.encode("utf-8", "surrogatepass"))
    if root is not None:
        file = check_campaign(source, root, WORDS)
        if not source.problems:
            assert load_campaign(file.document).hash
    assert root is not None or source.problems
    shown(source.problems)


@given(mutated(STORIES_TEXT))
def test_stories(text: str) -> None:
    source, root = read_yaml("buyers-guide.yaml", CAMPAIGN_TEXT.encode())
    assert root is not None
    campaign = check_campaign(source, root, WORDS).campaign
    assert campaign is not None
    source, root = read_yaml("a.stories.yaml", text.encode())
    if root is not None:
        check_stories(source, root, WORDS, {"buyers-guide": campaign})
    shown(source.problems)


@given(mutated(DICTIONARY_TEXT))
def test_dictionaries(text: str) -> None:
    source, root = read_yaml("dictionary.yaml", text.encode())
    if root is not None:
        load_dictionary(check_dictionary(source, root))
    shown(source.problems)


@given(mutated(SALES_TEXT), mutated(SCORING_TEXT))
def test_policies(sales: str, scoring: str) -> None:
    source, root = read_yaml("sales.yaml", sales.encode())
    if root is not None:
        found = check_sales(source, root)
        if not source.problems:
            load_sales(found)
    shown(source.problems)
    source, root = read_yaml("scoring.yaml", scoring.encode())
    if root is not None:
        check_scoring(source, root, WORDS.dictionary)
    shown(source.problems)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    source, root = read_yaml("a.yaml", data)
    if root is not None:
        check_campaign(source, root, WORDS)
    assert root is not None or source.problems
    shown(source.problems)


def test_the_good_files_that_the_mutations_begin_with_are_good() -> None:
    for text in (GOOD[DICTIONARY], DICTIONARY_TEXT):
        source, root = read_yaml("dictionary.yaml", dedent(text).encode())
        assert root is not None
        check_dictionary(source, root)
        assert source.problems == []
    source, root = read_yaml("sales.yaml", dedent(GOOD[SALES]).encode())
    assert root is not None
    check_sales(source, root)
    assert source.problems == []
