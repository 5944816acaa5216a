"""How much is tried: far more with NURTURE_TEST_FULL=1, before a release or after a change to it."""

import os

FULL = "NURTURE_TEST_FULL" in os.environ


def examples(few: int, many: int) -> int:
    """``few``: enough to find each of the mistakes that were put in to see."""
    return many if FULL else few
