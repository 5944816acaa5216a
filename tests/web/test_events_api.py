from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from nurture.clock import RealClock
from nurture.services.api_keys import create_key, revoke_key
from nurture.store.session import Store
from nurture.store.tables import events, identities, leads
from nurture.web import key_ring
from tests.rows import Rows

Client = httpx.AsyncClient
Event = dict[str, Any]


def an_event(number: int = 1, **given: Any) -> Event:
    return {"id": f"e-{number}", "type": "page.viewed", "lead": {"email": "ann@ours.example"}, **given}


async def post(client: Client, key: str, what: Any, **headers: str) -> httpx.Response:
    given = {
        "Authorization": f"Bearer {key}",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    return await client.post("/api/events", json=what, headers=given)


def stored(store: Store) -> list[Any]:
    return store.read_sync(lambda conn: list(conn.execute(select(events).order_by(events.c.id))))


async def test_one_event_is_stored_raw_and_left_to_the_relay(client: Client, key: str, store: Store) -> None:
    poked: list[bool] = []
    store.listen(lambda: poked.append(True))
    answer = await post(
        client, key, an_event(data={"path": "/prices", "deep": {"list": [1, 2.5, None, True]}})
    )
    assert answer.status_code == 202
    assert answer.json() == {"id": "e-1", "status": "accepted"}
    (row,) = stored(store)
    assert (row.source, row.key, row.type) == ("api:website", "e-1", "page.viewed")
    assert row.data == {"path": "/prices", "deep": {"list": [1, 2.5, None, True]}}
    assert row.judge_at == row.received_at == row.occurred_at
    assert row.looked_at is None
    assert row.verdict is None
    assert poked


async def test_the_same_id_again_is_the_same_event(client: Client, key: str, store: Store) -> None:
    first = await post(client, key, an_event())
    again = await post(client, key, an_event(data={"path": "/other"}))
    assert (first.json()["status"], again.json()["status"]) == ("accepted", "duplicate")
    assert again.status_code == 202
    assert [row.data for row in stored(store)] == [{}]


async def test_two_keys_may_use_the_same_id(client: Client, key: str, store: Store) -> None:
    other = store.write_sync(create_key, RealClock(), "shop")
    answers = [await post(client, given, an_event()) for given in (key, other)]
    assert [answer.json()["status"] for answer in answers] == ["accepted", "accepted"]


async def test_the_header_is_the_id_of_a_single_event(client: Client, key: str, store: Store) -> None:
    event = an_event()
    del event["id"]
    for expected in ("accepted", "duplicate"):
        answer = await post(client, key, event, Idempotency_Key="k-9")
        assert answer.json() == {"id": "k-9", "status": expected}
    without = await post(client, key, event)
    assert without.status_code == 422
    assert without.json()["reason"] == "id: field required"


async def test_one_bad_event_leaves_the_others_alone(client: Client, key: str, store: Store) -> None:
    bad: list[Any] = [
        an_event(2, type="nothing"),
        an_event(3, type="email.clicked"),
        an_event(4, lead={"id": "0190b0a0-0000-7000-8000-000000000000"}),
        an_event(5, lead={"id": "no uuid"}),
        an_event(6, lead={"identity": {"kind": "crm", "value": "77"}}),
        an_event(7, lead={"email": "nonsense"}),
        an_event(8, lead={}),
        an_event(9, lead={"email": "a@ours.example", "id": "x"}),
        an_event(10, data={"text": "a\0b"}),
        an_event(11, data={"number": 10**30}),
        an_event(12, data={"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": 1}}}}}}}}}),
        an_event(13, occurred_at=1700000000),
        an_event(14, occurred_at="2026-03-02T10:00:00"),
        an_event(15, unexpected=True),
        "not even an object",
        {"id": 5, "type": "page.viewed", "lead": {"email": "b@ours.example"}},
        an_event(16, id="a\0b"),
        an_event(17, lead={"email": "a\0b@ours.example"}),
    ]
    answer = await post(client, key, {"events": [an_event(1), *bad, an_event(99)]})
    assert answer.status_code == 202
    found = answer.json()
    assert (found["accepted"], found["duplicate"], found["refused"]) == (2, 0, len(bad))
    assert [row.key for row in stored(store)] == ["e-1", "e-99"]
    reasons = [event.get("reason", "") for event in found["events"]]
    assert reasons[0] == reasons[-1] == ""
    assert all(reasons[1:-1])
    assert reasons[1:6] == [
        "type: expected words with a dot between, such as page.viewed",
        "type: Nurture makes events of this type itself".replace("Nurture", "nurture"),
        "no lead has this id; give lead.email to make one",
        "no lead has this id; give lead.email to make one",
        "no lead has this identity of kind crm; give lead.email to make one",
    ]
    assert not any("ours.example" in reason for reason in reasons)


async def test_half_a_character_costs_one_event(client: Client, key: str, store: Store) -> None:
    half = "\\ud83d"
    raw = json.dumps(
        [
            an_event(1, data={"text": "HALF"}),
            an_event(2, data={"HALF": 1}),
            an_event(3, id="HALF"),
            an_event(4, lead={"email": "HALF@ours.example"}),
            an_event(5, lead={"identity": {"kind": "shop", "value": "HALF"}}),
            {**an_event(6), "HALF": 1},
            an_event(7, data={"text": "whole \N{GRINNING FACE}"}),
        ]
    )
    headers = {"Authorization": f"Bearer {key}"}
    content = raw.replace("HALF", half).encode()
    answer = await client.post("/api/events", content=content, headers=headers)
    assert [event["status"] for event in answer.json()["events"]] == ["refused"] * 6 + ["accepted"]
    assert [row.key for row in stored(store)] == ["e-7"]


