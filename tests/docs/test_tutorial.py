"""The tutorial is done as it is read: files written, commands given, outputs seen, with the real program."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nurture.cli.main import run
from tests.cli.test_up import READY, Running

FENCE = re.compile(r"^```(\w*)\n", re.MULTILINE)
NEW = re.compile(r"`([\w./-]+\.\w+)`[^`\n]*:$")
BELOW = re.compile(r"Add to `([\w./-]+)` below `(\w+:)`$")
INSTEAD = re.compile(r"[Ww]rite `([^`]+)` instead of `([^`]+)`")
SETTING_UP = ("make setup", ". .venv/bin/activate")
WITHIN = 30
"""Seconds until what is said of a running system is so."""


class Reader:
    """Somebody who does what stands there."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, out: pytest.CaptureFixture[str]) -> None:
        self.at = home
        self.patch = monkeypatch
        self.out = out
        self.said = ""
        self.up: Running | None = None
        self.given: list[str] = []
        self.file = Path()

    def read(self, before: str, kind: str, block: str) -> None:
        for new, old in INSTEAD.findall(before.replace("\n", " ")):
            self.replace(old, new)
        match kind:
            case "sh":
                self.said = ""
                self.given = [line for line in block.splitlines() if line not in SETTING_UP]
                for line in self.given:
                    self.do(line)
            case "":
                self.sees(block)
            case _:
                self.write(before.strip(), block)

    def do(self, line: str) -> None:
        match shlex.split(line):
            case ["cd", where]:
                self.at = (self.at / where).resolve()
                self.patch.chdir(self.at)
            case ["export", setting]:
                name, _, value = setting.partition("=")
                self.patch.setenv(name, str(self.at) if value == "$PWD" else value)
            case ["nurture", "up"]:
                self.up = Running(self.at / ".nurture")
                self.up.until(READY)
            case ["nurture", *words]:
                run(words)
                self.said += "".join(self.out.readouterr())
            case _:
                pytest.fail(f"nobody but a shell can do: {line}")

    def sees(self, block: str) -> None:
        """A running system may need a moment: what only shows something is looked at again."""
        wanted = [" ".join(line.split()) for line in block.splitlines()]
        patience = time.monotonic() + WITHIN
        while [line for line in wanted if line not in " ".join(self.said.split())]:
            if not self.given[0].startswith("nurture trace") or time.monotonic() > patience:
                pytest.fail(f"{self.given} did not say\n{block}\nbut\n{self.said}")
            time.sleep(0.2)
            self.said = ""
            for line in self.given:
                self.do(line)

    def write(self, before: str, block: str) -> None:
        last = before.splitlines()[-1] if before else ""
        if below := BELOW.search(before):
            self.file = self.at / below[1]
            text = self.file.read_text()
            assert f"{below[2]} " in text
            self.file.write_text(re.sub(rf"(?m)^{below[2]}.*\n", lambda found: found[0] + block, text))
        elif new := NEW.search(last):
            self.file = self.at / new[1]
            self.file.write_text(block)
        else:  # instead of the last lines of the campaign
            assert "write" in last
            campaign = self.at / "campaigns" / "moving.yaml"
            kept = campaign.read_text().splitlines(keepends=True)[:-2]
            campaign.write_text("".join(kept) + block)

    def replace(self, old: str, new: str) -> None:
        campaign = self.at / "campaigns" / "moving.yaml"
        assert old in campaign.read_text()
        campaign.write_text(campaign.read_text().replace(old, new))


@pytest.fixture
def reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Reader]:
    home = tmp_path / "nurture"
    home.mkdir()
    monkeypatch.chdir(home)
    for name in ("DATABASE_URL", "NURTURE_DATABASE_URL", "NURTURE_DATA_DIR", "TEMPORAL_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    reader = Reader(home, monkeypatch, capsys)
    yield reader
    if reader.up:
        reader.up.process.terminate()
        reader.up.process.communicate(timeout=WITHIN)


def test_the_tutorial_can_be_done(reader: Reader, checkout: Path) -> None:
    text = (checkout / "docs" / "tutorial.md").read_text(encoding="utf-8")
    parts = FENCE.split(text)
    for before, kind, block, after in zip(parts[:-1:4], parts[1::4], parts[2::4], parts[3::4], strict=True):
        assert after == ""
        reader.read(before, kind, block)
    assert reader.up
