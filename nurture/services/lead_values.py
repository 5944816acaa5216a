"""What is known of a lead, checked: names that the dictionary declares, values of the declared types.

Names are whole (``lead.first_name``, ``lead.industry``, ``account.name``); stored values are text, a number,
a boolean, or a date as ISO text: ``2026-03-01`` for a day, ``2026-03-01T10:00:00+00:00`` for an instant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from nurture.countries import country_code, nearest_country, zones
from nurture.domain.bant import WORDS
from nurture.domain.dictionary import Dictionary
from nurture.domain.errors import NurtureError

Stored = str | int | float | bool

YES = frozenset({"yes", "y", "true", "t", "1", "on"})
NO = frozenset({"no", "n", "false", "f", "0", "off"})
LONGEST_TEXT = 2000
LENGTHS = {"lead.first_name": 200, "lead.last_name": 200, "lead.phone": 50, "account.name": 255}


class BadValue(NurtureError):
    """Cannot be used as this field; the message says what would be."""


def known_names(dictionary: Dictionary) -> tuple[str, ...]:
    """Every name that a value may be given for; the address is not one of them."""
    return tuple(dict.fromkeys((*COLUMNS, *filter(_is_a_value, dictionary.fields))))


def full_name(dictionary: Dictionary, name: str) -> str | None:
    """``First name``, ``first_name``, ``lead.first_name`` -> ``lead.first_name``; None when unknown."""
    if name in COLUMNS or (name in dictionary.fields and _is_a_value(name)):
        return name
    plain = plain_name(name)
    for known in known_names(dictionary):
        if plain in (plain_name(known), plain_name(known.removeprefix("lead."))):
            return known
    return None


def _is_a_value(name: str) -> bool:
    return name.startswith(("lead.", "account.")) and name != "lead.email"


def plain_name(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.strip().casefold())


def coerce(dictionary: Dictionary, name: str, value: object) -> Stored | None:
    """The value as it is stored; None when it is empty. Raises BadValue."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if read := COLUMNS.get(name):
        return read(_text(value, LENGTHS.get(name, LONGEST_TEXT)))
    read_value = READERS[dictionary.fields[name]](value)
    if name in WORDS and read_value not in WORDS[name]:
        raise BadValue(f"one of {', '.join(WORDS[name])} was expected")
    return read_value


def _text(value: object, longest: int = LONGEST_TEXT) -> str:
    if isinstance(value, bool | dict | list):
        raise BadValue("a text was expected")
    text = str(value).strip()
    if len(text) > longest:
        raise BadValue(f"it has more than {longest:,} characters")
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadValue("it has characters that are not text")
    return text


def _number(value: object) -> Stored:
    if isinstance(value, int | float) and not isinstance(value, bool):
        number: int | float = value
    elif isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,15}", value.strip()):
        number = int(value)
    elif isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,15}\.\d{1,15}", value.strip()):
        number = float(value)
    else:
        raise BadValue("a number was expected, such as 1200 or 12.5")
    if not math.isfinite(number) or abs(number) > 1e15:
        raise BadValue("the number is too large")
    return number


def _yes_no(value: object) -> Stored:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word not in YES | NO:
        raise BadValue("yes or no was expected")
    return word in YES


def _date(value: object) -> Stored:
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text).isoformat()
        if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text):
            return _instant(datetime.fromisoformat(text))
    except ValueError:
        pass
    raise BadValue("a date was expected, such as 2026-03-31 or 2026-03-31T09:00+02:00")


def _instant(value: datetime) -> str:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds")


def _country(text: str) -> Stored:
    if code := country_code(text):
        return code
    near = nearest_country(text)
    meant = f"; did you mean {near}?" if near else ""
    raise BadValue(f"{text[:60]} is no country; its name or its two letters were expected{meant}")


def _zone(text: str) -> Stored:
    if text not in zones():
        raise BadValue("a time zone was expected, such as Europe/Berlin")
    return text


def _language(text: str) -> Stored:
    if not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})?", text) or len(text) > 10:
        raise BadValue("a language was expected, such as de or pt-BR")
    language, *region = text.replace("_", "-").split("-")
    return "-".join([language.lower(), *region])


def _domain(text: str) -> Stored:
    domain = re.sub(r"^(https?://)?(www\.)?", "", text.casefold()).partition("/")[0]
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) or len(domain) > 255:
        raise BadValue("a domain was expected, such as acme.example")
    return domain


# Identifying values that are columns of the tables, and how each is read.
COLUMNS: Mapping[str, Callable[[str], Stored]] = {
    "lead.first_name": str,
    "lead.last_name": str,
    "lead.phone": str,
    "lead.country": _country,
    "lead.zone": _zone,
    "lead.language": _language,
    "account.domain": _domain,
    "account.name": str,
    "account.country": _country,
}

READERS: Mapping[str, Callable[[object], Stored]] = {
    "text": _text,
    "number": _number,
    "yes/no": _yes_no,
    "date": _date,
}
