from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from nurture.cli.main import run
from nurture.clock import RealClock
from nurture.crm.connector import CrmRefused, Pushed
from nurture.services.crm import queue
from nurture.services.crm_links import park
from nurture.services.crm_outbox import due, pushed, refused
from nurture.services.crm_rest import close_gate
from nurture.services.leads import find_or_create
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import outbox

CLOCK = RealClock()


@pytest.fixture(autouse=True)
def told(store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ann's stage was pushed and her score was refused; Bob's stage waits."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("NURTURE_DATA_DIR", str(tmp_path / "data"))

    def write(conn: Connection) -> None:
        ann = find_or_create(conn, CLOCK, "ann@people.example")
        bob = find_or_create(conn, CLOCK, "bob@people.example")
        queue(conn, CLOCK, ann, "stage", {"stage": "MQL"}, "1")
        pushed(conn, "webhook", due(conn, "webhook", 5)[0], Pushed("remote-1"))
        queue(conn, CLOCK, ann, "score", {"score": 70}, "2")
        refused(conn, "webhook", due(conn, "webhook", 5)[0], CrmRefused("http 422", "ann@people.example"))
        queue(conn, CLOCK, bob, "stage", {"stage": "MQL"}, "3")
        conn.execute(update(outbox).where(outbox.c.record == bob).values(not_before=db_now(900)))
        close_gate(conn, "webhook", None)

    store.write_sync(write)


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    assert run(["crm", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_is_not_settled(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys)
    assert [(change["email"], change["what"], change["state"]) for change in found["changes"]] == [
        ("ann@people.example", "score", "refused"),
        ("bob@people.example", "stage", "open"),
    ]
    assert found["crms"]["webhook"] == "gone"
    assert run(["crm"]) == 0
    text = capsys.readouterr().out
    assert "wants nothing any more" in text
    assert "http 422" in text


def test_all_of_one_lead(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys, "--lead", "ANN@people.example")
    assert [change["state"] for change in found["changes"]] == ["done", "refused"]
    assert found["links"][0]["remote_id"] == "remote-1"
    assert found["links"][0]["pushed"] == {"stage": {"stage": "MQL"}}
    assert found["links"][0]["state"] == "refused"


def test_retry_opens_everything_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["crm", "retry"]) == 0
    assert "2 changes will be tried again." in capsys.readouterr().out
    found = listed(capsys)
    assert [(change["state"], change["next_try"]) for change in found["changes"]] == [("open", None)] * 2
    assert found["crms"]["webhook"] == "open"


def test_skip_gives_one_up(capsys: pytest.CaptureFixture[str]) -> None:
    bob = str(listed(capsys)["changes"][1]["id"])
    assert run(["crm", "skip", bob]) == 0
    assert capsys.readouterr().out == "Given up.\n"
    assert [change["email"] for change in listed(capsys)["changes"]] == ["ann@people.example"]
    assert run(["crm", "skip", bob]) == 1
    assert "no open or refused change" in capsys.readouterr().err.lower()


@pytest.mark.parametrize("words", [["--lead", "nobody@people.example"], ["--state", "opne"]])
def test_what_is_not_there(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["crm", *words]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_what_waits_for_a_person_and_is_seen_to(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.write_sync(park, "hubspot", "stranger", "nobody knows them", "stranger/7", None, "7")
    store.write_sync(park, "hubspot", "stranger", "nobody knows them", "stranger/7", None, "7")
    assert run(["crm", "parked", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["what"], row["remote_id"], row["reason"]) == ("stranger", "7", "nobody knows them")
    assert run(["crm", "parked", "--settle", row["id"]]) == 0
    assert run(["crm", "parked", "--settle", row["id"]]) == 1
    capsys.readouterr()
    assert run(["crm", "parked"]) == 0
    assert capsys.readouterr().out == "Nothing waits for a person.\n"


def test_there_must_be_a_crm_to_look_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["crm", "check"]) == 1
    assert "NURTURE_CRM" in capsys.readouterr().err


def test_attention_tells_of_them_too(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    for key in ("1", "2"):
        store.write_sync(park, "hubspot", "unmapped value", "nobody says what it means", key)
    assert run(["attention"]) == 0
    assert "hubspot: unmapped value, 2 times, since" in capsys.readouterr().out
    assert run(["attention", "--json"]) == 0
    (group,) = json.loads(capsys.readouterr().out)
    assert (group["cause"], group["what"], group["count"]) == ("parked by the CRM", "unmapped value", 2)
