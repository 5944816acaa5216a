"""A broken row of a CSV file is told, and everything behind it is read."""

from __future__ import annotations

import random
from io import StringIO

import pytest

from nurture.services import importing_rows
from nurture.services.importing_rows import INSIDE, NUL, OPEN, BrokenRow, Row, Rows

HEADER = "email,name,seats\n"
ANN, BOB, CARL = "ann@x.example,Ann,1\n", "bob@x.example,Bob,2\n", "carl@x.example,Carl,3\n"


def read(text: str, delimiter: str = ",") -> list[Row]:
    return list(Rows(StringIO(text, newline=""), delimiter))[1:]


def told(text: str) -> list[tuple[int, str]]:
    """The line and the first cell of each, or why it cannot be read."""
    return [(row.line, row.broken or row.cells[0].partition("@")[0]) for row in read(text)]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ('"Q Q"@x.example,Q,1\n', INSIDE),
        ('q@x.example,"Q" Q,1\n', INSIDE),
        ('q@x.example,"Q,1\n', OPEN),
        ('"q@x.example,Q,1\n', OPEN),
        ("q@x.example,Q\0,1\n", NUL),
        ("q@x.example,Q, Inc,1\n", "it has 4 cells, and there are 3 columns"),
        ("q@x.example,\udcfc,1\n", "it has a byte that is not UTF-8"),
        (f"q@x.example,{'x' * 200_000},1\n", importing_rows.CELL_TOO_LONG),
        (f"q@x.example,{'x' * 10_000_000},1\n", importing_rows.TOO_LONG),
        (f'q@x.example,"{"x" * 10_000_000}",1\n', importing_rows.TOO_LONG),
    ],
)
def test_one_bad_row_is_told_and_the_rest_is_read(bad: str, why: str) -> None:
    rows = told(HEADER + ANN + bad + BOB + bad + CARL + bad)
    assert rows == [(2, "ann"), (3, why), (4, "bob"), (5, why), (6, "carl"), (7, why)]
    assert told(HEADER + bad + bad + bad + ANN) == [(2, why), (3, why), (4, why), (5, "ann")]
    raw = read(HEADER + bad)[0].raw
    assert raw.replace("\N{REPLACEMENT CHARACTER}", "\0") == bad.rstrip("\n")[:30_000].replace("\udcfc", "?")


def test_a_quotation_mark_that_is_not_closed_takes_its_own_lines_along() -> None:
    rows = read(HEADER + ANN + 'q@x.example,"Q\nStreet 5\nTown, Land\n' + BOB + CARL)
    assert [row.line for row in rows] == [2, 3, 6, 7]
    assert rows[1].broken == f"{OPEN} (lines 3 to 5)"
    assert rows[1].raw == 'q@x.example,"Q\nStreet 5\nTown, Land'


def test_a_quotation_mark_that_another_closes_swallows_no_row_between() -> None:
    rows = told(HEADER + 'q@x.example,"Q,1\n' + ANN + BOB + 'carl@x.example,Carl",3\n')
    assert rows == [(2, OPEN), (3, "ann"), (4, "bob"), (5, "carl")]


def test_a_file_all_in_quotes_and_one_of_them_forgotten() -> None:
    good = '"ann@x.example","Ann","1"\n"bob@x.example","Bob\nof the hill","2"\n'
    rows = told('"email","name","seats"\n"q@x.example","Q,"1"\n' + good + '"r@x.example","R","1\n' + good)
    assert [word for _, word in rows] == [INSIDE, "ann", "bob", OPEN, "ann", "bob"]
    assert [line for line, _ in rows] == [2, 3, 4, 6, 7, 8]


def test_good_rows_of_several_lines_are_what_they_were() -> None:
    note = 'Ring first.\nThen: "ask", dear\nann@x.example'.replace('"', '""')
    rows = read(HEADER + f'ann@x.example,"{note}",1\n\n' + BOB)
    assert [(row.line, row.last) for row in rows] == [(2, 4), (6, 6)]
    assert rows[0].cells[1] == 'Ring first.\nThen: "ask", dear\nann@x.example'


def test_rows_that_leave_out_empty_cells_are_not_taken_for_the_rest_of_a_broken_one() -> None:
    rows = told("email,name,seats,note\n" + ANN + '"Q Q"@x.example,Q,1\n' + BOB + "carl@x.example,Carl\n")
    assert rows == [(2, "ann"), (3, INSIDE), (4, "bob"), (5, "carl")]
    after = told(HEADER + '"Q Q"@x.example,Q,1\ncarl@x.example,Carl\nonly words\n')
    assert after == [(2, INSIDE), (3, "carl"), (4, "only words")]


def test_ends_of_lines_may_be_of_any_kind() -> None:
    for end in ("\r\n", "\r", "\n"):
        text = (HEADER + ANN + '"Q"q@x.example,Q,1\n' + BOB).replace("\n", end)
        assert told(text) == [(2, "ann"), (3, INSIDE), (4, "bob")]


def test_a_header_that_cannot_be_read_is_no_row() -> None:
    with pytest.raises(BrokenRow, match="not closed"):
        read('email,"name\n' + ANN)


@pytest.mark.parametrize("seed", [4, 19, 88])
def test_a_large_file_with_one_bad_row_in_a_hundred(seed: int) -> None:
    dice = random.Random(seed)
    kinds = [
        '"Q Q"@x.example,Q,1\n',
        'q@x.example,"Q,1\n',
        '"q@x.example,Q,1\n',
        "q@x.example,a,b,c\n",
        "\0,,\n",
    ]
    lines = [dice.choice(kinds) if dice.random() < 0.01 else f"p{n}@x.example,N,1\n" for n in range(10_000)]
    rows = read(HEADER + "".join(lines))
    assert [row.line for row in rows] == list(range(2, 10_002))
    assert [bool(row.broken) for row in rows] == [line in kinds for line in lines]
