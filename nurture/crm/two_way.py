"""Pushing to a CRM with an API: look first, write only what may be written, then the task and the note."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nurture.crm.connector import (
    Change,
    CrmDown,
    CrmGone,
    CrmRefused,
    CrmSpent,
    Outcome,
    Person,
    Pushed,
    Would,
)
from nurture.crm.dialect import Dialect, Failure, Note, Placed, Reading, Write
from nurture.crm.remote import Page, Seen, Whom
from nurture.domain.crm_merge import Merged, attempted, merge, settled
from nurture.domain.crm_policy import CrmMapping

OWNER = "@owner"
"""In what is agreed on: the person's owner, by address."""


class TwoWay:
    def __init__(self, dialect: Dialect[Reading]) -> None:
        self.name = dialect.name
        self._dialect = dialect

    async def push(self, change: Change) -> Pushed:
        (outcome,) = await self.push_many([change], urgent=change.what in ("handoff", "owner"))
        if isinstance(outcome, Pushed):
            return outcome
        raise outcome

    async def push_many(self, changes: Sequence[Change], *, urgent: bool) -> Sequence[Outcome]:
        """Of each lead at most one."""
        try:
            return await self._all(changes, urgent)
        except (CrmDown, CrmGone) as failed:
            return [failed] * len(changes)

    async def _all(self, changes: Sequence[Change], urgent: bool) -> Sequence[Outcome]:
        living = [one for one in changes if one.what != "erasure" and not one.known.gone]
        seen = await self._seen(living, urgent)
        plans = {one.id: _plan(one, seen.get(one.lead.id)) for one in living}
        writing = [one for one in living if _must_write(plans[one.id][0], seen.get(one.lead.id))]
        wanted = [_write(one, plans[one.id][0], seen.get(one.lead.id)) for one in writing]
        placed = await self._placed(wanted, urgent) if wanted else []
        written = {one.id: result for one, result in zip(writing, placed, strict=True)}
        written |= await self._bare(writing, wanted, written, urgent)
        return await asyncio.gather(
            *(
                self._one(one, plans.get(one.id), seen.get(one.lead.id), written.get(one.id))
                for one in changes
            )
        )

    async def _placed(self, wanted: Sequence[Write], urgent: bool) -> Sequence[Placed | Failure]:
        try:
            return await self._dialect.write(wanted, urgent=urgent)
        except (CrmDown, CrmGone) as failed:
            return [failed] * len(wanted)

    async def _bare(
        self,
        writing: Sequence[Change],
        wanted: Sequence[Write],
        written: Mapping[str, Placed | Failure],
        urgent: bool,
    ) -> dict[str, Placed | Failure]:
        """A value that the CRM refuses keeps no task from it: whoever has one is written without values."""
        found: dict[str, Placed | Failure] = {}
        for change, write in zip(writing, wanted, strict=True):
            failed = written[change.id]
            if not (isinstance(failed, CrmRefused) and change.task):
                continue
            placed: Placed | Failure = Placed(write.remote_id)
            if not (write.remote_id and write.linked):
                (placed,) = await self._placed([replace(write, values={})], urgent)
            reason = f"the CRM took the task and refused a value of the person: {failed.kind}"
            told = ("refused value", reason)
            found[change.id] = replace(placed, park=(told,)) if isinstance(placed, Placed) else failed
        return found

    async def _seen(self, changes: Sequence[Change], urgent: bool) -> Mapping[str, Seen]:
        if not changes:
            return {}
        whom = [_whom(one) for one in changes]
        found = await self._dialect.reading.look(whom, changes[0].mapping, beside=False, urgent=urgent)
        there = zip(changes, _in_order(whom, found), strict=True)
        return {one.lead.id: seen for one, seen in there if seen}

    async def _one(
        self, change: Change, plan: tuple[Merged, dict[str, str]] | None, seen: Seen | None, put: Any
    ) -> Outcome:
        try:
            if change.what == "erasure":
                await self._dialect.erase(_whom(change))
                return Pushed(change.remote_id)
            if plan is None or (seen and seen.gone):
                raise CrmRefused("deleted in the CRM", "they were deleted there, and nothing makes them anew")
            if isinstance(put, CrmDown | CrmRefused | CrmGone):
                return _tried(put, change, plan[0], seen)
            remote = put.id if put else seen.remote_id if seen else ""
            return await self._beside(change, plan, remote, seen, put.park if put else ())
        except (CrmDown, CrmRefused, CrmGone) as failed:
            return _tried(failed, change, plan[0], seen) if plan and put else failed

    async def _beside(
        self,
        change: Change,
        plan: tuple[Merged, dict[str, str]],
        remote: str,
        seen: Seen | None,
        park: tuple[tuple[str, str], ...],
    ) -> Pushed:
        merged, base = plan
        if park:  # its values were not written
            base |= {name: (change.known.base or {}).get(name, "") for name in merged.push}
        task = change.task
        placed = await self._dialect.task(task, remote, change.lead.id) if task else None
        if task and task.owner and not task.done:
            if _is_ours(seen, base, change.mapping):
                await self._dialect.own(task.owner, remote)
                base[OWNER] = task.owner
            elif seen and seen.owner.casefold() != task.owner.casefold():
                merged.kept["owner"] = seen.owner
        if change.note:
            await self._dialect.note(Note(change.id, change.note), remote)
        if task and task.deal:
            await self._dialect.deal(task, remote)
        more = placed.park if placed else ()
        return Pushed(remote, base, merged.take, merged.kept, placed.id if placed else None, (*park, *more))

    async def changed(self, cursor: str) -> Page:
        return await self._dialect.reading.changed(cursor)

    async def look(self, people: Sequence[Whom], mapping: CrmMapping) -> Sequence[Seen]:
        return await self._dialect.reading.look(people, mapping, beside=True)

    async def would(self, changes: Sequence[Change]) -> Sequence[Would]:
        seen = await self._seen(changes, urgent=False)
        found = []
        for one in changes:
            there = seen.get(one.lead.id)
            merged, _ = _plan(one, there)
            remote = there.remote_id if there else None
            found.append(Would(one.lead.id, remote, there is None, merged.push, merged.take, merged.kept))
        return found

    async def missing(self, mapping: CrmMapping) -> Sequence[str]:
        return await self._dialect.missing(mapping)

    async def close(self) -> None:
        await self._dialect.close()


