import re
from dataclasses import replace
from pathlib import Path

import pytest

from nurture.delivery.places import Place
from nurture.delivery.source import MessageSource, read_message
from nurture.delivery.source_check import check_source
from tests.delivery.test_render import message

KNOWN = {"lead.first_name", "lead.industry", "account.name"}


@pytest.fixture
def good(checkout: Path, tmp_path: Path) -> MessageSource:
    (tmp_path / "layouts").symlink_to(checkout / "templates" / "layouts")
    (tmp_path / "guide.md").write_text(
        "---\nsubject: For {{ lead.first_name|default('you') }}\n---\n"
        "{% for answer in answers %}{{ answer.label }}{{ loop.index }}{% endfor %}\n"
        "{% set name = account.name %}{{ name }} {{ sender.name }}\n"
    )
    return read_message(tmp_path, "guide")


def lines(source: MessageSource, marketing: bool = True) -> list[str]:
    return [
        f"{found.file}:{found.line}:{found.column}: {found.text} {found.hint}".strip()
        for found in check_source(source, KNOWN, marketing=marketing)
    ]


def test_nothing_to_say(good: MessageSource) -> None:
    assert lines(good) == []


def test_all_that_is_wrong_at_once(good: MessageSource) -> None:
    bad = replace(
        good,
        subject="{{ leed.first_name }}",
        body="Hello\n  {{ lead.frist_name }} {{ account.name.x }}\n{{ handoff.owner }}",
        text="{% if %}",
    )
    assert lines(bad) == [
        "guide.md:2:4: leed.first_name is not known. Did you mean lead.first_name?",
        "guide.md:5:6: lead.frist_name is not known. Did you mean lead.first_name?",
        "guide.md:5:28: account.name.x is not known. Did you mean account.name?",
        "guide.md:6:4: handoff.owner is not known. Declare it in policies/dictionary.yaml.",
        "guide/body.txt:1:1: Expected an expression, got 'end of statement block'.",
    ]


def test_a_star_stands_for_all_names_below(good: MessageSource) -> None:
    told = replace(good, body="{{ handoff.owner }}")
    assert check_source(told, KNOWN | {"handoff.*"}) == []


def test_a_way_out_and_an_address_in_both_parts(good: MessageSource) -> None:
    bare = replace(good, layout="{{ content }}", layout_text="{{ content }}")
    address, way_out = "{{ company.address }}", "a link to {{ unsubscribe_url }}"
    assert lines(bare) == [
        f"guide.md:4:1: There is no unsubscribe link. Add {way_out}, or use the default layout.",
        f"guide.md:4:1: There is no postal address. Add {address}, or use the default layout.",
    ]
    assert lines(bare, marketing=False) == []
    written = replace(
        bare,
        body="{{ unsubscribe_url }} {{ company.address }}",
        text="{{ company.address }}",
        places={**bare.places, "text": Place("guide/body.txt", 1)},
    )
    found = "guide/body.txt:1:1: There is no unsubscribe link in the plain text part."
    assert lines(written) == [f"{found} Add {way_out}, or use the default layout."]


def test_a_layout_takes_the_text(good: MessageSource) -> None:
    assert "layouts/default.html:1:1: {{ content }} is missing." in lines(replace(good, layout="<p>x</p>"))


def test_what_is_not_allowed_says_what_to_do(good: MessageSource) -> None:
    assert lines(replace(good, body="x\n{{ lead.first_name ~ 'x' }}")) == [
        "guide.md:5:1: Concat cannot be used here. Write {{ a }}{{ b }}, or use +."
    ]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("{{ lead.employees|default('?')|round }}", 'Where lead.employees is empty, |round gets "?"'),
        (
            "{{ lead.renewal|d('soon')|day }}",
            "{{ lead.renewal|day }}{% else %}soon{% endif %}",
        ),
        ("{{ lead.employees|default(0)|round }}", ""),
        ("{{ lead.renewal|default('')|day }}", ""),
        ("{{ lead.employees|round|default('?') }}", ""),
    ],
)
def test_a_text_in_place_of_a_number_stands_last(good: MessageSource, body: str, wrong: str) -> None:
    types = {"lead.employees": "number", "lead.renewal": "date"}
    found = check_source(replace(good, body=body), {*KNOWN, *types}, types=types)
    assert wrong in " ".join(f"{one.text} {one.hint}" for one in found)
    assert bool(found) == bool(wrong)


SHOWN = "[Leave]({{ unsubscribe_url }}) {{ company.address }}"


IN_TWO = f"{{% if lead.city %}}{SHOWN}{{% elif lead.x %}}{SHOWN}{{% endif %}}"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (SHOWN, ""),
        (f"{{% if unsubscribe_url %}}{SHOWN}{{% endif %}}", ""),
        (IN_TWO.replace("{% endif", f"{{% else %}}{SHOWN}{{% endif"), ""),
        (SHOWN.replace("company.address", "company.address|upper if lead.city else company.address"), ""),
        (SHOWN.replace("company.address", "company.address if lead.city else ''"), "no postal"),
        (f"{{% if lead.city %}}{SHOWN}{{% endif %}}", "no unsubscribe no postal"),
        (IN_TWO, "no unsubscribe no postal"),
        (f"{{% for answer in answers %}}{SHOWN}{{% endfor %}}", "no unsubscribe no postal"),
        (SHOWN.replace("{{ company", "{% if lead.city %}{{ company") + "{% endif %}", "no postal"),
        (f"{{% with company = lead.city %}}{SHOWN}{{% endwith %}}", "no postal"),
        (f"{{% set company = lead.city %}}{SHOWN}", "no postal"),
    ],
)
def test_the_address_and_the_way_out_are_in_every_branch(body: str, said: str) -> None:
    found = [one.text for one in check_source(message(body, kind="md"), {"lead.city", "lead.x"})]
    assert [" ".join(text.split()[2:4]) for text in found] == re.findall(r"no \w+", said)
