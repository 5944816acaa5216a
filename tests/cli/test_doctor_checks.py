"""What the doctor says of an installation that runs at an address of its own."""

from __future__ import annotations

from pathlib import Path

from nurture.cli.doctor_checks import Line, look, look_outside
from nurture.services.adopt import ensure_installation
from nurture.settings import Settings, load_settings
from nurture.store.session import Store
from tests.delivery.fakes import FakePostmark
from tests.delivery.fakes.server import UNKEY


def lines(database: str, folder: Path, **more: str) -> dict[str, Line]:
    settings = Settings(database_url=database, data_dir=folder, content_dir=folder, **more)  # type: ignore[arg-type]
    return {line.name: line for line in look(settings)}


def test_the_address_is_the_one_that_it_runs_at(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    sqlite_store.write_sync(ensure_installation, "real", "http://127.0.0.1:18211", "default")
    found = lines(sqlite_url, tmp_path)
    assert found["address"].what.startswith("http://127.0.0.1:18211: ")
    assert found["sending"].state == "ok"
    found = lines(sqlite_url, tmp_path, base_url="https://nurture.ours.example")
    assert found["address"].what == "https://nurture.ours.example"
    assert "copy" in found["sending"].what


def test_without_a_database_it_is_the_one_that_is_set(tmp_path: Path) -> None:
    found = lines(f"sqlite:///{tmp_path}/none.db", tmp_path, base_url="https://nurture.ours.example")
    assert (found["database"].state, found["address"].state) == ("bad", "ok")


async def test_a_provider_is_asked_whether_it_would_tell(tmp_path: Path) -> None:
    fake = FakePostmark()
    async with fake.served():
        given = {**fake.settings, "delivery": "send", "internal_hosts": "127.0.0.1", "data_dir": tmp_path}
        settings = load_settings(**given)
        (mail,) = [line for line in await look_outside(settings) if line.name == "mail"]
        assert (mail.state, "postmark, which answers" in mail.what) == ("ok", True)
        fake.answers[:] = [UNKEY]
        (mail,) = [line for line in await look_outside(settings) if line.name == "mail"]
        assert (mail.state, "its key may not read" in mail.what) == ("look", True)
    assert fake.asked == []
