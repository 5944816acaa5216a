"""Companies, known by the domain of their people's addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from nurture.services.addresses import company_domain
from nurture.services.lead_values import Stored
from nurture.store.columns import new_id
from nurture.store.tables import accounts
from nurture.store.upserts import insert_unless_there

COLUMNS = ("name", "country")


@dataclass
class KnownAccount:
    id: str
    values: dict[str, Stored]
    """By whole names; the domain is one of them."""
    changed: set[str] = field(default_factory=set)

    def take(self, given: Mapping[str, Stored]) -> tuple[str, ...]:
        """The names of those that have another value now."""
        new = {
            name: value
            for name, value in given.items()
            if name.startswith("account.") and self.values.get(name) != value
        }
        self.values |= new
        self.changed |= new.keys()
        return tuple(new)

    def row(self) -> dict[str, object]:
        plain = {name.removeprefix("account."): value for name, value in self.values.items()}
        columns = {f"new_{name}": plain.pop(name, None) for name in COLUMNS}
        plain.pop("domain")
        return {"account": self.id, **columns, "new_fields": plain}


def domain_of(email: str, values: Mapping[str, Stored]) -> str | None:
    """The one that was given, else the address's unless it is one of personal mail."""
    given = values.get("account.domain")
    return str(given) if given else company_domain(email)


def load_accounts(conn: Connection, domains: Collection[str], now: datetime) -> dict[str, KnownAccount]:
    """By domain; makes those that are missing. Locks them: before any lead is locked."""
    known = _load(conn, domains)
    missing = sorted(set(domains) - known.keys())
    if missing:
        rows = [{"id": new_id(), "domain": domain, "fields": {}, "created_at": now} for domain in missing]
        conn.execute(insert_unless_there(conn, accounts), rows)
    return known | _load(conn, missing)


def save_accounts(conn: Connection, known: Iterable[KnownAccount]) -> None:
    rows = [account.row() for account in known if account.changed]
    if rows:
        statement = update(accounts).where(accounts.c.id == bindparam("account"))
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*COLUMNS, "fields")}
        conn.execute(statement.values(values), rows)


def _load(conn: Connection, domains: Collection[str]) -> dict[str, KnownAccount]:
    if not domains:
        return {}
    found = conn.execute(
        select(accounts).where(accounts.c.domain.in_(domains)).order_by(accounts.c.id).with_for_update()
    )
    return {
        row["domain"]: KnownAccount(
            row["id"],
            {
                f"account.{name}": value
                for name, value in {**row["fields"], **{n: row[n] for n in ("domain", *COLUMNS)}}.items()
                if value is not None
            },
        )
        for row in found.mappings()
    }
