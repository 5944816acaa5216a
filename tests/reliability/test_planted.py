"""The suite is tried too: each planted bug turns it red. With NURTURE_TEST_FULL=1 they are planted in a copy,
one by one; else only that the list still fits the code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.amount import FULL
from tests.reliability.planted import BUGS, Bug

COPIED = ("nurture", "workflows", "activities", "migrations", "tests")
CONTENT = ("campaigns", "templates", "policies", "schema")
FILES = ("worker.py", "pyproject.toml")
FAILED = 1
"""What pytest ends with when a test failed; 2 and more are trouble of its own."""


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_it_fits_the_code(bug: Bug, checkout: Path) -> None:
    assert (checkout / bug.file).read_text().count(bug.before) == 1
    assert all((checkout / test).exists() for test in bug.tests.split())


@pytest.mark.skipif(not FULL, reason="plants a dozen bugs and runs tests for each: minutes")
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_it_turns_the_suite_red(bug: Bug, checkout: Path, tmp_path: Path) -> None:
    for name in (*COPIED, *CONTENT):
        shutil.copytree(checkout / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(checkout / name, tmp_path / name)
    planted = tmp_path / bug.file
    planted.write_text(planted.read_text().replace(bug.before, bug.after))
    words = [sys.executable, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", *bug.tests.split()]
    usual = {name: value for name, value in os.environ.items() if name != "NURTURE_TEST_FULL"}
    ended = subprocess.run(
        words, cwd=tmp_path, env=usual, capture_output=True, text=True, timeout=600, check=False
    )
    red = [line for line in ended.stdout.splitlines() if line.startswith("FAILED")]
    print(f"{bug.name}: {len(red)} red", *red[:3], sep="\n  ")
    assert ended.returncode == FAILED, ended.stdout[-2000:]
