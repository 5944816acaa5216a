from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from nurture.demo.arrivals import Door, arrive
from nurture.demo.house import BEGAN
from nurture.demo.people import Person, make_people
from nurture.demo.sheet import BROKEN, HEADER, write_csv
from nurture.demo.temperaments import SHARES

DOORS = [Door("guide", "form.submitted", {"form": "guide"}), Door("trial", "trial.started", {})]


def three_hundred() -> list[Person]:
    return make_people(300, seed=7)


def test_the_same_seed_makes_the_same_people() -> None:
    assert three_hundred() == three_hundred()
    assert three_hundred() != make_people(300, seed=8)


def test_they_are_from_a_dozen_countries_and_time_zones() -> None:
    people = three_hundred()
    assert len({person.company.nation.code for person in people}) >= 12
    assert len({person.zone for person in people}) >= 12
    assert all(person.zone in person.company.nation.zones for person in people)


def test_nobody_has_an_address_that_could_be_real() -> None:
    emails = [person.email for person in three_hundred()]
    assert len(set(emails)) == 300
    assert all(email.endswith(".example") and email.isascii() and email == email.lower() for email in emails)


def test_some_are_colleagues_and_no_two_companies_share_a_domain() -> None:
    people = three_hundred()
    companies = {person.company for person in people}
    assert len({company.domain for company in companies}) == len(companies)
    shared = Counter(person.company.domain for person in people)
    assert 24 <= sum(count > 1 for count in shared.values()) <= 80


def test_every_temperament_takes_part() -> None:
    assert {person.temperament for person in three_hundred()} == set(SHARES)


def test_names_keep_their_accents() -> None:
    assert any(not person.last_name.isascii() for person in three_hundred())


def test_they_arrive_in_the_first_days_when_they_are_awake() -> None:
    arrivals = arrive(three_hundred(), DOORS, BEGAN, 30, seed=7)
    assert all(arrival.at > BEGAN for arrival in arrivals)
    assert sum(arrival.at < BEGAN.replace(day=16) for arrival in arrivals) > 290
    assert {arrival.door.campaign for arrival in arrivals} == {"guide", "trial"}
    assert {bool(arrival.trial_ends) for arrival in arrivals if arrival.door.campaign == "trial"} == {True}


def test_the_file_has_rows_that_no_import_can_take(tmp_path: Path) -> None:
    arrivals = arrive(make_people(50, seed=7), DOORS, BEGAN, 30, seed=7)
    write_csv(arrivals, tmp_path / "leads.csv")
    with (tmp_path / "leads.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == HEADER
    assert {len(row) for row in rows} == {len(HEADER)}
    assert len(rows) == 50 + 1 + len(BROKEN)
    assert len({row[0].lower() for row in rows if "@" in row[0]}) == 50
