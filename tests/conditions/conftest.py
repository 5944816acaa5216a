from __future__ import annotations

import pytest

from nurture.conditions import Conditions
from tests.conditions.world import DICTIONARY


@pytest.fixture(scope="module")
def conditions() -> Conditions:
    return Conditions(DICTIONARY)
