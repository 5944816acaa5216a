"""``nurture lead show``: what a person allowed, and all that is kept of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nurture.cli.main import run
from nurture.clock import RealClock
from nurture.secrets_file import signing_secrets
from nurture.services.consents import Consent, record_consents
from nurture.services.desk import Desk
from nurture.services.unsubscribe import unsubscribe
from nurture.settings import Settings
from nurture.store.session import Store
from nurture.store.tables import identities
from tests.rows import HOME, Rows

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_record_of_one_person(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*words: str, who: str) -> str:
        assert run(["lead", "show", who, *words, "--data", str(tmp_path)]) == 0
        return capsys.readouterr().out

    lead = Rows(sqlite_store).lead(email="ann@ours.example", first_name="Ann")
    assert "consent   none on record" in told(who=lead)
    old = Consent(lead, AT.replace(year=2023), "fair", "enquiry", AT.replace(year=2024))
    sqlite_store.write_sync(record_consents, [old])
    assert "enquiry, ran out on" in told(who=lead)
    said = Consent(lead, AT, "fair", "purchase", AT.replace(year=2028), "Yes, write to me", {"line": 7})
    sqlite_store.write_sync(record_consents, [said])
    seen = told(who="ann@ours.example")
    for words in ("everything", "purchase, until", "marketing, given, purchase, fair", "Yes, write", "line"):
        assert words in seen
    secrets = signing_secrets(Settings(data_dir=tmp_path))
    sqlite_store.write_sync(unsubscribe, Desk(RealClock(), secrets, HOME, ""), lead, "guide", "page")
    seen = told(who=lead)
    assert "nothing: unsubscribed" in seen
    assert "taken back on" in seen
    whole = json.loads(told("--json", who=lead))
    assert [one["state"] for one in whole["consents"]] == ["given", "given", "withdrawn"]
    assert [one["type"] for one in whole["events"]] == ["email.unsubscribed"]
    assert run(["lead", "show", "nobody@ours.example", "--data", str(tmp_path)]) == 1


def test_handed_out_and_forgotten(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--data", str(tmp_path)]
    rows = Rows(sqlite_store)
    lead = rows.lead(email="ann@ours.example", first_name="Ann")
    rows.send(lead, rows.journey(lead), recipient="ann@ours.example")
    ned = rows.lead(email="ned@xn--n-nga1b.example")
    assert run(["crm", "--lead", "ned@ünï.example", *at]) == run(["trace", "NED@ünï.example", *at]) == 0
    capsys.readouterr()
    assert run(["erase", "ned@ünï.example", "--yes", *at]) == 0
    assert f"lead {ned}" in capsys.readouterr().out.replace("\n", " ")
    file = tmp_path / "ann.json"
    assert run(["export-person", "ann@ours.example", "--to", str(file), *at]) == 0
    whole = json.loads(file.read_text())
    assert (whole["lead"]["first_name"], whole["sends"][0]["recipient"]) == ("Ann", "ann@ours.example")
    assert run(["erase", "ann@ours.example", *at]) == 1, "nobody is there to be asked"
    assert "--yes" in capsys.readouterr().err
    rows.put(identities, lead_id=lead, kind="email", value="ann.before@ours.example")
    assert run(["erase", "Ann.Before@ours.example", "--yes", *at]) == 0, "an earlier address names her too"
    said = capsys.readouterr().out
    assert "1  sends" in said
    assert f"Erased: lead {lead}. Journeys ended: 1." in said.replace("\n", " ")
    assert run(["export-person", "ann@ours.example", *at]) == 1
    assert run(["erase", lead, "--yes", *at]) == 0
    assert "Erased again" in capsys.readouterr().out
    assert run(["trace", lead, *at]) == 0
