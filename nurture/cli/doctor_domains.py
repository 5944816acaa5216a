"""What `nurture doctor` looks at in the DNS, for each domain that mails come from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from nurture.cli.doctor_checks import Line, is_local
from nurture.delivery.dkim_signing import DkimSigner, signing
from nurture.delivery.dns.asking import Dns, NoDns
from nurture.delivery.dns.checking import Finding, SenderDomain, check_domain, check_server
from nurture.delivery.dns.known import KNOWN, Wanted
from nurture.domain.errors import NurtureError
from nurture.http import CallFailed, Http
from nurture.services.library import Library
from nurture.settings import Settings
from nurture.store.session import Store


async def look_at_domains(settings: Settings) -> list[Line]:
    """Nothing while no sender is set: mail is caught then."""
    if not settings.sender_address:
        return []
    try:
        dns, signer = Dns(settings.dns), signing(settings.dkim.get_secret_value())
    except (NoDns, NurtureError) as error:
        return [Line("domains", "bad", str(error))]
    domains = [_domain(settings, name, signer) for name in _domains(settings)]
    found = await asyncio.gather(*(_lines(dns, domain) for domain in domains))
    return [
        *(line for lines in found for line in lines),
        *await _server(dns, settings),
        await _one_click(settings),
    ]


async def _lines(dns: Dns, domain: SenderDomain) -> list[Line]:
    return [_line(finding, f" {domain.domain}") async for finding in check_domain(dns, domain)]


def _line(finding: Finding, of: str = "") -> Line:
    return Line(f"{finding.name}{of}", finding.state, finding.what, tuple(finding.write))


def _domains(settings: Settings) -> list[str]:
    addresses = [settings.sender_address, *_senders(settings)]
    return list(dict.fromkeys(address.rpartition("@")[2].lower() for address in addresses))


def _senders(settings: Settings) -> Iterator[str]:
    """Of the dictionary that is in force; no database, none."""
    store = Store(settings.database)
    try:
        rules = store.read_sync(lambda conn: Library().rules(conn))
        yield from (address for _, address in rules.dictionary.senders.values())
    except (SQLAlchemyError, NurtureError):
        return
    finally:
        store.close()


def _domain(settings: Settings, name: str, signer: DkimSigner | None) -> SenderDomain:
    ours = settings.mail_account.provider == "smtp"
    known = Wanted() if ours else KNOWN.get(settings.mail_account.provider, Wanted())
    server = settings.mail_server.host
    names = settings.named_selectors or known.selectors
    keys = {f"{selector}._domainkey.{name}": "" for selector in names}
    if signer and (key := signer.key_of(name)) and ours:
        keys = {key.record[0]: key.public}
    return SenderDomain(
        domain=name,
        returns_to=(settings.bounce_address or settings.sender_address).rpartition("@")[2].lower(),
        ours=ours,
        spf=known.spf if not ours else (() if is_local(server) else (f"a:{server}",)),
        keys=keys,
        where=known.where,
        reports_to=f"postmaster@{name}",
    )


async def _server(dns: Dns, settings: Settings) -> list[Line]:
    """A provider cares for the names of its own servers."""
    server = settings.mail_server.host
    if settings.mail_account.provider != "smtp" or settings.delivery == "catch" or is_local(server):
        return []
    return [_line(await check_server(dns, server))]


async def _one_click(settings: Settings) -> Line:
    """RFC 8058: https, an answer without a redirect, and both headers signed."""
    address = f"{settings.web_url}/u/doctor"
    if urlsplit(address).scheme != "https" or is_local(urlsplit(address).hostname or ""):
        return Line("one-click", "bad", f"{settings.web_url}: mail programs want https; set NURTURE_BASE_URL")
    http = Http(internal=settings.hosts_inside)
    try:
        reply = await http.get(address)
    except CallFailed as failed:
        return Line("one-click", "look", f"{settings.web_url} cannot be reached from here ({failed.kind})")
    finally:
        await http.close()
    if not reply.ok:
        return Line("one-click", "bad", f"{settings.web_url}/u/ answers {reply.status}: it must be 200")
    return Line(
        "one-click", "ok", f"{settings.web_url}/u/ answers; DKIM must cover both List-Unsubscribe headers"
    )
