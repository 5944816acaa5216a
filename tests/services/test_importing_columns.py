"""Which column of a file is which field."""

from __future__ import annotations

import pytest

from nurture.domain.dictionary import Dictionary
from nurture.services.importing_columns import ColumnProblem, match_columns

WORDS = Dictionary(fields={"lead.industry": "text", "lead.seats": "number", "lead.customer": "yes/no"})


@pytest.mark.parametrize(
    ("header", "given", "message"),
    [
        (["Name", "Emial"], {}, "no column for the e-mail address; it has Name, Emial; the nearest is Emial"),
        (["Name"], {}, "no column for the e-mail address; it has Name\\. Name it"),
        (["Contact"], {"Kontact": "email"}, "no column Kontact"),
        (["Email", "Branch"], {"Branch": "lead.industri"}, "no field lead.industri"),
        (["Email", "E-Mail"], {}, "Email, E-Mail all mean email"),
    ],
)
def test_columns_that_cannot_be_told(header: list[str], given: dict[str, str], message: str) -> None:
    with pytest.raises(ColumnProblem, match=message):
        match_columns(header, WORDS, given)


def test_usual_names_are_known_where_the_dictionary_has_none() -> None:
    words = Dictionary(fields={"lead.company": "text"})
    columns = match_columns(["Mail", "Surname", "Company", "Website"], words, {})
    assert list(columns.fields.values()) == ["email", "lead.last_name", "lead.company", "account.domain"]
    assert columns.without("Company").unused == ()
    assert match_columns(["Mail", "Since"], WORDS, {}).without("Since").unused == ()
    assert match_columns(["Mail", "Company"], WORDS, {}).fields[1] == "account.name"


def test_columns_are_told_by_any_of_their_names() -> None:
    header = ["Contact", "first_name", "lead.last_name", "INDUSTRY", "No. of seats", "Email", "account.name"]
    columns = match_columns(header, WORDS, {"contact": "email", "No. of seats": "seats"})
    assert columns.fields == {
        0: "email",
        1: "lead.first_name",
        2: "lead.last_name",
        3: "lead.industry",
        4: "lead.seats",
        6: "account.name",
    }
    assert columns.unused == ("Email",)
