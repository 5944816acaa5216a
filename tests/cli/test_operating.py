"""The operating commands as they are typed, on both databases: what they print, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from nurture.cli.main import run
from nurture.embedded.lock import DataLock
from nurture.store.copies import back_up
from nurture.store.session import Store
from nurture.store.tables import incidents, installation, journeys, points, sends
from tests.rows import CAMPAIGN, HOME, Rows

Nurture = Callable[..., str]

FILE = {
    "campaign": CAMPAIGN,
    "goal": "accepted",
    "enrol": {"on": "form"},
    "steps": [{"send": "guide"}, {"wait": "3d"}, {"send": "checklist"}, {"end": "silent"}],
}


@pytest.fixture
def nurture(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Nurture:
    """Runs a command on the test's database and returns what it printed. ``ends``: its exit code."""
    monkeypatch.setenv("NURTURE_DATABASE_URL", database_url)
    monkeypatch.setenv("NURTURE_DATA_DIR", str(tmp_path / "data"))

    def nurture(*words: str, ends: int = 0) -> str:
        capsys.readouterr()
        code = run(list(words))
        out, err = capsys.readouterr()
        assert code == ends, out + err
        # The folder of a test stays whole, as any path does, so that it can be copied.
        long = [line for line in out.splitlines() if len(line) > 80 and str(tmp_path) not in line]
        assert not long or "--json" in words or "--list" in words
        return out + err

    return nurture


@pytest.fixture
def lived(store: Store) -> Rows:
    """A campaign in which something of everything has happened."""
    rows = Rows(store)
    rows.installed()
    rows.campaign(document=FILE)
    anna = rows.lead(email="anna@kunde.example", first_name="Anna", zone="Europe/Berlin", stage="MQL")
    hers = rows.journey(anna, step="checklist")
    rows.line(anna, hers, kind="entered", step="guide", reason="event:17", turn=0)
    rows.line(anna, hers, reason="", detail={"send": "x"})
    rows.line(anna, hers, kind="chose", step="by-size", reason="big: 800 people", detail={"lead.size": 800})
    mail = rows.send(anna, hers)
    rows.event(anna, type="email.clicked", send_id=mail, verdict="human", reasons=["41 s after the mail"])
    rows.event(anna, type="email.opened", send_id=mail, verdict="machine")
    for outcome, state in (("accepted", "delivered"), ("silent", "bounced"), ("silent", "unknown")):
        lead = rows.lead()
        journey = rows.ended(outcome, lead)
        rows.line(lead, journey)
        rows.send(lead, journey, state=state)
    rows.handoff(anna, hers, state="accepted", answered_at=rows.ago(minutes=30), step="talk")
    rows.put(incidents, id="i-1", kind="UndefinedError", text="secret words", at=rows.now)
    rows.journey(attention="template", attention_at=rows.ago(hours=3), incident="i-1", step="checklist")
    key = {"event_id": None, "policy": "", "key": "k"}
    rows.put(points, id=hers, lead_id=anna, rule="step talk", points=20.0, at=rows.ago(days=30), **key)
    return rows


def one(rows: Rows, query: Any) -> Any:
    return rows.store.read_sync(lambda conn: conn.execute(query).one())


def test_journeys_count_and_list(lived: Rows, nurture: Nurture) -> None:
    text = nurture("journeys")
    assert "5 journeys: 1 in flight, 3 ended, 1 needs attention" in text
    [counts] = json.loads(nurture("journeys", "--json"))
    assert counts["enrolled"] == counts["in_flight"] + counts["ended"] + counts["attention"] == 5
    assert counts["outcomes"] == {"accepted": 1, "silent": 2}
    assert nurture("journeys", "--state", "silent").count("silent") == 1
    assert f"Known are: {CAMPAIGN}." in nurture("journeys", "other", ends=1)


def test_journeys_are_listed_in_pages(lived: Rows, nurture: Nurture) -> None:
    everyone: list[str] = []
    after: list[str] = []
    while page := json.loads(nurture("journeys", "--list", "--limit", "2", "--json", *after)):
        everyone += [row["journey"] for row in page]
        after = ["--after", everyone[-1]]
    assert len(everyone) == len(set(everyone)) == 5
    assert everyone == sorted(everyone, reverse=True)
    assert "More: --after" in nurture("journeys", "--list", "--limit", "2")


def test_trace_tells_reasons_in_the_leads_zone(lived: Rows, nurture: Nurture) -> None:
    text = nurture("trace", "Anna@kunde.example")
    assert "Timeline (Europe/Berlin)" in text
    assert "chose by-size: big: 800 people [lead.size=800]" in text
    assert "email.clicked: guide [verdict=human, because=41 s after the mail]" in text
    assert "run         Temporal does not answer" in text
    found = json.loads(nurture("trace", "anna@kunde.example", "--json"))
    journey = found["ways"][0]["journey"]["id"]
    assert json.loads(nurture("trace", journey, "--json"))["lead"]["email"] == "anna@kunde.example"
    assert "older lines are left out" in nurture("trace", journey, "--lines", "1")
    assert "No lead has this" in nurture("trace", "nobody@kunde.example", ends=1)


