"""The file of accounts: what it may say, and how what is wrong in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from nurture.authoring.accounts_file import AccountsWrong, load_accounts, read_accounts

WHOLE = """accounts:
  main: {}
  news:
    senders: [news.ours.example]
    rate: 50/s
    daily: 50000
    warm_up: {begins: 2026-11-23, days: [50, 100, 250]}
  spare:
    warm_up: {begins: 2026-11-23, first: 50, by: 1.5, to: 20000}
routes:
  - {kinds: operational, use: main}
  - {campaigns: newsletter*, use: [news, main]}
  - {to: [google, corp, big.example], from: ours.example, use: main}
families: {corp: [a.example, b.example]}
limits: {google: 20/min, corp: 5/s, t-online.de: 10/min, others: 60/min}
breakers: {complaints: 0.3%, bounces: 5%, refusals: 2%, least: 200}
"""


def test_everything_that_can_be_said_is_read() -> None:
    found, source = read_accounts("accounts.yaml", WHOLE.encode())
    assert source.problems == []
    assert found is not None
    assert found.main == "main"
    assert [len(one.warm_up.days) if one.warm_up else 0 for one in found.accounts.values()] == [0, 3, 16]
    assert [route.uses for route in found.routes] == [("main",), ("news", "main"), ("main",)]
    assert found.limit("x@b.example") == ("corp", 5)
    assert (found.breakers.complaints, found.breakers.least) == (0.003, 200)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("use: main}", "use: mian}", "there is no account `mian` in this file"),
        ("20/min", "20 per min", "expected how many in which time, such as 20/min"),
        ("0.3%", "0.3", "expected a share such as 0.3%"),
        (", to: 20000", "", "`warm_up` needs either `days` or a ramp"),
        ("days: [50, 100, 250]", "days: [50, 0]", "a number from 1"),
        ("google: 20/min", "gogle: 20/min", "`gogle` is neither a domain nor a family"),
        ("[google, corp,", "[googel, corp,", "Did you mean `google`?"),
        ("  main: {}", "  Main: {}", "`Main` is not a name"),
        ("  main: {}", "  an-account-with-a-long-name: {}", "longer than 20 characters"),
        ("rate: 50/s", "url: postmark://x", "an account has no key `url`"),
        ("kinds: operational", "kinds: secret", "expected marketing or operational"),
        ("2026-11-23, days", "23.11.2026, days", "a day such as 2026-11-23"),
        ("[a.example, b.example]", "[a b]", "domains such as ours.example"),
    ],
)
def test_what_is_wrong_is_told_by_its_line(was: str, now: str, said: str, tmp_path: Path) -> None:
    assert was in WHOLE
    path = tmp_path / "accounts.yaml"
    path.write_text(WHOLE.replace(was, now, 1))
    with pytest.raises(AccountsWrong, match=r"accounts\.yaml:\d+:\d+:") as error:
        load_accounts(path)
    assert said in error.value.message


def test_without_a_file_there_is_one_account(tmp_path: Path) -> None:
    assert load_accounts(None) is None
    with pytest.raises(AccountsWrong, match="cannot be read"):
        load_accounts(tmp_path / "nowhere.yaml")