async def test_twice_in_one_batch_is_one_event(client: Client, key: str, store: Store) -> None:
    found = (await post(client, key, [an_event(1), an_event(1), an_event(2)])).json()
    assert [event["status"] for event in found["events"]] == ["accepted", "duplicate", "accepted"]
    assert len(stored(store)) == 2


async def test_leads_are_found_in_each_way_and_made_from_an_address(
    client: Client, key: str, store: Store, rows: Rows
) -> None:
    known = rows.lead(email="known@ours.example")
    rows.put(identities, lead_id=known, kind="shop", value="c-7")
    merged = rows.lead(email="old@ours.example", merged_into=known)
    batch = [
        an_event(1, lead={"email": " KNOWN@Ours.example"}),
        an_event(2, lead={"id": known}),
        an_event(3, lead={"identity": {"kind": "shop", "value": "c-7"}}),
        an_event(4, lead={"id": merged}),
        an_event(5, lead={"email": "new@ours.example"}),
        an_event(6, lead={"email": "New@Ours.example"}),
    ]
    found = (await post(client, key, batch)).json()
    assert found["accepted"] == 6
    told = [row.lead_id for row in stored(store)]
    assert told[:4] == [known] * 4
    assert told[4] == told[5] != known
    query = select(func.count()).where(leads.c.email == "new@ours.example")
    assert store.read_sync(lambda conn: conn.scalar(query)) == 1


async def test_an_erased_lead_takes_no_events(client: Client, key: str, rows: Rows) -> None:
    erased = rows.lead(email=None, erased_at=rows.now)
    assert (await post(client, key, an_event(lead={"id": erased}))).status_code == 422


@pytest.mark.parametrize(
    ("off", "trusted"),
    [
        (timedelta(days=-6), True),
        (timedelta(days=-8), False),
        (timedelta(minutes=4), True),
        (timedelta(minutes=6), False),
    ],
)
async def test_its_own_time_is_believed_within_bounds(
    client: Client, key: str, store: Store, off: timedelta, trusted: bool
) -> None:
    said = datetime.now(UTC) + off
    await post(client, key, an_event(occurred_at=said.isoformat()))
    (row,) = stored(store)
    if trusted:
        assert row.occurred_at == said
        assert "occurred_at" not in row.data
    else:
        assert row.occurred_at == row.received_at
        assert datetime.fromisoformat(row.data["occurred_at"]) == said


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer nk_wrong", "Basic x", "Bearer \udcff", "Bearer ünknown"]
)
async def test_a_wrong_key_is_401(client: Client, key: str, store: Store, header: str) -> None:
    given = {b"Authorization": header.encode("utf-8", "surrogateescape")}
    answer = await client.post("/api/events", json=an_event(), headers=given)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "API key" in answer.json()["error"]
    assert stored(store) == []


async def test_a_revoked_key_ends(
    client: Client, key: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_ring, "FRESH", 0.0)
    assert (await post(client, key, an_event())).status_code == 202
    store.write_sync(revoke_key, RealClock(), "website")
    assert (await post(client, key, an_event(2))).status_code == 401


async def test_a_renewed_key_keeps_knowing_its_events(client: Client, key: str, store: Store) -> None:
    await post(client, key, an_event())
    renewed = store.write_sync(create_key, RealClock(), "website")
    client.__dict__["_transport"].app.state.site.keys._until = 0
    assert (await post(client, renewed, an_event())).json()["status"] == "duplicate"
    assert (await post(client, key, an_event())).status_code == 401


async def test_the_description_names_the_event(client: Client) -> None:
    found = (await client.get("/api/openapi.json")).json()
    assert set(found["components"]["schemas"]["Event"]["required"]) == {"id", "type", "lead"}
    assert "/api/events" in found["paths"]
    assert "/inbox" not in found["paths"]


async def test_a_reply_belongs_to_the_mail_it_names_or_the_latest(
    client: Client, key: str, store: Store, rows: Rows
) -> None:
    lead = rows.lead(email="ann@ours.example")
    first = rows.send(lead, message_id="<first@ours.example>", created_at=rows.ago(days=2))
    latest = rows.send(lead)
    other = rows.send(rows.lead(), message_id="<other@ours.example>")
    given = [{"in_reply_to": "<first@ours.example>"}, {}, {"in_reply_to": "<other@ours.example>"}]
    batch = [an_event(n, type="email.replied", data=data) for n, data in enumerate(given)]
    assert (await post(client, key, batch)).json()["accepted"] == 3
    assert [row.send_id for row in stored(store)] == [first, latest, latest]
    assert other


async def test_results_are_counted(client: Client, app: FastAPI, key: str) -> None:
    await post(client, key, [an_event(1), an_event(1), an_event(2, type="x")])
    text = (await client.get("/metrics")).text
    for result in ("accepted", "duplicate", "refused"):
        assert f'nurture_events_total{{result="{result}"}} 1.0' in text
    assert "nurture_events_not_looked_at 1.0" in text
