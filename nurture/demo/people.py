"""The demo's leads: believable people from a dozen countries, the same for the same seed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from nurture.demo.nations import INDUSTRIES, NATIONS, ROLES, SIZES, Nation
from nurture.demo.temperaments import SHARES, Temperament

COLLEAGUES = 0.3
"""Chance that the next lead works where somebody does already."""
GUARDED, PREFETCHED = 0.15, 0.3
"""Companies whose gateway follows every link; people whose mail program opens mails by itself."""


@dataclass(frozen=True)
class Company:
    name: str
    domain: str
    industry: str
    employees: int
    nation: Nation
    guarded: bool
    """Its mail gateway follows every link before anybody reads a mail."""


@dataclass(frozen=True)
class Person:
    email: str
    first_name: str
    last_name: str
    role: str
    zone: str
    company: Company
    temperament: Temperament
    prefetches: bool
    """Their mail program loads the pictures of every mail when it comes."""


def make_people(count: int, seed: int) -> list[Person]:
    dice = Random(f"{seed}/people")
    companies: list[Company] = []
    taken: set[str] = set()
    people: list[Person] = []
    while len(people) < count:
        if companies and dice.random() < COLLEAGUES:
            company = dice.choice(companies)
        else:
            company = _company(dice, {one.domain for one in companies})
            companies.append(company)
        person = _person(dice, company)
        if person.email not in taken:
            taken.add(person.email)
            people.append(person)
    return people


def _company(dice: Random, taken: set[str]) -> Company:
    nation = dice.choices(NATIONS, [nation.share for nation in NATIONS])[0]
    industry = dice.choice(sorted(INDUSTRIES))
    for suffix in ("", " Group", " & Sons", " International", *(f" {number}" for number in range(2, 1000))):
        name = f"{dice.choice(nation.companies)} {dice.choice(INDUSTRIES[industry])}{suffix}"
        domain = f"{_ascii(name, '-')}.example"
        if domain not in taken:
            break
    return Company(name, domain, industry, dice.choice(SIZES), nation, dice.random() < GUARDED)


def _person(dice: Random, company: Company) -> Person:
    first, last = dice.choice(company.nation.first), dice.choice(company.nation.last)
    return Person(
        email=f"{_ascii(first, '')}.{_ascii(last, '')}@{company.domain}",
        first_name=first,
        last_name=last,
        role=dice.choice(ROLES),
        zone=dice.choice(company.nation.zones),
        company=company,
        temperament=dice.choices(list(SHARES), list(SHARES.values()))[0],
        prefetches=dice.random() < PREFETCHED,
    )


def _ascii(text: str, between: str) -> str:
    """``Jürgen Böhm`` -> ``jurgenbohm``; letters that do not come apart are spelt."""
    spelt = text.replace("ł", "l").replace("Ł", "L").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", between, plain).strip("-")
