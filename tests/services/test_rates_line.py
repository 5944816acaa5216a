"""Whoever finds no token comes one by one, also after a rest: not all at its end."""

from __future__ import annotations

import pytest

from nurture.services.channels import end_rest, rest
from nurture.services.rates import bucket_of, take, take_in_line
from tests.fixtures.content import House
from tests.services.test_channels import over, throttled

RATE = 2.0
BUCKET = bucket_of("smtp")


def ask(house: House, waited: bool = False) -> float:
    return float(house.do(take_in_line, house.desk.purse, BUCKET, RATE, waited=waited))


def test_those_whom_a_rest_meets_come_back_one_by_one(house: House) -> None:
    assert house.do(take, house.desk.purse, BUCKET, RATE) == 0
    house.do(rest, house.desk, "smtp", throttled(60.0), None)
    waits = [ask(house) for _ in range(3)] + [ask(house, waited=True) for _ in range(3)]
    assert waits == [pytest.approx(60 + number / RATE, abs=5) for number in range(1, 7)]
    assert waits == sorted(waits)


def test_who_has_waited_gets_the_token_before_who_comes_now(house: House) -> None:
    assert house.do(take, house.desk.purse, BUCKET, RATE) == 0
    house.do(rest, house.desk, "smtp", throttled(600.0), None)
    for _ in range(200):
        ask(house)
    over(house)
    assert ask(house) > 60
    assert ask(house, waited=True) == 0


def test_a_rest_that_a_person_ends_leaves_no_line(house: House) -> None:
    assert house.do(take, house.desk.purse, BUCKET, RATE) == 0
    house.do(rest, house.desk, "smtp", throttled(600.0), None)
    for _ in range(200):
        ask(house)
    house.do(end_rest, "smtp")
    over(house)
    assert ask(house) == 0