def _whom(change: Change) -> Whom:
    return Whom(change.lead.id, change.remote_id or "", change.lead.email or "")


def _in_order(whom: Sequence[Whom], found: Sequence[Seen]) -> Sequence[Seen | None]:
    """Each with the person that was found for them: by the CRM's id, ours, or the address."""
    remote = {id_: seen for seen in found for id_ in (seen.remote_id, *seen.was)}
    ours = {seen.lead_id: seen for seen in found if seen.lead_id}
    mail = {seen.email.casefold(): seen for seen in found if seen.email}
    return [
        remote.get(one.remote_id) or ours.get(one.lead_id) or mail.get(one.email.casefold()) for one in whom
    ]


def _plan(change: Change, seen: Seen | None) -> tuple[Merged, dict[str, str]]:
    """What to write, and what is agreed on when it is written."""
    theirs = seen.values if seen else {}
    known = settled(change.known.base, theirs)
    base = known if seen else {}
    merged = merge(change.mapping.fields, values_of(change.lead), theirs, base)
    # What a person answers is for the pull to find: here it is only noted the first time.
    first = {name: theirs.get(name, "") for name in change.mapping.reads if name not in merged.base}
    return merged, {**first, **(known or {}), **merged.base}


def _tried(failed: Failure, change: Change, merged: Merged, seen: Seen | None) -> Failure:
    """It may stand there all the same: what is read there the next time is then our own."""
    if not isinstance(failed, CrmDown) or isinstance(failed, CrmSpent):
        return failed
    known = settled(change.known.base, seen.values if seen else {}) or {}
    return CrmDown(failed.kind, failed.retry_after, attempted(known, merged.push))


def _is_ours(seen: Seen | None, base: Mapping[str, str], mapping: CrmMapping) -> bool:
    """Whether nobody there, or whom we made it, or a program is their owner: whom a person made owner
    stays it."""
    if seen is None or not seen.owner or seen.owner.casefold() in mapping.machines:
        return True
    return seen.owner.casefold() == base.get(OWNER, "").casefold()


def values_of(lead: Person) -> dict[str, Any]:
    """By our names."""
    own = {
        name: getattr(lead, name)
        for name in ("email", "first_name", "last_name", "phone", "country", "company", "stage", "score")
    }
    own["company"] = lead.fields.get("company") or lead.company
    return {**own, **{name: value for name, value in lead.fields.items() if name not in own}}


def _must_write(merged: Merged, seen: Seen | None) -> bool:
    if seen is None:
        return True
    return not seen.gone and (bool(merged.push) or not seen.lead_id)


def _write(change: Change, merged: Merged, seen: Seen | None) -> Write:
    return Write(
        change.lead.id,
        change.lead.email or "",
        seen.remote_id if seen else "",
        merged.push,
        change.mapping,
        linked=bool(seen and seen.lead_id),
    )
