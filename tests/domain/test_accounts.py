"""Which account a mail goes by, how many on a day, and when an account must stop."""

from __future__ import annotations

from datetime import date

import pytest

from nurture.domain.accounts.account import Account, WarmUp, parse_rate, ramp
from nurture.domain.accounts.breakers import Breakers, Counts
from nurture.domain.accounts.routes import Accounts, Mail, Route

FIRST = date(2026, 11, 23)
ACCOUNTS = Accounts(
    {name: Account(name, senders) for name, senders in (("main", ()), ("news", ("news.ours.example",)))},
    routes=(
        Route(("main",), kinds=("operational",)),
        Route(("news", "main"), campaigns=("newsletter*",)),
        Route(("news",), senders=("shop.ours.example",)),
        Route(("main",), recipients=("google", "big.example")),
    ),
    limits={"google": 1.0, "t-online.de": 2.0, "others": 3.0},
)


def way(campaign: str, sender: str = "a@news.ours.example", to: str = "x@y.example", kind: str = "") -> str:
    return " ".join(one.name for one in ACCOUNTS.way(Mail(campaign, kind or "marketing", sender, to)))


def test_the_first_route_that_fits_decides_and_a_sender_is_carried_by_its_own_accounts() -> None:
    assert way("newsletter-may") == "news main"
    assert way("newsletter-may", kind="operational") == "main"
    assert way("newsletter-may", sender="a@ours.example") == "main"
    assert way("renewal", to="x@GMail.com") == way("renewal", to="x@big.example") == "main"
    assert way("renewal") == "main news", "without a route all of them, in the order of the file"
    assert way("renewal", sender="a@shop.ours.example") == "", (
        "news does not carry it, and nobody else is named"
    )


def test_limits_are_of_the_domain_then_of_its_family_then_of_all_others() -> None:
    asked = ("a@googlemail.com", "a@GMAIL.com.", "a@t-online.de", "a@magenta.de", "a@x.example")
    found = [ACCOUNTS.limit(address) for address in asked]
    assert found == [("google", 1), ("google", 1), ("t-online.de", 2), ("telekom", 3), ("x.example", 3)]
    assert Accounts(ACCOUNTS.accounts).limit("a@gmail.com") is None


@pytest.mark.parametrize(
    ("text", "rate"), [("20/min", 1 / 3), ("10/s", 10), ("0.5 / s", 0.5), ("3600/h", 1), ("86400/day", 1)]
)
def test_rates(text: str, rate: float) -> None:
    assert parse_rate(text) == pytest.approx(rate)


@pytest.mark.parametrize("text", ["20", "0/min", "-1/s", "20 per min", "1/week", ""])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="20/min"):
        parse_rate(text)


def test_a_plan_says_how_many_on_each_day() -> None:
    account = Account("new", daily=900, warm_up=WarmUp(FIRST, (50, 100, 1000)))
    days = [date(2026, 11, day) for day in (22, 23, 24, 25, 26)]
    assert [account.most(day) for day in days] == [0, 50, 100, 900, 900]
    assert [account.places(FIRST, first=first) for first in (True, False)] == [50, 40]
    assert Account("old").most(FIRST) is None
    assert Account("old").places(FIRST, first=False) is None


def test_a_ramp_grows_to_its_end_and_never_stands_still() -> None:
    assert list(ramp(50, 2, 300)) == [50, 100, 200, 300]
    assert list(ramp(1, 1.01, 4)) == [1, 2, 3, 4]
    assert list(ramp(10, 2, 5)) == [10]


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        (Counts(3, complaints=1), None),
        (Counts(19, bounces=19), None),
        (Counts(20, bounces=4), None),
        (Counts(20, bounces=5), "bounces"),
        (Counts(50, bounces=5), None),
        (Counts(50, bounces=6), "bounces"),
        (Counts(50, complaints=3), "complaints"),
        (Counts(90, refusals=5), "refusals"),
        (Counts(20, bounces=25), "bounces"),
        (Counts(100, complaints=2), None),
        (Counts(1000, complaints=3), "complaints"),
        (Counts(1001, complaints=3), None),
        (Counts(100, bounces=4), None),
        (Counts(100, bounces=5), "bounces"),
        (Counts(200, bounces=9), None),
        (Counts(250, refusals=5), "refusals"),
        (Counts(10_000, 29, 499, 199), None),
        (Counts(10_000, 30, 500, 200), "complaints"),
    ],
)
def test_among_few_mails_only_what_chance_cannot_explain_stops_it(counts: Counts, why: str | None) -> None:
    assert Breakers().tripped(counts) == why
