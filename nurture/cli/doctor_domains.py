"""What `nurture doctor` looks at in the DNS, for each domain that mails come from."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from nurture.authoring.accounts_file import load_accounts
from nurture.cli.doctor_checks import Line, home, is_local
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
        ways = _ways(settings)
    except (NoDns, NurtureError) as error:
        return [Line("domains", "bad", str(error))]
    looks = []
    for name in _domains(settings):
        by = {account: own for account, (own, carried) in ways.items() if not carried or name in carried}
        looks.append(_of_domain(dns, {account: _domain(own, name, signer) for account, own in by.items()}))
    servers = [await _server(dns, own) for own, _ in ways.values()]
    found = [*await asyncio.gather(*looks), *servers]
    return [
        *dict.fromkeys(line for lines in found for line in lines),
        await _one_click(home(settings), settings),
    ]


def _ways(settings: Settings) -> Mapping[str, tuple[Settings, Collection[str]]]:
    """Account -> its settings, and the only domains that it carries, if any are named."""
    accounts = load_accounts(settings.accounts)
    if accounts is None:
        return {"": (settings, ())}
    return {name: (settings.of_account(name), one.senders) for name, one in accounts.accounts.items()}


async def _of_domain(dns: Dns, by: Mapping[str, SenderDomain]) -> list[Line]:
    """What holds for several accounts alike is said once."""
    said: dict[Finding, list[str]] = {}
    for account, domain in by.items():
        async for finding in check_domain(dns, domain):
            said.setdefault(replace(finding, write=tuple(finding.write)), []).append(account)
    lines = []
    for finding, accounts in said.items():
        name = next(domain.domain for domain in by.values())
        all_of_several = len(accounts) == len(by) > 1
        whose = "" if all_of_several or not any(accounts) else f" by {', '.join(accounts)}"
        lines.append(_line(finding, f" {name}{whose}"))
    return lines


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
        returns_to=((ours and settings.bounce_address) or settings.sender_address).rpartition("@")[2].lower(),
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


async def _one_click(base: str, settings: Settings) -> Line:
    """RFC 8058: https, an answer without a redirect, and both headers signed."""
    address = f"{base}/u/doctor"
    if urlsplit(address).scheme != "https" or is_local(urlsplit(address).hostname or ""):
        return Line("one-click", "bad", f"{base}: mail programs want https; set NURTURE_BASE_URL")
    http = Http(internal=settings.hosts_inside)
    try:
        reply = await http.get(address)
    except CallFailed as failed:
        return Line("one-click", "look", f"{base} cannot be reached from here ({failed.kind})")
    finally:
        await http.close()
    if not reply.ok:
        return Line("one-click", "bad", f"{base}/u/ answers {reply.status}: it must be 200")
    return Line("one-click", "ok", f"{base}/u/ answers; DKIM must cover both List-Unsubscribe headers")
