"""What every test gets. Fixtures live in tests/fixtures/*.py and in the conftest.py of a folder."""

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = [
    f"tests.fixtures.{path.stem}"
    for path in sorted((Path(__file__).parent / "fixtures").glob("*.py"))
    if path.stem != "__init__"
]

# A shared runner is slow at odd moments: an example may take its time, and every run tries the same ones.
settings.register_profile("nurture", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("nurture")

OURS = ("NURTURE_", "TEMPORAL_", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
KEPT = "NURTURE_TEST_"

MEMORY = Path("/dev/shm")
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 << 30:
    # A disk makes every commit of every test wait; no test cuts the power.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# Many tests start `nurture` as a process: each would compile all of it again.
sys.dont_write_bytecode = False


NEW_OBJECTS = 10_000
"""Until the collector looks for circles among them."""

LONG = (
    "chaos/test_crash_points.py",
    "chaos/test_chaos.py",
    "engine/test_stories_agree.py",
    "cli/test_demo.py",
    "engine/test_restore.py",
    "bench/test_rows.py",
    "cli/test_up.py",
    "cli/test_parts.py",
    "web/test_browser.py",
    "privacy/test_canaries.py",
    "engine/test_made_agree.py",
    "authoring/test_made.py",
    "authoring/test_bounds.py",
    "embedded/test_temporal.py",
    "engine/test_moving.py",
    "engine/test_builds.py",
)
"""The files that take longest, begun first: one of them last would keep all cores but one idle."""


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end; to look through it again and again took a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    ranks = {here / name: rank for rank, name in enumerate(LONG)}
    items.sort(key=lambda item: ranks.get(item.path, len(LONG)))


@pytest.fixture(autouse=True, scope="session")
def _clean_environment() -> None:
    """The environment of whoever runs the tests must not steer them."""
    for name in [name for name in os.environ if name.startswith(OURS) and not name.startswith(KEPT)]:
        del os.environ[name]


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout."""
    return Path(__file__).parent.parent
