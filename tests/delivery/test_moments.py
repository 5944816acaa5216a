"""Dates in a message: a day of the calendar, or a moment on the clock of the reader."""

from __future__ import annotations

import pytest

from nurture.delivery.moments import NOW, ZONE
from nurture.delivery.render import RenderError, render
from tests.delivery.test_render import CONTEXT, message

NOW_2026 = {NOW: "2026-11-01T00:00:00+00:00"}


def shown(text: str, value: str | None, zone: str = "UTC") -> str:
    return render(message(text), {**CONTEXT, **NOW_2026, "lead": {"at": value}, ZONE: zone}).text.strip()


@pytest.mark.parametrize(
    ("value", "zone", "text"),
    [
        ("2026-03-12T14:00:00+00:00", "Europe/Berlin", "Thursday 12 March, 15:00 CET"),
        ("2026-07-09T23:30:00+00:00", "Asia/Tokyo", "Friday 10 July, 08:30 JST"),
        ("2026-03-12T14:00:00+01:00", "America/Sao_Paulo", "Thursday 12 March, 10:00 UTC-03"),
        ("2026-03-12", "UTC", "Thursday 12 March, 00:00 UTC"),
        ("", "UTC", ""),
        (None, "UTC", ""),
    ],
)
def test_a_moment_is_on_the_clock_of_the_reader(value: str | None, zone: str, text: str) -> None:
    assert shown("{{ lead.at|when }}", value, zone) == text


def test_a_day_is_the_same_everywhere() -> None:
    assert shown("{{ lead.at|day }}", "2026-03-12T00:00:00+00:00", "America/Denver") == "Thursday 12 March"


def test_what_is_not_a_date_is_not_quoted() -> None:
    with pytest.raises(RenderError) as failed:
        shown("{{ lead.at|when }}", "next Friday")
    assert "Friday" not in str(failed.value)


def test_without_a_zone_it_is_utc() -> None:
    made = render(
        message("{{ lead.at|when }}"), {**CONTEXT, **NOW_2026, "lead": {"at": "2026-03-12T14:00:00+00:00"}}
    )
    assert made.text.strip() == "Thursday 12 March, 14:00 UTC"


@pytest.mark.parametrize(
    ("language", "this_year", "another"),
    [
        ("en", "Sunday 15 March", "Monday 15 March 2027"),
        ("de", "Sonntag, 15. März", "Montag, 15. März 2027"),
        ("fr", "dimanche 15 mars", "lundi 15 mars 2027"),
        ("es", "domingo, 15 de marzo", "lunes, 15 de marzo de 2027"),
        ("it", "domenica 15 marzo", "lunedì 15 marzo 2027"),
        ("nl", "zondag 15 maart", "maandag 15 maart 2027"),
        ("pt-BR", "domingo, 15 de março", "segunda-feira, 15 de março de 2027"),
        ("pl", "niedziela, 15 marca", "poniedziałek, 15 marca 2027"),
        ("xx", "Sunday 15 March", "Monday 15 March 2027"),
    ],
)
def test_a_day_is_in_the_language_of_the_mail(language: str, this_year: str, another: str) -> None:
    source = message("{{ lead.a|day }} / {{ lead.b|day }}", written_in=language)
    context = {**CONTEXT, **NOW_2026, "lead": {"a": "2026-03-15", "b": "2027-03-15"}}
    assert render(source, context).text.strip() == f"{this_year} / {another}"


def test_an_empty_field_prints_nothing_or_what_is_given_for_it() -> None:
    text = "[{{ lead.at|day }}{{ lead.at|when }}] {{ lead.at|day|default('soon') }}"
    for lead in ({}, {"at": None}, {"at": ""}):
        assert render(message(text), {**CONTEXT, "lead": lead}).text.strip() == "[] soon"
