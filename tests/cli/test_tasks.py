from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from nurture.cli.main import run
from nurture.clock import RealClock
from nurture.services.publish import publish_policy
from nurture.services.sign_in import can_sign_in
from nurture.store.session import Store
from nurture.store.tables import api_keys
from tests.rows import HOME, Rows
from tests.web.sales import ME, STRANGER, Sales


@pytest.fixture
def data(tmp_path: Path, sqlite_url: str) -> Path:
    assert sqlite_url.endswith(str(tmp_path / "nurture.db"))
    return tmp_path


@pytest.fixture
def sales(sqlite_store: Store) -> Sales:
    rows = Rows(sqlite_store)
    rows.installed()
    rows.campaign()
    return Sales(sqlite_store)


def test_tasks_by_urgency(data: Path, sales: Sales, capsys: pytest.CaptureFixture[str]) -> None:
    dana = sales.user(ME)
    sales.task(sales.lead("Ana"), dana, due=sales.due(days=2))
    sales.task(sales.lead("Dov"), due=sales.due(days=30), clock=0)
    sales.task(sales.lead("Bea"), dana, due=sales.due(hours=-5))
    done = sales.task(sales.lead("Cid"), dana, state="rejected", reason="no-fit", answered_by=dana)
    assert run(["tasks", "--json", "--data", str(data)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [task["lead"] for task in found] == ["Bea Lindqvist", "Ana Lindqvist", "Dov Lindqvist"]
    assert (found[0]["left"], found[2]["left"]) == ("5 h late", "in the queue")
    assert run(["tasks", "--team", "partners", "--data", str(data)]) == 0
    assert capsys.readouterr().out == "Nothing is waiting.\n"
    assert run(["tasks", "--done", "--json", "--data", str(data)]) == 0
    (answered,) = json.loads(capsys.readouterr().out)
    assert (answered["id"], answered["answered_by"]) == (done, "Dana Reyes")


def test_a_link_signs_in(data: Path, sales: Sales, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tasks", "link", ME, "--data", str(data)]) == 0
    url = capsys.readouterr().out.strip()
    assert url.startswith(f"{HOME}/signin/")
    assert sales.store.read_sync(can_sign_in, url.rpartition("/")[2])
    assert run(["tasks", "link", "nobody@ours.example", "--data", str(data)]) == 1
    assert "policies/sales.yaml" in capsys.readouterr().err


def test_keys_are_made_listed_and_revoked(
    data: Path, sales: Sales, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data", str(data)]
    assert run(["api-key", "create", "website", *where]) == 0
    key = capsys.readouterr().out.strip()
    assert key.startswith("nk_")
    stored = sales.store.read_sync(lambda conn: conn.scalar(select(api_keys.c.key_sha256)))
    assert key not in str(stored)
    assert run(["api-key", "--json", *where]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == ["website"]
    assert run(["api-key", "revoke", "website", *where]) == 0
    assert run(["api-key", "revoke", "website", *where]) == 1
    assert "no key website in use" in capsys.readouterr().err.lower().replace("is ", "")
    assert run(["api-key", "create", "Not A Name", *where]) == 1


def test_who_gets_a_lead(data: Path, sales: Sales, capsys: pytest.CaptureFixture[str]) -> None:
    rules = {"rules": [{"rule": "big", "if": "score > 50", "to": "partners"}]}
    teams = {"teams": {"partners": {"members": [{"name": "Kim Lund", "email": STRANGER}]}}}
    for kind, document in (("sales", teams), ("routing", rules)):
        sales.store.write_sync(publish_policy, RealClock(), kind, document)
    lead = sales.lead()
    where = ["--data", str(data)]
    assert run(["route", "explain", lead, *where]) == 0
    told = capsys.readouterr().out
    assert "   big" in told
    assert "not met" in told
    assert "-> otherwise" in told
    assert told.endswith(f"Goes to Kim Lund ({STRANGER}), by otherwise.\n")
    assert run(["route", "explain", lead, "--team", "partner", *where]) == 1
    assert "Teams are: partners" in capsys.readouterr().err
    assert run(["route", "explain", lead, "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["owner"] == STRANGER


def test_what_sales_did(data: Path, sales: Sales, capsys: pytest.CaptureFixture[str]) -> None:
    dana, rows = sales.user(ME), sales.rows
    begun = {"created_at": rows.ago(hours=9)}
    first = {**begun, "touched_at": rows.ago(hours=8), "sla": "met"}
    fair = sales.lead("Ana", fields={"source": "fair"})
    sales.task(fair, dana, state="accepted", deal="won", amount=900.0, **first)
    sales.task(sales.lead("Bea"), dana, state="rejected", reason="no-budget", clock=2, **first)
    sales.task(sales.lead("Cid"), dana, state="expired", sla="missed", **begun)
    late = sales.task(sales.lead("Dov"), None, due=rows.ago(hours=1), **begun)
    sales.task(sales.lead("Eve"), None, joined_to=late, **begun)
    where = ["--data", str(data)]
    assert run(["report", "sales", "--json", *where]) == 0
    found = json.loads(capsys.readouterr().out)
    whole = found["all"]
    parts = ("open", "accepted", "given_back", "expired", "cancelled")
    assert whole["handed"] == sum(whole[part] for part in parts) == 4
    assert (whole["acceptance"], whole["met"], whole["missed"], whole["sla_met"]) == (1 / 3, 2, 2, 0.5)
    assert (whole["median_seconds"], whole["restarts"], whole["amount"]) == (3600.0, 1, 900.0)
    assert [(line["name"], line["handed"]) for line in found["owner"]] == [("Dana Reyes", 3), ("(nobody)", 1)]
    assert [(line["name"], line["handed"]) for line in found["source"]] == [("(unknown)", 3), ("fair", 1)]
    for by in ("owner", "team", "source", "campaign", "cell"):
        assert sum(line["handed"] for line in found[by]) == 4
    assert run(["report", "sales", "--by", "owner", *where]) == 0
    told = capsys.readouterr().out
    assert "1 No budget" in told
    assert "1 won (900), 0 lost" in told
    assert run(["report", "sales", "--since", "2099-01-01", *where]) == 0
    assert capsys.readouterr().out == "Nobody was handed over yet.\n"
    assert run(["report", "sales", "--by", "mood", *where]) == 1
