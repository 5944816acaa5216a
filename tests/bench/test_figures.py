"""The arithmetic of the bench."""

from __future__ import annotations

import pytest

from nurture.bench.figures import Figure, Reach, Side, compared, ratios_of


def side(name: str, *values: float) -> Side:
    return Side(name, "journeys/s", values)


def test_a_ratio_is_the_median_of_its_pairs_not_of_its_sides() -> None:
    ours, other = side("ours", 10, 1, 30, 6, 9), side("other", 10, 2, 20, 3, 10)
    assert ratios_of(ours, other) == [1, 0.5, 1.5, 2, 0.9]
    figure = compared("speed", Reach(">=", 0.95), ours, other)
    assert figure.value == 1
    assert list(figure.spread or ()) == [0.5, 2]
    assert figure.holds


def test_pairs_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        compared("speed", Reach(">=", 1), side("ours", 1, 2), side("other", 1))


@pytest.mark.parametrize(
    ("sign", "value", "holds"),
    [(">=", 0.95, True), (">=", 0.9499, False), ("<=", 0.95, True), ("<=", 0.951, False)],
)
def test_the_bound_itself_is_within_reach(sign: str, value: float, holds: bool) -> None:
    assert Reach(sign, 0.95).holds(value) is holds  # type: ignore[arg-type]


def test_json_has_both_raw_sides() -> None:
    reach = Reach("<=", 600)
    figure = Figure("bytes", 620.0, reach, side("ours", 620), side("naive", 28000), None, {"floor": "378"})
    assert figure.as_json() == {
        "what": "bytes",
        "value": 620.0,
        "reach": "<= 600",
        "holds": False,
        "spread": None,
        "ours": {"name": "ours", "unit": "journeys/s", "values": [620]},
        "other": {"name": "naive", "unit": "journeys/s", "values": [28000]},
        "also": {"floor": "378"},
    }