def test_the_report_adds_up_to_the_ledger(lived: Rows, nurture: Nurture) -> None:
    found = json.loads(nurture("report", "--json"))
    [campaign] = found["campaigns"]
    [step] = campaign["steps"]
    rows = lived.store.read_sync(lambda conn: list(conn.scalars(select(sends.c.state))))
    places = ("sent", "bounced", "unknown", "waiting", "not_sent")
    assert sum(step[place] for place in places) == step["mails"] == len(rows) == found["ledger"][CAMPAIGN]
    by_machines = [one["opened_by_machines"] for one in campaign["messages"]]
    assert (step["opened"], by_machines, step["clicked"], step["entered"]) == (1, [1], 1, 4)
    ended = sum(campaign["outcomes"].values())
    assert campaign["enrolled"] == campaign["in_flight"] + campaign["attention"] + ended
    text = nurture("report", CAMPAIGN)
    assert "2 silent, 1 accepted (goal)" in text
    assert "1 accepted; answered after 30m (median)" in text
    assert "There is no campaign" in nurture("report", "byers-guide", ends=1)


def test_every_point_is_explained_and_another_policy_tried(lived: Rows, nurture: Nurture) -> None:
    explain = ("score", "explain", "anna@kunde.example")
    found = json.loads(nurture(*explain, "--json"))
    assert [(one["rule"], one["then"], one["now"]) for one in found["lines"]] == [("step talk", 20.0, 10.0)]
    then = lived.ago(days=31).strftime("%Y-%m-%d")
    assert json.loads(nurture(*explain, "--at", then, "--json"))["lines"] == []
    assert "What they did:\n     +10  given by a campaign at its step talk on " in nurture(*explain)
    assert "would be another" in nurture("score", "preview")
    nurture("score", "apply")
    assert json.loads(nurture(*explain, "--json"))["score"]["total"] == 10, "what a campaign gave stays"


def test_attention_is_shown_by_cause_and_retried(lived: Rows, nurture: Nurture) -> None:
    text = nurture("attention")
    assert "template: 1 journey of buyers-guide at checklist" in text
    assert "UndefinedError i-1" in text
    assert "secret words" not in text
    parked = one(lived, select(journeys.c.id).where(journeys.c.attention == "template")).id
    assert "error       secret words" in nurture("trace", parked)
    assert "No journey is parked for templat" in nurture("attention", "--retry", "templat", ends=1)
    assert "1 journey to go on" in nurture("attention", "--retry", "template", "--rate", "5")
    assert "No journey needs attention." in nurture("attention")


def test_audit_is_green_then_red(lived: Rows, nurture: Nurture) -> None:
    assert "Everything adds up." in nurture("audit")
    lived.journey(due=lived.ago(hours=1))
    text = nurture("audit", ends=1)
    assert "+ 1 LOST" in text
    assert "RED   journeys past their due" in text
    found = json.loads(nurture("audit", "--json", ends=1))
    assert found["holds"] is False
    assert found["temporal"] is False


def test_hold_and_release(lived: Rows, nurture: Nurture) -> None:
    nurture("hold", "wrong prices")
    assert one(lived, select(installation.c.held_for)) == ("wrong prices",)
    assert "wrong prices" in nurture("release")
    assert "Nothing is on hold" in nurture("release", ends=1)


def test_pause_and_resume(lived: Rows, nurture: Nurture) -> None:
    assert "is paused" in nurture("pause", CAMPAIGN)
    assert "paused already" in nurture("pause", CAMPAIGN)
    lived.journey(hold="paused")
    assert "1 journey had come due" in nurture("resume", CAMPAIGN)
    assert "1 journey of this lead" in nurture("pause", "--lead", "anna@kunde.example")
    assert "1 journey of this lead" in nurture("resume", "--lead", "anna@kunde.example")
    for words in (("pause",), ("resume", CAMPAIGN, "--lead", "anna@kunde.example")):
        assert "Not both" in nurture(*words, ends=1)
    assert "No campaign nothing is published" in nurture("pause", "nothing", ends=1)


def test_adopt_makes_it_ours(lived: Rows, nurture: Nurture) -> None:
    assert f"Give it, as in `nurture adopt {HOME}`" in nurture("adopt", ends=1)
    assert "Give one such as https://" in nurture("adopt", "mail.ours.example", ends=1)
    assert f"It was {HOME}" in nurture("adopt", "https://mail.ours.example/")
    assert one(lived, select(installation.c.base_url)) == ("https://mail.ours.example",)


def test_rebuild_queues_every_open_journey(lived: Rows, nurture: Nurture) -> None:
    assert "2 journeys to start" in nurture("rebuild")
    assert "No Temporal server answers" in nurture("rebuild", "--fresh", ends=1)


