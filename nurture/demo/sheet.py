"""The leads as a file, such as a form's export looks: some addresses in capitals, one row twice, two that are
no use."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from nurture.demo.arrivals import Arrival

HEADER = ("Email", "First name", "Last name", "Company", "Role", "Industry", "Employees", "Country", "Zone",
          "Language", "Source", "Trial ends")  # fmt: skip
BROKEN = (
    ("", "Kai", "Without-Address", "US"),
    ("robin.mistyped at sample.example", "Robin", "Mistyped", "GB"),
)
"""Address, first and last name, country."""
SOURCE = "trade fair"


def write_csv(arrivals: Sequence[Arrival], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        out.writerows(_rows(arrivals))


def _rows(arrivals: Sequence[Arrival]) -> Iterator[Sequence[object]]:
    for number, arrival in enumerate(arrivals):
        email = arrival.person.email
        yield _row(arrival, email.upper() if number % 40 == 7 else email)
    if arrivals:
        yield _row(arrivals[0], arrivals[0].person.email)
    for email, first, last, country in BROKEN:
        yield (email, first, last, "", "", "", "", country, "", "", SOURCE, "")


def _row(arrival: Arrival, email: str) -> Sequence[object]:
    person, company = arrival.person, arrival.person.company
    return (
        email, person.first_name, person.last_name, company.name, person.role, company.industry,
        company.employees, company.nation.code, person.zone, company.nation.language, SOURCE,
        arrival.trial_ends,
    )  # fmt: skip
