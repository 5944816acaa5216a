"""`nurture audit`: the proof that nobody is lost and nothing was sent twice."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from nurture.cli.opening import Data, Json, Opened, opened, reached
from nurture.cli.output import print_json
from nurture.cli.wording import hanging, moment, wrapped
from nurture.client import TemporalUnreachable
from nurture.services.audit import Audit, Finding
from nurture.services.audit import audit as take

RED = 1


def audit(json: Json = False, data: Data = None) -> int:
    """Check every row: enrolled = in flight + ended + needs attention, nothing stuck, nothing sent twice.

    Ends with 1 when a check is red. Without Temporal only the rows are checked, and it says so.
    """
    with opened(data) as at:
        found = asyncio.run(_audit(at))
    if json:
        print_json({"holds": found.holds, **asdict(found)})
    else:
        print(text(found))
    return 0 if found.holds else RED


async def _audit(at: Opened) -> Audit:
    client = await reached(at.settings)
    try:
        return await take(at.store, at.clock, client)
    except TemporalUnreachable:
        return await take(at.store, at.clock, None)


def text(found: Audit) -> str:
    balance = found.balance
    sums = (
        f"{balance['enrolled']:,} enrolled = {balance['in_flight']:,} in flight + {balance['ended']:,} ended "
        f"+ {balance['attention']:,} need attention"
    )
    lost = f" + {balance['lost']:,} LOST" if balance["lost"] else ""
    lines = [_head(found), "", sums + lost, *_details(found), ""]
    for finding in found.findings:
        lines += _finding(finding)
    red = [finding for finding in found.findings if not finding.holds and finding.weight == "red"]
    ending = "Everything adds up."
    if red:
        count = f"{len(red)} of {len(found.findings)} checks are red."
        ending = f"{count} `nurture trace JOURNEY` shows one from near."
    lines += ["", ending]
    return "\n".join(lines)


def _head(found: Audit) -> str:
    asked = "" if found.temporal else "\nTemporal does not answer: only the rows are checked."
    apart = abs((found.campaign_time - found.at).total_seconds()) > 60
    campaign_time = f", campaign time {moment(found.campaign_time)}" if apart else ""
    return f"Audit of {moment(found.at)}{campaign_time}{asked}"


def _details(found: Audit) -> list[str]:
    flight = ", ".join(f"{count:,} {name}" for name, count in found.flight.items() if count)
    sends = ", ".join(f"{count:,} {name}" for name, count in found.sends.items() if count)
    lines = [hanging(f"in flight: {flight}", 2)] if flight else []
    return lines + ([hanging(f"sends: {sum(found.sends.values()):,} = {sends}", 2)] if sends else [])


def _finding(finding: Finding) -> list[str]:
    if finding.holds:
        return [f"  ok    {finding.name:<40} {finding.total:>9,} looked at"]
    word = "RED" if finding.weight == "red" else "look"
    lines = [f"  {word:<5} {finding.name:<40} {finding.bad:>9,} of {finding.total:,}"]
    return lines + [_row(row) for row in finding.rows]


def _row(row: Mapping[str, Any]) -> str:
    return wrapped(
        ", ".join(f"{name} {_value(value)}" for name, value in row.items() if value is not None), 10
    )


def _value(value: Any) -> str:
    return moment(value) if isinstance(value, datetime) else str(value)
