"""What every test gets. Fixtures live in tests/fixtures/*.py and in the conftest.py of a folder."""

import os
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

OURS = ("NURTURE_", "TEMPORAL_", "DATABASE_URL")
KEPT = "NURTURE_TEST_"


@pytest.fixture(autouse=True, scope="session")
def _clean_environment() -> None:
    """The environment of whoever runs the tests must not steer them."""
    for name in [name for name in os.environ if name.startswith(OURS) and not name.startswith(KEPT)]:
        del os.environ[name]


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout."""
    return Path(__file__).parent.parent
