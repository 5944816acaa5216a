"""One sender domain, as receivers look at it: SPF, DKIM, DMARC, the way back, and the server's own name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nurture.delivery.dns.asking import Dns, NoDns
from nurture.domain import mail_dns

State = Literal["ok", "look", "bad"]
NAME_IT = ": name the public address of your mail server in it, as v=spf1 ip4:ITS.ADDRESS ~all"
NAME_KEYS = "NURTURE_DKIM_SELECTORS names the keys"


@dataclass(frozen=True)
class Finding:
    name: str
    state: State
    what: str
    write: Sequence[str] = ()
    """Records for the DNS, as a zone file has them."""


@dataclass(frozen=True)
class SenderDomain:
    """``returns_to``: the domain of the envelope. ``ours``: what sends is our own mail server, not a provider
    with an envelope of its own."""

    domain: str
    returns_to: str
    ours: bool
    spf: Sequence[str]
    """Terms that must be in the SPF record."""
    keys: Mapping[str, str]
    """Name of a DKIM record -> the public key that must be there; empty: whichever."""
    where: str = ""
    reports_to: str = ""


def txt(name: str, text: str) -> str:
    """Strings in the DNS hold 255 characters."""
    parts = [text[at : at + 255] for at in range(0, len(text), 255)]
    return f"{name}. TXT " + " ".join(f'"{part}"' for part in parts)


async def check_domain(dns: Dns, sender: SenderDomain) -> AsyncIterator[Finding]:
    """Nothing is said of what the DNS does not answer but that it does not."""
    for look in (_spf, _dkim, _dmarc, _mx):
        try:
            yield await look(dns, sender)
        except NoDns as error:
            yield Finding(look.__name__.strip("_").upper(), "look", f"the DNS does not answer ({error})")


async def _spf(dns: Dns, sender: SenderDomain) -> Finding:
    found = mail_dns.spf_records(await dns.texts(sender.returns_to))
    wanted = mail_dns.with_terms(found[0] if len(found) == 1 else "", sender.spf)
    write = [txt(sender.returns_to, wanted)] if sender.spf else []
    bad: State = "bad" if sender.ours else "look"
    if len(found) > 1:
        return Finding("SPF", "bad", "there are several records, which counts as none: keep one", write)
    if not found:
        what = f"{sender.returns_to} has no SPF record{'' if sender.spf else NAME_IT}"
        return Finding("SPF", bad, what, write)
    if at := await _open_to_anybody(dns, found[0], sender.returns_to):
        what = f"by {at} it lets anybody send in your name: all must end it as ~all or -all"
        return Finding("SPF", "bad", what)
    if not sender.spf and mail_dns.lets_nobody(found[0]):
        return Finding("SPF", bad, f"it lets nobody send{NAME_IT}")
    for name, value in _names(found[0]):
        if len(mail_dns.spf_records(await dns.texts(value))) != 1:
            what = f"{name} leads to {value}, which has no SPF record, or several: the whole counts as broken"
            return Finding("SPF", "bad", what)
    asked = await _lookups(dns, found[0], 0)
    if asked > mail_dns.SPF_LOOKUPS:
        most = mail_dns.SPF_LOOKUPS
        what = f"it takes {asked} look-ups, receivers stop at {most}: leave out what no longer sends"
        return Finding("SPF", "bad", what)
    if wanted != found[0]:
        missing = " ".join(term for term in sender.spf if term.lower() not in found[0].lower().split())
        return Finding("SPF", "look", f"it does not name {missing}, by which your mail goes out", write)
    return Finding("SPF", "ok", f"{sender.returns_to}, {asked} of {mail_dns.SPF_LOOKUPS} look-ups")


def _names(record: str) -> list[tuple[str, str]]:
    """Other records that this one leads to. ``redirect`` counts only where there is no ``all``."""
    terms = [(name, value) for _, name, value in mail_dns.spf_terms(record) if "%" not in value]
    to = ("include",) if mail_dns.at_the_end(record) else ("include", "redirect")
    return [(name, value) for name, value in terms if name in to and value]


async def _open_to_anybody(dns: Dns, record: str, at: str, depth: int = 0) -> str:
    """The domain whose record lets anybody pass; empty: none. What is neutral at an include is no pass."""
    if mail_dns.at_the_end(record) in (("+",) if depth and at.startswith("include ") else ("+", "?")):
        return at
    passing = {value for qualifier, _, value in mail_dns.spf_terms(record) if qualifier == "+"}
    for name, value in _names(record) if depth < mail_dns.SPF_LOOKUPS else ():
        inner = mail_dns.spf_records(await dns.texts(value)) if value in passing else []
        if inner and (found := await _open_to_anybody(dns, inner[0], f"{name} {value}", depth + 1)):
            return found
    return ""


async def _lookups(dns: Dns, record: str, depth: int) -> int:
    """How many questions a receiver asks; stops counting when there are far too many."""
    count = 0
    for _, name, value in mail_dns.spf_terms(record):
        if not mail_dns.asks(name):
            continue
        count += 1
        if name in ("include", "redirect") and depth < mail_dns.SPF_LOOKUPS and "%" not in value:
            inner = mail_dns.spf_records(await dns.texts(value))
            count += await _lookups(dns, inner[0], depth + 1) if inner else 0
        if count > 2 * mail_dns.SPF_LOOKUPS:
            break
    return count


async def _dkim(dns: Dns, sender: SenderDomain) -> Finding:
    there = {name: mail_dns.key_in(await dns.texts(name)) for name in sender.keys}
    for name, key in sender.keys.items():
        if key and there[name] != key:
            what = f"{name} holds another key" if there[name] else f"there is no key at {name}"
            write = [txt(name, f"v=DKIM1; k=rsa; p={key}")]
            return Finding("DKIM", "bad", f"{what}: what we sign is not believed", write)
    found = [name for name, key in there.items() if key]
    gone = [name for name in sender.keys if not there[name] and mail_dns.withdrawn(await dns.texts(name))]
    if gone and not found:
        return Finding("DKIM", "bad", f"the key at {gone[0]} was withdrawn (p= is empty): write one anew")
    if not found:
        what = f"no key is found ({', '.join(sender.keys) or 'no name of one is known'})"
        tell = f"the records to write are in {sender.where}" if sender.where else "see NURTURE_DKIM"
        return Finding(
            "DKIM", "bad" if sender.keys else "look", f"{what}; {tell}; NURTURE_DKIM_SELECTORS names it"
        )
    weak = [name for name in found if 0 < mail_dns.bits_about(there[name]) < 1024]
    if weak:
        return Finding("DKIM", "bad", f"the key at {weak[0]} is too short: 2048 bits")
    return Finding("DKIM", "ok", ", ".join(found))


async def _dmarc(dns: Dns, sender: SenderDomain) -> Finding:
    at, record = await _dmarc_record(dns, sender.domain)
    if not record:
        write = [txt(f"_dmarc.{sender.domain}", f"v=DMARC1; p=none; rua=mailto:{sender.reports_to}")]
        return Finding(
            "DMARC", "bad", "there is no record: large mailbox providers refuse bulk mail without", write
        )
    tags = mail_dns.tags(record)
    signers = await _signers(dns, sender)
    by_dkim = any(
        mail_dns.aligned(signer, sender.domain, strict=tags.get("adkim") == "s") for signer in signers
    )
    by_spf = sender.ours and mail_dns.aligned(
        sender.returns_to, sender.domain, strict=tags.get("aspf") == "s"
    )
    if not sender.keys and not sender.ours:
        what = f"p={tags.get('p', '')} at {at}; whether DKIM is aligned cannot be seen: {NAME_KEYS}"
        return Finding("DMARC", "look", what)
    if not by_dkim and not by_spf:
        what = f"neither DKIM nor SPF is aligned with {sender.domain}: sign with d={sender.domain}"
        return Finding("DMARC", "bad", what)
    by = " and ".join(name for name, holds in (("DKIM", by_dkim), ("SPF", by_spf)) if holds)
    if tags.get("p", "").lower() not in ("none", "quarantine", "reject"):
        return Finding("DMARC", "bad", f"{at} has no p=: write p=none, p=quarantine or p=reject")
    state: State = "ok" if by_dkim else "look"
    inherited = at != f"_dmarc.{sender.domain}" and "sp" in tags
    policy = f"sp={tags['sp']}" if inherited else f"p={tags['p']}"
    return Finding("DMARC", state, f"{policy} at {at}, aligned by {by}")


async def _signers(dns: Dns, sender: SenderDomain) -> list[str]:
    """Domains whose signatures are believed: their keys are there."""
    there = {name: mail_dns.key_in(await dns.texts(name)) for name in sender.keys}
    good = [name for name, key in sender.keys.items() if there[name] and key in ("", there[name])]
    return [name.partition("._domainkey.")[2] for name in good]


async def _dmarc_record(dns: Dns, domain: str) -> tuple[str, str]:
    """Its own, or that of the nearest parent that has one."""
    while domain.count("."):
        if record := mail_dns.dmarc_record(await dns.texts(f"_dmarc.{domain}")):
            return f"_dmarc.{domain}", record
        domain = domain.partition(".")[2]
    return "", ""


async def _mx(dns: Dns, sender: SenderDomain) -> Finding:
    found = [one for one in await dns.exchangers(sender.domain) if one]
    if not found:
        write = [f"{sender.domain}. MX 10 your-mail-server.{sender.domain}."]
        return Finding(
            "MX", "bad", f"{sender.domain} takes no mail: replies are lost, receivers mistrust it", write
        )
    return Finding("MX", "ok", ", ".join(found[:3]))


async def check_server(dns: Dns, host: str) -> Finding:
    """Each address of a mail server has a name that leads back to it."""
    try:
        addresses = [host] if host.replace(".", "").isdigit() else await dns.addresses(host)
        for address in addresses:
            names = await dns.names_of(address)
            if not names:
                what = f"{address} has no name (PTR): ask whoever gave you the address to set it"
                return Finding("PTR", "bad", what, [f"{_reverse(address)} PTR {host}."])
            if address not in [found for name in names for found in await dns.addresses(name)]:
                what = f"{address} is called {names[0]}, which does not lead back to it"
                return Finding("PTR", "bad", what, [f"{names[0]}. A {address}"])
    except NoDns as error:
        return Finding("PTR", "look", f"the DNS does not answer ({error})")
    if not addresses:
        return Finding("PTR", "bad", f"{host} has no address")
    return Finding("PTR", "ok", f"{host}, {', '.join(addresses)}")


def _reverse(address: str) -> str:
    if ":" in address:
        return f"{address} (its ip6.arpa name)"
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa."