def test_doctor_looks_at_everything(
    lived: Rows, nurture: Nurture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NURTURE_DELIVERY", "smtp")
    monkeypatch.setenv("NURTURE_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("NURTURE_SMTP_PORT", "1")
    secret = tmp_path / "data" / "secret"
    secret.parent.mkdir(exist_ok=True)
    secret.write_text("x" * 40)
    secret.chmod(0o644)
    found = {line["name"]: line["state"] for line in json.loads(nurture("doctor", "--json", ends=1))}
    assert found["database"] == found["clocks"] == found["disk"] == "ok"
    assert found["secret"] == found["Temporal"] == found["mail"] == "bad"
    secret.chmod(0o600)
    assert "readable by its owner alone" in nurture("doctor", ends=1)


def test_what_is_not_there_is_said(
    sqlite_url: str, nurture: Nurture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NURTURE_DATABASE_URL", "sqlite:////nowhere/nurture.db")
    for words in (["audit"], ["journeys"], ["trace", "x"], ["hold", "x"], ["backup", "x"]):
        said = nurture(*words, ends=1)
        assert "There is no database at /nowhere/nurture.db" in said
        assert "uncaught" not in said


def test_a_look_makes_no_database(tmp_path: Path, nurture: Nurture, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = tmp_path / "missing.db"
    monkeypatch.setenv("NURTURE_DATABASE_URL", f"sqlite:///{missing}")
    assert "There is no database" in nurture("journeys", ends=1)
    assert not missing.exists()


def test_a_backup_says_what_is_in_its_way(lived: Rows, nurture: Nurture, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    assert f"There is a file {tmp_path / 'kept'} already" in nurture("backup", str(tmp_path / "kept"), ends=1)
    assert f"There is no directory {tmp_path / 'nix'}" in nurture(
        "backup", str(tmp_path / "nix" / "b"), ends=1
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestRestore:
    """Of an SQLite file; tests/engine/test_restore.py restores both databases into a running engine."""

    def test_a_backup_comes_back_and_sends_nothing_until_it_is_settled(
        self, lived: Rows, nurture: Nurture, tmp_path: Path
    ) -> None:
        file = tmp_path / "backup"
        lead = lived.lead()
        lived.send(lead, lived.journey(lead, step="guide"), state="retry", body=b"x")
        assert "secret" in nurture("backup", str(file))
        assert file.stat().st_mode & 0o077 == 0
        assert "There is a file" in nurture("backup", str(file), ends=1)
        lived.store.close()
        text = nurture("restore", str(file))
        assert "On their way then: 1 mail;" in text
        assert "3 journeys to begin anew" in text
        assert len(list(tmp_path.glob("nurture.db.before-restore-*"))) == 1
        assert "restored, was retry" in nurture("restore")
        assert json.loads(nurture("restore", "--json"))["mails_in_all"] == 1
        assert "given up" in nurture("restore", "--accept")
        assert "No restore waits" in nurture("restore", "--accept", ends=1)

    def test_a_log_says_which_mails_went(self, lived: Rows, nurture: Nurture, tmp_path: Path) -> None:
        file, log = tmp_path / "backup", tmp_path / "mail.log"
        number = "<01a1ffd3-fb8b-7101-b8d5-e8e1fa785134@ours.example>"
        kept: list[str] = []
        for given in ({"message_id": number}, {}, {"state": "claimed"}):
            lead = lived.lead()
            values = {"state": "retry", "body": b"x", **given}
            kept.append(lived.send(lead, lived.journey(lead, step="guide"), **values))
        nurture("backup", str(file))
        lived.store.close()
        nurture("restore", str(file))
        log.write_text(f"Nov 21 mx1 cleanup: message-id={number}\nsomething else\n")
        assert "1 had been sent, 2 are due again" in nurture("restore", "--reconcile", str(log))
        store = Store(lived.store.url.render_as_string(hide_password=False))
        states = store.read_sync(lambda conn: dict(conn.execute(select(sends.c.id, sends.c.state)).all()))
        store.close()
        assert [states[send] for send in kept] == ["sent", "retry", "pending"]

    def test_it_refuses_what_would_do_harm(self, lived: Rows, nurture: Nurture, tmp_path: Path) -> None:
        file, nonsense = tmp_path / "backup", tmp_path / "nonsense"
        back_up(lived.store.url, file)
        nonsense.write_text("no backup")
        assert "is no backup of Nurture" in nurture("restore", str(nonsense), ends=1)
        torn = tmp_path / "torn"
        torn.write_bytes(file.read_bytes()[:5000])
        before = one(lived, select(journeys.c.id).limit(1))
        assert "in use by another process" in nurture("restore", str(file), ends=1)
        lived.store.close()
        assert nurture("restore", str(torn), ends=1)
        lock = DataLock(tmp_path / "data")
        lock.take()
        assert "is in use" in nurture("restore", str(file), ends=1)
        lock.release()
        store = Store(lived.store.url.render_as_string(hide_password=False))
        assert store.read_sync(lambda conn: conn.execute(select(journeys.c.id).limit(1)).one()) == before
        store.close()
        assert "One of them" in nurture("restore", str(file), "--accept", ends=1)
