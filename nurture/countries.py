"""Countries and their main time zones, from the tables that come with the time zone data."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

# The tables name the first of a country's zones by geography, not by how many live there.
MAIN = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "FM": "Pacific/Pohnpei",
    "RU": "Europe/Moscow",
    "UM": "Pacific/Wake",
    "UZ": "Asia/Tashkent",
}

# Names in common use that the tables do not have.
ALSO = {
    "bolivia": "BO",
    "bosnia": "BA",
    "brasil": "BR",
    "czechia": "CZ",
    "deutschland": "DE",
    "england": "GB",
    "españa": "ES",
    "great britain": "GB",
    "holland": "NL",
    "italia": "IT",
    "ivory coast": "CI",
    "north korea": "KP",
    "northern ireland": "GB",
    "russian federation": "RU",
    "scotland": "GB",
    "south korea": "KR",
    "the netherlands": "NL",
    "türkiye": "TR",
    "uae": "AE",
    "uk": "GB",
    "united kingdom": "GB",
    "united states of america": "US",
    "usa": "US",
    "viet nam": "VN",
    "wales": "GB",
    "österreich": "AT",
}


def country_code(text: str) -> str | None:
    """``de``, ``Germany`` -> ``DE``; None when no country is called so."""
    word = " ".join(text.split()).casefold()
    if word.upper() in _names():
        return word.upper()
    return _codes().get(word)


def nearest_country(text: str) -> str | None:
    """``Germny`` -> ``Germany (DE)``."""
    near = difflib.get_close_matches(text.casefold(), _codes(), n=1, cutoff=0.75)
    return f"{near[0].title()} ({_codes()[near[0]]})" if near else None


def main_zone(code: str) -> str | None:
    """The time zone in which most people of the country live."""
    return MAIN.get(code) or _first_zones().get(code)


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _names() -> Mapping[str, str]:
    return {code: name for code, name, *_ in _rows("iso3166.tab")}


@cache
def _codes() -> Mapping[str, str]:
    return {name.casefold(): code for code, name in _names().items()} | ALSO


@cache
def _first_zones() -> Mapping[str, str]:
    first: dict[str, str] = {}
    for code, _, zone, *_ in _rows("zone.tab"):
        first.setdefault(code, zone)
    return first


def _rows(table: str) -> Iterator[list[str]]:
    for line in (files("tzdata") / "zoneinfo" / table).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
