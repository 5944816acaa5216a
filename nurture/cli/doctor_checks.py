"""What `nurture doctor` looks at, each with its own answer: one that fails hides none of the others."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from nurture.authoring.accounts_file import load_accounts
from nurture.cli.content import select as select_content
from nurture.cli.opening import reached, temporal_address
from nurture.cli.wording import moment, of_them, span
from nurture.client import namespace
from nurture.client.examining import examine
from nurture.client.hibernation import hibernation_works
from nurture.delivery.asking_trial import try_lookup
from nurture.delivery.registry import AccountWrong, lookups
from nurture.delivery.registry import provider as made
from nurture.delivery.smtp_pool import OpenLine, SmtpSettings
from nurture.delivery.smtp_trial import TROUBLE, try_smtp
from nurture.domain.errors import NurtureError
from nurture.secrets_file import NAME
from nurture.services.backup import last
from nurture.services.channels import resting_ones
from nurture.services.hold import standstill
from nurture.settings import Settings
from nurture.store.columns import db_now
from nurture.store.migrate import check_schema
from nurture.store.queries.installation import the_installation
from nurture.store.session import Store

SKEW = timedelta(seconds=30)
FREE = 1_000_000_000
"""Bytes."""
BACKUP_OLD = timedelta(days=2)
ADDRESS = "address"


@dataclass(frozen=True)
class Line:
    name: str
    state: Literal["ok", "look", "bad"]
    what: str
    write: tuple[str, ...] = ()
    """Records for the DNS that would mend it."""


def look(settings: Settings) -> Iterator[Line]:
    found = list(_database(settings))
    yield from found
    if not any(line.name == ADDRESS for line in found):
        yield _of_address(settings.web_url, settings)
    yield _secret(settings)
    yield _disk(settings)
    yield _content(settings)


async def look_outside(settings: Settings) -> list[Line]:
    return [*await _temporal(settings), *await _mails(settings)]


def has_database(settings: Settings) -> bool:
    """To look at it must not make it."""
    return not settings.database.startswith("sqlite:///") or Path(settings.database[10:]).is_file()


def home(settings: Settings) -> str:
    """Where it runs, also when its port was chosen at the start."""
    if not has_database(settings):
        return settings.web_url
    store = Store(settings.database)
    try:
        return store.read_sync(_home, settings)
    except (SQLAlchemyError, NurtureError):
        return settings.web_url
    finally:
        store.close()


def _database(settings: Settings) -> Iterator[Line]:
    if not has_database(settings):
        yield Line("database", "bad", f"there is none at {settings.database[10:]}: start with `nurture up`")
        return
    store = Store(settings.database)
    try:
        check_schema(store)
        yield Line("database", "ok", f"{store.url.get_backend_name()}, with this version's schema")
        for check in (_clock, _sending, _address, _backup):
            yield store.read_sync(check, settings)
    except SQLAlchemyError as error:
        yield Line("database", "bad", f"it does not answer ({type(error).__name__})")
    except NurtureError as error:
        yield Line("database", "bad", str(error))
    finally:
        store.close()


def _clock(conn: Connection, _settings: Settings) -> Line:
    there = conn.execute(select(db_now())).scalar_one()
    apart = abs(datetime.now(UTC) - there)
    what = f"machine and database are {span(apart)} apart"
    return Line("clocks", "ok" if apart < SKEW else "bad", what)


def _sending(conn: Connection, settings: Settings) -> Line:
    row = the_installation(conn)
    stopped = standstill(conn, _home(conn, settings), namespace())
    if stopped:
        return Line("sending", "look", f"nothing goes out, {stopped.kind}: {stopped.reason}")
    if rests := resting_ones(conn):
        words = "; ".join(f"{name} cannot be used: {one.reason}" for name, one in sorted(rests.items()))
        return Line("sending", "bad", f"{words}: see `nurture channels`")
    clock = f", on the {row.clock} clock" if row else ", never started yet"
    return Line("sending", "ok", f"not stopped{clock}; delivery: {settings.delivery}")


def _backup(conn: Connection, _settings: Settings) -> Line:
    made = last(conn)
    if made is None:
        return Line("backup", "look", "none was ever made by `nurture backup`")
    old = datetime.now(UTC) - made > BACKUP_OLD
    return Line("backup", "look" if old else "ok", f"the latest is of {moment(made)}")


def _home(conn: Connection, settings: Settings) -> str:
    """Without a base URL of its own the port may have been chosen when it was started."""
    row = the_installation(conn)
    return settings.base_url or (row.base_url if row else settings.web_url)


def _address(conn: Connection, settings: Settings) -> Line:
    return _of_address(_home(conn, settings), settings)


def _of_address(url: str, settings: Settings) -> Line:
    parts = urlsplit(url)
    if is_local(parts.hostname or ""):
        what = f"{url}: recipients elsewhere cannot reach it; set NURTURE_BASE_URL"
        return Line(ADDRESS, "ok" if settings.delivery == "catch" else "look", what)
    if parts.scheme != "https":
        return Line(ADDRESS, "bad", f"{url}: links in mails need https")
    return Line(ADDRESS, "ok", url)


def is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secret(settings: Settings) -> Line:
    if settings.given_secrets:
        return Line("secret", "ok", f"{of_them(len(settings.given_secrets), 'secret')} from NURTURE_SECRET")
    path = settings.data_dir / NAME
    if not path.exists():
        return Line("secret", "look", f"{path} is made at the first start")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Line("secret", "bad", f"others can read {path} (mode {mode:o}): chmod 600 it")
    return Line("secret", "ok", f"{path}, readable by its owner alone; keep a copy of it")


def _disk(settings: Settings) -> Line:
    here = next(
        path
        for path in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents)
        if path.exists()
    )
    free = shutil.disk_usage(here).free
    return Line("disk", "ok" if free >= FREE else "bad", f"{free / 1e9:.1f} GB free at {here}")


def _content(settings: Settings) -> Line:
    try:
        found = select_content([settings.content_dir])
    except NurtureError as error:
        return Line("content", "bad", str(error))
    count = sum(len(content.campaigns) for content in found.contents.values())
    problems = len(set(found.errors))
    if problems:
        return Line("content", "bad", f"{of_them(problems, 'problem')}: see `nurture check`")
    return Line("content", "ok", f"{of_them(count, 'campaign')} without a problem")


async def _temporal(settings: Settings) -> list[Line]:
    client = await reached(settings)
    if client is None:
        address = temporal_address(settings) or "no address is known"
        return [Line("Temporal", "bad", f"it does not answer ({address}): `nurture up` brings its own")]
    found = await examine(client)
    days = found.retention / timedelta(days=1)
    lines = [Line("Temporal", "ok", f"{found.version}, namespace {client.namespace}, keeps {days:g} days")]
    if found.missing:
        lines.append(
            Line("attributes", "bad", f"missing: {', '.join(found.missing)}; `nurture up` adds them")
        )
    if not found.keeps_long_enough:
        lines.append(Line("retention", "bad", f"{days:g} days are too few: at least 3"))
    if settings.hibernate == "off":
        return [*lines, Line("hibernation", "look", "switched off: waits stay in their runs")]
    works = await hibernation_works(client)
    what = "tried: long waits sleep" if works else "this server mistimes it: waits stay in their runs"
    return [*lines, Line("hibernation", "ok" if works else "look", what)]


async def _mails(settings: Settings) -> list[Line]:
    """One line for each account."""
    try:
        accounts = load_accounts(settings.accounts)
        if accounts:
            made(settings, accounts)
    except NurtureError as error:
        return [Line("mail", "bad", str(error))]
    if accounts is None:
        return [await _mail(settings)]
    lines = [(name, await _mail(settings.of_account(name))) for name in accounts.accounts]
    return [replace(line, what=f"{name}: {line.what}") for name, line in lines]


async def _mail(settings: Settings) -> Line:
    if settings.mail_account.provider != "smtp":
        return await _account(settings)
    server = settings.mail_server
    where = f"{server.host}:{server.port}"
    try:
        made(settings)
        offers = await try_smtp(
            SmtpSettings(
                server.host, server.port, server.user, server.password, server.tls, connect_seconds=5
            )
        )
    except (AccountWrong, OpenLine) as wrong:
        return Line("mail", "bad", str(wrong))
    except TROUBLE as error:
        caught = settings.delivery == "catch"
        hint = "; `nurture up` brings the catcher, on this port or another" if caught else ""
        what = f"{where} does not take mail ({type(error).__name__}){hint}"
        return Line("mail", "look" if caught else "bad", what)
    known = ", signed in" if server.user else ""
    return Line("mail", "ok", f"{where} answers{known}{f'; it offers {offers}' if offers else ''}")


async def _account(settings: Settings) -> Line:
    """Of a provider with an API: without sending nothing can be tried but asking it."""
    name = settings.mail_account.provider
    try:
        made(settings)
        asked = lookups(settings)
    except AccountWrong as wrong:
        return Line("mail", "bad", str(wrong))
    if not settings.mail_webhook_keys:
        what = f"by {name}; without NURTURE_MAIL_WEBHOOK_KEY nobody learns of bounces and complaints"
        return Line("mail", "look", what)
    for lookup in asked.values():
        if trouble := await try_lookup(lookup):
            return Line("mail", "look", f"by {name}; asked what became of a mail it cannot tell: {trouble}")
    known = f"by {name}, which answers; " if asked else f"by {name}; "
    return Line("mail", "ok", f"{known}its webhook is {home(settings)}/hooks/{name}")
