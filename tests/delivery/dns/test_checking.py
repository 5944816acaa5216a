"""What receivers would find of a domain, asked of a DNS server on this machine, and what is to be written."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from nurture.delivery.dns import asking
from nurture.delivery.dns.asking import Dns
from nurture.delivery.dns.checking import Finding, SenderDomain, check_domain, check_server
from nurture.domain import mail_dns
from tests.delivery.dns.fake import Zone, serving

KEY = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" + "B" * 360
CRM = "include:crm.example "
AT = "nurture._domainkey.ours.example"
OURS = SenderDomain(
    "ours.example", "ours.example", True, ("a:mx.ours.example",), {AT: KEY}, reports_to="p@ours.example"
)
GOOD: Zone = {
    ("ours.example", "TXT"): ['"v=spf1 a:mx.ours.example include:crm.example ~all"', '"other=1"'],
    ("crm.example", "TXT"): ['"v=spf1 ip4:192.0.2.0/24 include:deep.crm.example -all"'],
    ("deep.crm.example", "TXT"): ['"v=spf1 ip4:198.51.100.0/24 -all"'],
    (AT, "TXT"): [f'"v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"'],
    ("_dmarc.ours.example", "TXT"): ['"v=DMARC1; p=quarantine; rua=mailto:x@ours.example"'],
    ("ours.example", "MX"): ["20 b.ours.example.", "10 mx.ours.example."],
    ("mx.ours.example", "A"): ["192.0.2.7"],
    ("7.2.0.192.in-addr.arpa", "PTR"): ["mx.ours.example."],
}  # fmt: skip


async def found(zone: Zone, sender: SenderDomain = OURS) -> dict[str, Finding]:
    async with serving(zone) as server:
        dns = Dns(f"127.0.0.1:{server.port}")
        return {one.name: one async for one in check_domain(dns, sender)}


async def test_a_good_domain() -> None:
    states = {name: (one.state, one.what) for name, one in (await found(GOOD)).items()}
    assert states == {
        "SPF": ("ok", "ours.example, 3 of 10 look-ups"),
        "DKIM": ("ok", AT),
        "DMARC": ("ok", "p=quarantine at _dmarc.ours.example, aligned by DKIM and SPF"),
        "MX": ("ok", "mx.ours.example, b.ours.example"),
    }


async def test_an_empty_zone_says_what_to_write() -> None:
    told = await found({})
    assert {one.state for one in told.values()} == {"bad"}
    assert told["SPF"].write == ['ours.example. TXT "v=spf1 a:mx.ours.example ~all"']
    (record,) = told["DKIM"].write
    assert record.startswith(f"{AT}. TXT ")
    assert "".join(re.findall('"([^"]*)"', record)) == f"v=DKIM1; k=rsa; p={KEY}"
    assert max(map(len, re.findall('"([^"]*)"', record))) <= 255
    assert told["DMARC"].write == ['_dmarc.ours.example. TXT "v=DMARC1; p=none; rua=mailto:p@ours.example"']
    assert told["MX"].write


async def test_what_it_says_to_write_is_good() -> None:
    """Written into the zone, record by record, all is well."""
    zone: Zone = {}
    for one in (await found({})).values():
        for record in one.write:
            name, kind, text = record.split(" ", 2)
            zone[name.rstrip("."), kind] = [text]
    assert {one.state for one in (await found(zone)).values()} == {"ok"}


@pytest.mark.parametrize(
    ("name", "text", "about", "state", "says"),
    [
        ("ours.example", "v=spf1 -all", "SPF", "look", "does not name a:mx.ours.example"),
        ("ours.example", "v=spf1 a:mx.ours.example +all", "SPF", "bad", "lets anybody"),
        ("ours.example", f"v=spf1 a:mx.ours.example {CRM * 6}-all", "SPF", "bad", "13 look-ups"),
        (AT, "v=DKIM1; p=", "DKIM", "bad", "there is no key"),
        (AT, f"v=DKIM1; k=rsa; p={KEY[:-8]}AAAAAAAA", "DKIM", "bad", "another key"),
        ("_dmarc.ours.example", "v=DMARC1", "DMARC", "bad", "has no p="),
        ("_dmarc.ours.example", "v=spf1 nothing", "DMARC", "bad", "no record"),
    ],
)  # fmt: skip
async def test_what_is_wrong(name: str, text: str, about: str, state: str, says: str) -> None:
    parts = " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))
    one = (await found({**GOOD, (name, "TXT"): [parts]}))[about]
    assert (one.state, says in one.what) == (state, True), one


LOCAL = replace(OURS, spf=())
SENDGRID = replace(OURS, ours=False, spf=("include:crm.example",), keys={"s1._domainkey.ours.example": ""})


@pytest.mark.parametrize(
    ("sender", "changed", "about", "state", "says"),
    [
        (LOCAL, {("ours.example", "TXT"): []}, "SPF", "bad", "name the public address of your mail server"),
        (LOCAL, {("ours.example", "TXT"): ['"v=spf1 ~all"']}, "SPF", "bad", "it lets nobody send"),
        (LOCAL, {("ours.example", "TXT"): ['"v=spf1 ip4:192.0.2.1 ~all"']}, "SPF", "ok", "0 of 10"),
        (LOCAL, {("ours.example", "TXT"): ['"v=spf1 redirect=crm.example"']}, "SPF", "ok", "2 of 10"),
        (OURS, {("deep.crm.example", "TXT"): ['"v=spf1 +all"']}, "SPF", "bad", "by include deep.crm"),
        (OURS, {("deep.crm.example", "TXT"): ['"v=spf1 ?all"']}, "SPF", "ok", "3 of 10"),
        (OURS, {("crm.example", "TXT"): []}, "SPF", "bad", "which has no SPF record"),
        (SENDGRID, {}, "DMARC", "bad", "neither DKIM nor SPF"),
        (SENDGRID, {("s1._domainkey.ours.example", "TXT"): ['"k=rsa; p="']}, "DKIM", "bad", "was withdrawn"),
        (SENDGRID, {("s1._domainkey.ours.example", "TXT"): [f'"p={KEY[:124]}"']}, "DKIM", "bad", "too short"),
        (SENDGRID, {("s1._domainkey.ours.example", "TXT"): [f'"p={KEY[:216]}"']}, "DKIM", "ok", "s1."),
        (replace(SENDGRID, keys={}), {}, "DMARC", "look", "cannot be seen"),
        (
            replace(OURS, domain="mail.ours.example"),
            {("_dmarc.ours.example", "TXT"): ['"v=DMARC1; p=none; sp=reject"']},
            "DMARC",
            "ok",
            "sp=reject at _dmarc.ours.example",
        ),
    ],
)
async def test_the_advice_fits_the_case(
    sender: SenderDomain, changed: Zone, about: str, state: str, says: str
) -> None:
    one = (await found({**GOOD, **changed}, sender))[about]
    assert (one.state, says in one.what) == (state, True), one
    assert not any('"v=spf1 ~all"' in record or '"v=spf1 -all"' in record for record in one.write)


async def test_a_redirect_to_anybody_is_seen() -> None:
    changed = {("ours.example", "TXT"): ['"v=spf1 redirect=x.example"']}
    for end, state in (("+all", "bad"), ("?all", "bad"), ("~all", "look")):
        zone = {**GOOD, **changed, ("x.example", "TXT"): [f'"v=spf1 mx {end}"']}
        assert (await found(zone))["SPF"].state == state


async def test_two_spf_records_are_none() -> None:
    one = (await found({**GOOD, ("ours.example", "TXT"): ['"v=spf1 -all"', '"v=spf1 ~all"']}))["SPF"]
    assert (one.state, "several" in one.what) == ("bad", True)


@pytest.mark.parametrize(
    ("changed", "dmarc", "state"),
    [
        ({"keys": {}}, "v=DMARC1; p=none", "look"),
        ({"keys": {}, "returns_to": "bounces.ours.example"}, "v=DMARC1; p=none; aspf=s", "bad"),
        ({"keys": {}, "returns_to": "bounces.ours.example"}, "v=DMARC1; p=none", "look"),
        ({"keys": {"s._domainkey.else.example": ""}, "ours": False}, "v=DMARC1; p=none", "bad"),
        ({"domain": "mail.ours.example"}, "v=DMARC1; p=none", "ok"),
        ({"domain": "mail.ours.example", "returns_to": "x.example"}, "v=DMARC1; p=none; adkim=s", "bad"),
    ],
)
async def test_alignment(changed: dict[str, Any], dmarc: str, state: str) -> None:
    zone = {**GOOD, ("_dmarc.ours.example", "TXT"): [f'"{dmarc}"']}
    assert (await found(zone, replace(OURS, **changed)))["DMARC"].state == state


@pytest.mark.parametrize(
    ("changed", "state", "says"),
    [
        ({}, "ok", "192.0.2.7"),
        ({("7.2.0.192.in-addr.arpa", "PTR"): []}, "bad", "no name"),
        ({("7.2.0.192.in-addr.arpa", "PTR"): ["else.example."]}, "bad", "does not lead back"),
    ],
)
async def test_the_name_of_the_server(changed: Zone, state: str, says: str) -> None:
    async with serving({**GOOD, **changed}) as server:
        one = await check_server(Dns(f"127.0.0.1:{server.port}"), "mx.ours.example")
    assert (one.state, says in one.what) == (state, True), one


async def test_nothing_is_asked_twice() -> None:
    async with serving(GOOD) as server:
        dns = Dns(f"127.0.0.1:{server.port}")
        for _ in range(2):
            assert [one async for one in check_domain(dns, OURS)]
        assert len(server.asked) == len(set(server.asked))


async def test_a_silent_server_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.05)
    async with serving(GOOD) as server:
        server.silent = True
        dns = Dns(f"127.0.0.1:{server.port}")
        assert {one.state async for one in check_domain(dns, OURS)} == {"look"}
        assert (await check_server(dns, "mx.ours.example")).state == "look"


def test_records_are_read_as_receivers_do() -> None:
    assert mail_dns.spf_terms("v=spf1 a/24 ?include:A.example redirect=b.example -all") == [
        ("+", "a", ""),
        ("?", "include", "a.example"),
        ("+", "redirect", "b.example"),
        ("-", "all", ""),
    ]
    assert (
        mail_dns.with_terms("v=spf1 mx -all", ["include:x.example", "MX"])
        == "v=spf1 mx include:x.example -all"
    )
    assert mail_dns.bits_about("AAAA") < 1024 <= mail_dns.bits_about(KEY) - 256 <= 2048
    assert not mail_dns.aligned("a.co.uk", "b.co.uk", strict=False)
    for one, other in (("news.sap.example", "bounce.sap.example"), ("a.ours.co.uk", "b.ours.co.uk")):
        assert mail_dns.aligned(one, other, strict=False)
        assert not mail_dns.aligned(one, other, strict=True)
    assert [mail_dns.registered(one) for one in ("x.hp.com", "hp.com", "co.uk")] == [
        "hp.com",
        "hp.com",
        "co.uk",
    ]
