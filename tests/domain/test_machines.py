import time
from typing import Any

import pytest

from nurture.domain.machines import Hit, Judged, Verdict
from nurture.domain.scanning import judge, judge_mail

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PERSON, MACHINE = Judged.HUMAN, Judged.MACHINE


def hit(after: float = 3600.0, link: int | None = 0, **more: Any) -> Hit:
    return Hit(**{"method": "GET", "agent": FIREFOX, "link": link, "after": after, "ip": "her", **more})


def judged(*hits: Hit, links: int = 5) -> list[Verdict]:
    return judge(hits, links=links, looks_like_machine=lambda agent: "bot" in agent)


def reasons(*hits: Hit, links: int = 5) -> list[tuple[str, ...]]:
    return [verdict.reasons for verdict in judged(*hits, links=links)]


def test_one_late_click_is_a_person() -> None:
    assert judged(hit()) == [Verdict(PERSON)]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"method": "HEAD"}, "head"),
        ({"honeypot": True}, "honeypot"),
        ({"after": 4.9}, "too-soon"),
        ({"after": -1.0}, "too-soon"),
        ({"agent": "linkbot/1"}, "known-agent"),
        ({"agent": "Mozilla/5.0"}, "bare-agent"),
        ({"agent": " "}, "no-agent"),
        ({"flagged": True}, "provider-flag"),
        ({"scanner": True}, "scanner-network"),
        ({"delivered": -30.0}, "too-soon"),
        ({"delivered": 1.9}, "too-soon"),
    ],
)
@pytest.mark.parametrize("link", [0, None])
def test_each_sign_by_itself(changed: dict[str, Any], reason: str, link: int | None) -> None:
    assert reasons(hit(link=link, **changed)) == [(reason,)]


def test_weak_signs_count_together() -> None:
    assert judged(hit(speaks=False), hit(12.0, ip="else", agent="Firefox")) == [Verdict(PERSON)] * 2
    assert reasons(hit(12.0, speaks=False)) == [("no-language", "quick")]
    assert judged(hit(12.0, link=None, speaks=False)) == [Verdict(PERSON)], "images say no language"
    assert reasons(hit(crowd=True)) == [("crowd",)]
    assert judged(hit(12.0, delivered=3.0)) == [Verdict(PERSON)], "a quick hand"
    assert reasons(hit(12.0, delivered=3.0, speaks=False)) == [("no-language", "soon")]


def test_evidence_reaches_what_the_same_machine_asked_for() -> None:
    named = hit(60, agent="linkbot/1")
    assert reasons(named, hit(400, agent="linkbot/1"), hit(64, ip="b"), hit(74))[1:] == [("known-agent",)] * 3
    assert reasons(named, hit(80), hit(70, ip="b"))[1:] == [()] * 2
    assert reasons(hit(3, link=None), hit(30))[1] == (), "an image loaded at once is no person's doing"


def test_who_clicks_after_a_scanner_walks_no_second_time() -> None:
    scanner = [hit(10 + 3 * number, number) for number in range(5)]
    assert judged(*scanner, hit(200, 0, agent="Chrome"))[-1] == Verdict(PERSON)


def test_both_links_of_two() -> None:
    assert reasons(hit(60, 0), hit(60.5, 1), links=2) == [("burst",)] * 2
    assert reasons(hit(60, 0), hit(61, 1), links=2) == [()] * 2, "two tabs"
    assert reasons(hit(60, 0), hit(61, 1, agent="Chrome"), links=2) == [("burst",)] * 2


def test_three_links_within_two_seconds() -> None:
    assert reasons(hit(60, 0), hit(61, 1), hit(62, 2)) == [("burst",)] * 3
    assert reasons(hit(60, 0), hit(61, 1), hit(62.1, 2)) == [()] * 3
    assert reasons(hit(60, 0), hit(60.5, 0), hit(61, 0), hit(61.5, 1)) == [()] * 4, (
        "the same link again is no burst"
    )


def test_a_burst_over_several_addresses() -> None:
    scanner = [hit(60, 0, ip="a"), hit(61, 1, ip="b"), hit(62, 2, ip="c")]
    assert reasons(*scanner, hit(120, 1, ip="b"), hit(120, 1)) == [("burst",)] * 4 + [()]


def test_every_link_of_a_mail() -> None:
    slow = [hit(60, 0), hit(130, 1), hit(200, 2), hit(270, 3)]
    assert reasons(*slow, links=4) == [("every-link",)] * 4
    assert reasons(*slow, links=5) == [()] * 4
    assert reasons(*slow[:3], links=3) == [()] * 3, "each of three links is what a reader does"
    assert reasons(*(hit(5000 * at, at) for at in range(1, 5)), links=4) == [()] * 4, "over hours: a reader"


def test_more_browsers_than_a_person_has() -> None:
    fleet = [hit(60 + 50 * at, at, ip=f"{at}", agent=f"browser {at}") for at in range(3)]
    assert reasons(*fleet) == [("many-browsers",)] * 3
    assert reasons(*fleet[:2], hit(160, 2, ip="1", agent="browser 1")) == [()] * 3, "a telephone and a desk"
    assert reasons(*fleet[:2], hit(181, 2, agent="browser 2")) == [()] * 3
    assert reasons(*fleet[:2], hit(160, 1, agent="browser 2")) == [()] * 3, "the same link: passed on"


def test_a_company_scanner_does_not_hide_its_people() -> None:
    scanner = [hit(6, 0), hit(7, 1), hit(7.5, 2), hit(8, None, honeypot=True)]
    assert judged(*scanner, hit(7200, 1))[-1] == Verdict(PERSON)


def test_the_order_of_arrival_changes_nothing() -> None:
    hits = [hit(62, 2), hit(60, 0), hit(7200, 1), hit(61, 1)]
    assert reasons(*hits) == [("burst",), ("burst",), (), ("burst",)]


def test_a_whole_mail() -> None:
    scanner = [hit(1, 0), hit(1.2, 1), hit(1.4, 2)]

    def mail(*hits: Hit) -> Verdict:
        return judge_mail(hits, links=5, looks_like_machine=lambda _agent: False)

    assert mail() == Verdict(PERSON)
    assert mail(*scanner) == Verdict(MACHINE, ("too-soon", "burst"))
    assert mail(*scanner, hit(9000, 1)) == Verdict(PERSON)


def test_a_flood_is_judged_quickly() -> None:
    flood = [hit(60 + number / 10, number % 7, ip=f"ip{number % 50}") for number in range(10_000)]
    start = time.process_time()
    assert len(judged(*flood, links=7)) == 10_000
    assert time.process_time() - start < 2.0
