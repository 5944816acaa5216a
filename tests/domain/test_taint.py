"""A touch of what no person touches, and whose the other clicks of that mail are."""

from typing import Any

import pytest

from nurture.domain.machines import Verdict
from tests.domain.test_machines import MACHINE, PERSON, hit, judged, reasons

MINUTES = 60.0
HIDDEN = hit(10 * MINUTES, None, honeypot=True)


@pytest.mark.parametrize(
    ("who", "reach"),
    [
        ({}, 120),
        ({"agent": "Chrome"}, 60),
        ({"ip": "beside", "net": "theirs", "agent": "Chrome"}, 60),
        ({"ip": "else"}, 30),
        ({"ip": "else", "agent": "Chrome"}, 15),
    ],
)
def test_the_hidden_link_tells_of_the_mail(who: dict[str, Any], reach: float) -> None:
    touch = hit(200 * MINUTES, None, honeypot=True, net="theirs")
    for minutes in (200 - reach + 0.1, 200 + reach - 0.1):
        assert reasons(touch, hit(minutes * MINUTES, **who)) == [("honeypot",)] * 2
    for minutes in (200 - reach - 0.1, 200 + reach + 0.1):
        assert reasons(touch, hit(minutes * MINUTES, **who)) == [("honeypot",), ()]


def test_who_takes_a_link_after_the_scanner_took_it_is_a_person() -> None:
    scanner = [hit((10 + at) * MINUTES, at, ip=f"s{at}", agent="Chrome") for at in range(1, 4)]
    hers = hit(14 * MINUTES, 1, ip="hers", agent="Safari")
    assert judged(HIDDEN, *scanner, hers)[-1] == Verdict(PERSON)
    assert judged(HIDDEN, hers, *scanner)[1] == Verdict(PERSON), "in whatever order they are read"
    elsewhere = hit(14 * MINUTES, 4, ip="hers", agent="Safari")
    assert judged(HIDDEN, *scanner, elsewhere)[-1].judged == MACHINE, "a link that nobody took before"


def test_who_takes_the_hidden_link_twice_takes_all_twice() -> None:
    once = [HIDDEN, hit(12 * MINUTES, 1, ip="s"), hit(13 * MINUTES, 1, ip="t")]
    assert reasons(*once)[1:] == [("honeypot",), ()]
    assert reasons(hit(11 * MINUTES, None, honeypot=True), *once)[2:] == [("honeypot",)] * 2


def test_head_tells_of_its_link() -> None:
    head = hit(10 * MINUTES, 1, method="HEAD")
    assert reasons(head, hit(12 * MINUTES, 1, ip="s", agent="Chrome"))[1] == ("head",)
    assert reasons(head, hit(12 * MINUTES, 2, ip="s", agent="Chrome"))[1] == (), "of another's click nothing"
    assert reasons(head, hit(12 * MINUTES, 2, agent="Chrome"))[1] == ("head",), "but at the same address"


def test_hours_after_the_scanner_a_person_may_click_at_its_address() -> None:
    assert reasons(HIDDEN, hit(80 * MINUTES, agent="Chrome"))[1] == ()


def test_what_was_taken_for_machines_by_other_signs_is_not_counted_twice() -> None:
    named = hit(10 * MINUTES, 1, ip="s", agent="linkbot/1")
    assert reasons(HIDDEN, named, hit(14 * MINUTES, 1, ip="hers", agent="Safari"))[2] == ()
