"""Asking a provider about a mail that never was: whether our key may ask at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from nurture.delivery.asking import CannotTell, Doubt, Lookup, OddQuestion

NOBODY = "nobody@nowhere.invalid"
AGO = timedelta(hours=1)
WORDS = {
    "refused": "its key may not read what became of mails",
    "not-there": "it knows no such account, domain or region",
    "throttled": "it wants fewer calls",
    "timeout": "it does not answer",
    "no-connection": "it cannot be reached",
    "unknown-host": "it cannot be reached",
    "broken-connection": "it broke the connection off",
    "unreadable": "its answer cannot be read",
}


def why(kind: str) -> str:
    """Of a CannotTell, for people."""
    return WORDS.get(kind, f"it answered {kind.replace('-', ' ')}")


async def try_lookup(lookup: Lookup) -> str:
    """Why it cannot tell; empty: it can."""
    number = str(uuid4())
    try:
        await lookup.ask(Doubt(number, f"<{number}@nowhere.invalid>", NOBODY, datetime.now(UTC) - AGO))
    except OddQuestion:  # it was let in, and that is all we wanted to know
        return ""
    except CannotTell as none:
        return why(none.kind)
    finally:
        await lookup.close()
    return ""
