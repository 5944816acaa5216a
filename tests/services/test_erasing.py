"""Of somebody who is erased nothing is left but a hash, what is counted still adds up, and nothing brings
them back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select

from nurture.services.audit import audit
from nurture.services.erasing import erase
from nurture.services.erasing_rows import DELETED, EMPTIED, NOT_THEIRS
from nurture.services.event_leads import FORGOTTEN, LeadRef
from nurture.services.importing import Wanted, run_import
from nurture.services.importing_columns import match_columns
from nurture.services.importing_csv import scan
from nurture.services.ingest import NewEvent, ingest
from nurture.services.merge import merge
from nurture.services.preferences import Choice, choose, shown
from nurture.services.suppress import suppressed
from nurture.services.tracking import Visitor, click
from nurture.services.unsubscribe import unsubscribe
from nurture.store import tables as t
from nurture.store.queries.lead_record import PARTS
from nurture.store.session import Store
from tests.fixtures.content import MONDAY, SECRET, make_house
from tests.rows import Rows

ZQ = f"zq{secrets.token_hex(6)}"
"""Occurs nowhere else."""
EMAIL = f"{ZQ}@{ZQ}.example"
PERSON = Visitor("GET", "Mozilla", "")


def everywhere(rows: Rows) -> str:
    """A lead of whom every table tells, by her name or by her address."""
    at = MONDAY
    company = rows.put(t.accounts, domain=f"{ZQ}.example", name=ZQ, fields={"owner": ZQ}, created_at=at)
    lead = rows.lead(
        email=EMAIL,
        first_name=ZQ,
        last_name=ZQ,
        phone=f"+49 {ZQ}",
        fields={"industry": ZQ},
        tags=[ZQ],
        account_id=company,
        consent="express",
    )
    other = rows.lead(email=f"old.{EMAIL}", first_name=ZQ)
    rows.store.write_sync(merge, make_house(rows.store).desk.clock, other, lead)
    incident = rows.put(t.incidents, id=ZQ, kind="smtp", text=f"refused {EMAIL.upper()}", at=at)
    journey = rows.journey(lead, cause=f"form {ZQ}", key=ZQ, incident=incident, state="open")
    of_it: dict[str, Any] = {"lead_id": lead, "journey_id": journey}
    sends = [
        rows.send(
            lead,
            journey,
            step=state,
            state=state,
            recipient=EMAIL,
            body=ZQ.encode(),
            links=[f"https://ours.example/?for={ZQ}"],
            answers={"now": ZQ},
            owner=journey,
        )
        for state in ("sent", "claimed", "inflight", "retry")
    ]
    rows.line(lead=lead, journey=journey, reason=f"{ZQ} is known", detail={"is": ZQ})
    event = rows.event(lead, key=ZQ, data={"name": ZQ}, reasons=[ZQ], send_id=sends[0], looked_at=None)
    wait = {"token": ZQ, "kind": "until", "name": ZQ, "condition": {"lines": [ZQ]}, "since": at}
    rows.put(t.waits, **of_it, **wait)
    rows.put(t.points, lead_id=lead, event_id=event, rule="form", points=3, at=at, policy="p", key=ZQ)
    rows.handoff(lead, journey, note=ZQ, bant={"need": ZQ}, context={"did": [ZQ]})
    more: dict[Table, dict[str, Any]] = {
        t.identities: {"kind": "email", "value": f"once.{EMAIL}"},
        t.list_members: {"list": ZQ, "at": at},
        t.segment_members: {"segment": "warm", "since": at},
        t.score_levels: {"level": "hot", "score": 9, "since": at},
        t.qualifications: {"item": "need", "value": ZQ, "source": "form", "at": at, "key": ZQ},
        t.held_leads: {"campaign": "guide", "cause": ZQ, "reason": "canary", "at": at},
        t.backlog: {"campaign": "guide", "team": "x", "score": 3, "reason": ZQ, "created_at": at},
        t.crm_links: {
            "crm": "webhook",
            "base": {"n": ZQ},
            "kept": {"n": ZQ},
            "pushed": {"n": ZQ},
            "error": ZQ,
        },
        t.crm_parked: {"crm": "webhook", "key": ZQ, "what": "value", "reason": ZQ, "at": at},
    }
    for table, values in more.items():
        rows.put(table, lead_id=lead, **values)
    record = {"kind": "deal", "external_id": ZQ, "fields": {"name": ZQ}, "created_at": at, "updated_at": at}
    owner = rows.put(t.records, lead_id=lead, **record)
    rows.put(t.coming_dates, campaign="renewal", owner=owner, at=at)
    rows.put(t.wordings, hash=ZQ, text=f"Yes, write to {ZQ}", at=at)
    given = {"purpose": "marketing", "state": "given", "at": at, "source": ZQ, "proof": {"ip": ZQ}}
    rows.put(t.consents, lead_id=lead, **given, wording=ZQ)
    shadow = {"key": "s", "team": "x", "context": {"name": ZQ}, "created_at": at}
    rows.put(t.shadows, **of_it, **shadow)
    raw = rows.put(t.inbox, source="sendgrid", key="1", body=EMAIL.encode(), received_at=at, state="done")
    told = {"provider": "sendgrid", "key": "1", "told": "delivered", "address": ZQ, "inbox_id": raw}
    rows.put(t.provider_events, lead_id=lead, send_id=sends[0], **told, occurred_at=at, received_at=at)
    rows.put(
        t.outbox, kind="crm", record=lead, key="c", payload={"lead": lead, "values": {"n": ZQ}}, created_at=at
    )
    return lead


def grep(conn: Connection) -> Iterator[str]:
    """Every column of every table in which she is named."""
    for table in t.metadata.tables.values():
        for row in conn.execute(select(table)).mappings():
            for name, value in row.items():
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if ZQ in text.lower():
                    yield f"{table.name}.{name}"


def bytes_of(file: Path) -> bytes:
    """With the log of its changes."""
    return file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()


def count(conn: Connection, table: Any) -> int:
    return conn.scalar(select(func.count()).select_from(table)) or 0


async def test_nothing_is_left_of_her_and_all_still_adds_up(store: Store, tmp_path: Path) -> None:
    house, rows = make_house(store), Rows(store)
    house.desk.crm = True
    rows.campaign()
    other = rows.lead(first_name="Ben")
    rows.send(other, going_on := rows.journey(other))
    rows.line(other, going_on)
    lead = everywhere(rows)
    before = sorted(set(store.read_sync(lambda conn: list(grep(conn)))))
    assert {one.partition(".")[0] for one in before} >= {"leads", "accounts", "events", "inbox", "wordings"}
    sends = store.read_sync(count, t.sends)
    gone = house.do(erase, house.desk, lead)
    assert gone["journeys ended"] == 1
    assert store.read_sync(lambda conn: list(grep(conn))) == []
    if store.is_sqlite:
        store.tidy()
        assert ZQ.encode() not in bytes_of(Path(str(store.url.database)))
    assert store.read_sync(count, t.sends) == sends
    found = await audit(store, house.desk.clock, None)
    assert [one.name for one in found.findings if not one.holds and one.weight == "red"] == []
    assert (found.balance["ended"], found.balance["lost"]) == (1, 0)
    assert found.sends == {"cancelled": 2, "sent": 2, "unknown": 1}
    row = store.read_sync(lambda conn: conn.execute(select(t.leads).where(t.leads.c.id == other)).one())
    assert (row.first_name, row.erased_at) == ("Ben", None)
    told = select(t.outbox.c.payload).where(t.outbox.c.kind == "crm", t.outbox.c.state == "open")
    whole = store.read_sync(lambda conn: [(one["what"], one["lead"]) for one in conn.scalars(told)])
    assert whole == [("erasure", lead)]


def test_nothing_brings_her_back(store: Store, tmp_path: Path) -> None:
    house, rows = make_house(store), Rows(store)
    lead = everywhere(rows)
    house.do(erase, house.desk, lead)
    people = store.read_sync(count, t.leads)
    file = tmp_path / "people.csv"
    file.write_text(f"email,first_name\n{EMAIL.upper()},{ZQ}\nonce.{EMAIL},{ZQ}\nben@people.example,Ben\n")
    source = scan(file)
    dictionary = store.read_sync(house.desk.library.rules).dictionary
    columns = match_columns(source.header, dictionary, {})
    wanted = Wanted(columns, dictionary, consent="fair", secrets=house.desk.secrets)
    report = run_import(store, house.desk.clock, source, wanted, tmp_path / "refused.csv")
    assert (report.created, report.refused) == (1, 2)
    assert [why for _, why in report.reasons] == [(FORGOTTEN,), (FORGOTTEN,)]
    event = NewEvent("api", "1", "form.submitted", LeadRef(email=EMAIL), data={"form": "guide"})
    (taken,) = house.do(ingest, house.desk.clock, [event], secrets=house.desk.secrets)
    assert (taken.status, taken.reason) == ("refused", FORGOTTEN)
    assert store.read_sync(count, t.leads) == people + 1
    assert list(store.read_sync(lambda conn: list(grep(conn)))) == []
    assert store.read_sync(suppressed, (SECRET,), EMAIL) == "erased"


def test_her_old_mails_still_work(store: Store) -> None:
    house, rows = make_house(store), Rows(store)
    lead = everywhere(rows)
    send = store.read_sync(lambda conn: conn.scalar(select(t.sends.c.id).where(t.sends.c.state == "sent")))
    house.do(erase, house.desk, lead)
    noted = store.read_sync(count, t.events)
    assert house.do(unsubscribe, house.desk, lead, "buyers-guide", "one-click") is False
    assert house.do(choose, house.desk, lead, "buyers-guide", Choice(frozenset(), months=1)) is False
    assert store.read_sync(shown, house.desk, lead).gone is False
    assert house.do(click, house.desk.clock, send, 0, PERSON) is None
    assert house.do(click, house.desk.clock, send, -1, PERSON) is None
    assert store.read_sync(count, t.events) == noted
    assert sum(house.do(erase, house.desk, lead).get(name, 0) for name in ("journeys ended", "records")) == 0


def test_who_comes_to_a_table_of_people_says_what_becomes_of_its_rows() -> None:
    """Whoever adds a table that names a lead or a journey decides whether it tells of the person."""
    theirs = {
        table.name
        for table in t.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table in (t.leads, t.journeys)
    } - {"leads"}
    decided = {table.name for table in DELETED} | {one.table.name for one in EMPTIED} | set(NOT_THEIRS)
    assert sorted(theirs - decided - {"coming_dates"}) == []
    shown_too = {table.name for table, _ in PARTS.values()} | {"consents", "arms", "measured", "move_rows"}
    assert sorted(theirs - shown_too - {"waits"}) == []
