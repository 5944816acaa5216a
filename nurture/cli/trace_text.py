"""The text of a trace, within 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from nurture.cli.wording import hanging, moment, wrapped
from nurture.client.running import Run
from nurture.store.queries.trace import Trace, Way

LABEL = 14
"""Columns of the label before each line about a journey."""
QUIET: tuple[object, ...] = (None, "", [], {})


def text(found: Trace, zone: ZoneInfo, chains: Mapping[str, str]) -> str:
    lines = [*_lead(found.lead, zone)]
    for way in found.ways:
        lines += ["", *_way(way, zone, chains.get(way.journey["id"], ""))]
    lines += ["", f"Timeline ({zone.key})"]
    lines += ["  (older lines are left out; --lines shows more)"] if found.more else []
    return "\n".join([*lines, *_timeline(found.timeline, zone)])


def chain_text(runs: Sequence[Run] | None, zone: ZoneInfo) -> str:
    if runs is None:
        return "Temporal does not answer"
    if not runs:
        return "no run in Temporal"
    newest = runs[0]
    asleep = newest.wakes_at and newest.state == "running" and newest.wakes_at > newest.started_at
    until = f", sleeps until {moment(newest.wakes_at, zone)}" if asleep else ""
    more = f"; {len(runs) - 1} before it" if len(runs) > 1 else ""
    return f"{newest.state} since {moment(newest.started_at, zone)}{until}, run {newest.run_id}{more}"


def _lead(lead: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    name = " ".join(part for part in (lead["first_name"], lead["last_name"]) if part)
    yield " ".join(part for part in (name, f"<{lead['email']}>" if lead["email"] else "(no address)") if part)
    yield _line("lead", lead["id"])
    yield _line("stage", lead["stage"])
    yield _line("known since", moment(lead["created_at"], zone))
    for label in ("account", "tags", "country"):
        if lead[label]:
            value = lead[label]
            yield _line(label, ", ".join(value) if isinstance(value, list) else str(value))
    for consent in lead["consents"]:
        more = [consent["source"], consent["basis"]]
        if consent["expires_at"]:
            more.append(f"until {moment(consent['expires_at'], zone)}")
        said = f"{consent['purpose']} {consent['state']} {moment(consent['at'], zone)}"
        yield _line("consent", ", ".join([said, *filter(None, more)]))
    if lead["erased_at"]:
        yield _line("erased", moment(lead["erased_at"], zone))


def _way(way: Way, zone: ZoneInfo, chain: str) -> Iterator[str]:
    row = way.journey
    yield hanging(f"{row['campaign']}, entry {row['entry']}: {_standing(row, zone)}")
    yield _line("journey", row["id"])
    visits = (row["position"] or {}).get("visits", {})
    visit = f", visit {visits[row['step']]}" if visits.get(row["step"], 1) > 1 else ""
    yield _line("cursor", f"{row['step']}{visit}, turn {row['turn']}, version {row['version'][:12]}")
    yield _line("entered", f"{moment(row['entered_at'], zone)}, {row['cause']}")
    if row["state"] == "open":
        if row["attention"] and row["incident_text"]:
            yield _line("error", str(row["incident_text"]).splitlines()[0])
        yield _line("next", f"{row['effect']} at {moment(row['due'], zone)}")
        yield _line("waits for", _waits(way.waits) or "nothing but the time")
        yield _line("run", chain)
    for send in way.sends:
        yield _line("send", _send(send, zone))
    for task in way.handoffs:
        reason = f", {task['reason']}" if task["reason"] else ""
        yield _line(
            "task",
            f"{task['step']} to {task['team']}: {task['state']}{reason}, due {moment(task['due'], zone)}",
        )
    for queued in way.outbox:
        error = f", {queued['error']}" if queued["error"] else ""
        yield _line(
            "outbox", f"{queued['kind']} {queued['state']} since {moment(queued['created_at'], zone)}{error}"
        )


def _standing(row: Mapping[str, Any], zone: ZoneInfo) -> str:
    if row["state"] == "ended":
        return f"ended as {row['outcome']}, {moment(row['ended_at'], zone)}"
    if row["attention"]:
        incident = f", incident {row['incident']}" if row["incident"] else ""
        return f"needs attention: {row['attention']}, since {moment(row['attention_at'], zone)}{incident}"
    if row["paused_at"] or row["campaign_state"] == "paused":
        return "paused"
    return f"held: {row['hold']}" if row["hold"] else "in flight"


def _waits(waits: Sequence[Mapping[str, Any]]) -> str:
    """`until (event:email.clicked), leave meeting (event:meeting.booked, stage)`."""
    tokens: dict[tuple[str, str], list[str]] = {}
    for wait in waits:
        tokens.setdefault((wait["kind"], wait["name"]), []).append(wait["token"])
    return ", ".join(f"{kind} {name} ({', '.join(of)})" for (kind, name), of in tokens.items())


def _send(send: Mapping[str, Any], zone: ZoneInfo) -> str:
    visit = f" (visit {send['visit']})" if send["visit"] > 1 else ""
    message = f", message {send['message']}" if send["message"] != send["step"] else ""
    reason = f", {send['reason']}" if send["reason"] else ""
    at = send["sent_at"] or send["created_at"]
    return f"{send['step']}{visit}: {send['state']} {moment(at, zone)}{message}{reason}"


def _timeline(lines: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Iterator[str]:
    day = ""
    for line in lines:
        local = line["at"].astimezone(zone)
        if (today := local.strftime("%a %Y-%m-%d")) != day:
            day = today
            yield f"  {day}"
        what = f"{line['kind']} {line['step']}".strip() if line["kind"] != "event" else line["reason"]
        why = line["reason"] if line["kind"] != "event" else line["step"]
        seen = _inputs(line["detail"])
        yield wrapped(
            f"{what}{': ' if why else ''}{why}{f' [{seen}]' if seen else ''}", 11, f"    {local:%H:%M}"
        )


def _inputs(detail: Mapping[str, Any] | None) -> str:
    return ", ".join(
        f"{name}={_plain(value)}" for name, value in (detail or {}).items() if value not in QUIET
    )


def _plain(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _line(label: str, what: str) -> str:
    return wrapped(what, LABEL, f"  {label}")
