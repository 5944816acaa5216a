"""Bugs of systems like this one, each as a change to our own code, and the tests that must turn red."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    name: str
    file: str
    before: str
    after: str
    tests: str


BUGS = (
    Bug(
        "no unique key",
        "migrations/versions/0001_the_first_schema.py",
        '        sa.UniqueConstraint("source", "key", name="uq_inbox_source_key"),\n',
        "",
        "tests/web/test_hooks.py",
    ),
    Bug(
        "the result is recorded before the mail is sent",
        "activities/messages.py",
        "            outcome = await self._deliver(begun, composed)\n",
        '            outcome = Outcome(Verdict.SENT, 250, None, "", "accepted")\n'
        "            done = await self._finish(begun, composed, outcome)\n"
        "            await self._deliver(begun, composed)\n"
        "            return self._done(done)\n",
        "tests/reliability/test_lost_answers.py",
    ),
    Bug(
        "the mark comes after the final dot",
        "nurture/delivery/smtp.py",
        "            if not await mark():\n                return FENCED\n"
        "            return await self._finish(connection)\n",
        "            outcome = await self._finish(connection)\n"
        "            await mark()\n            return outcome\n",
        "tests/delivery/test_smtp.py",
    ),
    Bug(
        "leases by the worker's clock",
        "nurture/services/ledger.py",
        "sends.c.lease_until > db_now(), *gates",
        "sends.c.lease_until > __import__('datetime').datetime.now(__import__('datetime').UTC), *gates",
        "tests/reliability/test_leases.py",
    ),
    Bug(
        "whatever fails is tried again",
        "nurture/delivery/smtp.py",
        "            return unknown(str(error))\n",
        "            return broken(error)\n",
        "tests/delivery/test_smtp.py",
    ),
    Bug(
        "the checkpoint at the fetch",
        "nurture/relay/hooks.py",
        "        for events in hooks.parts(found):\n",
        "        await self._store.write(hooks.close, self._desk, row, found)\n"
        "        for events in hooks.parts(found):\n",
        "tests/services/test_hooks.py",
    ),
    Bug(
        "the webhook is answered before it is kept",
        "nurture/web/hooks.py",
        "await patiently(site.store.write(keep, site.desk, provider, number, call.headers, call.body))",
        '"new"; site.store.submit(keep, site.desk, provider, number, call.headers, call.body)',
        "tests/web/test_hooks.py",
    ),
    Bug(
        "a signal counts as often as it comes",
        "workflows/journey.py",
        "[wake for wake in wakes if wake.turn >= self.turn.turn]",
        "wakes",
        "tests/engine/test_workflow.py",
    ),
    Bug(
        "signatures are compared with ==",
        "nurture/delivery/hooks.py",
        "return given.isascii() and hmac.compare_digest(given.encode(), expected.encode())",
        "return given == expected",
        "tests/reliability/test_constant_time.py",
    ),
    Bug(
        "a GET unsubscribes",
        "nurture/web/links.py",
        '    lead = found[0] if found else ""\n',
        '    lead = found[0] if found else ""\n'
        "    if found:\n"
        "        site = site_of(request)\n"
        '        await site.store.write(unsubscribe, site.desk, *found, "page")\n',
        "tests/machines/test_over_http.py tests/web/test_way_out.py",
    ),
    Bug(
        "destination[0] for everybody who bounced",
        "nurture/delivery/providers/ses_hook.py",
        'recipient=person.address("emailAddress"),',
        "recipient=destination,",
        "tests/delivery/test_payloads.py",
    ),
    Bug(
        "one sign of a machine is not enough",
        "nurture/domain/machines.py",
        "    if sum(WEIGHTS.get(name, ENOUGH) for name in names) < ENOUGH:",
        "    if sum(WEIGHTS.get(name, ENOUGH) for name in names) <= ENOUGH:",
        "tests/machines/test_figures.py tests/domain/test_machines.py",
    ),
    Bug(
        "silence is taken for a refusal",
        "nurture/delivery/calling.py",
        'return Outcome(Verdict.UNKNOWN, None, None, failed.kind, "no-answer")',
        'return Outcome(Verdict.UNREACHED, None, None, "", "unreachable")',
        "tests/engine/test_accounts.py tests/reliability/test_lost_answers.py",
    ),
    Bug(
        "no connection is taken for silence",
        "nurture/delivery/calling.py",
        'NOTHING_LEFT = ("no connection", "unknown host", "not a public address")',
        'NOTHING_LEFT = ("unknown host", "not a public address")',
        "tests/reliability/test_outage.py",
    ),
    Bug(
        "a CRM that cannot upsert is told again without a look",
        "nurture/crm/pipedrive.py",
        "made = task.remote_id or await self.reading.activity_of(task.id, remote_id)",
        "made = task.remote_id",
        "tests/reliability/test_lost_crm_answers.py",
    ),
    Bug(
        "a webhook is done before it is booked",
        "nurture/relay/hooks.py",
        '        self._desk.reached("hooks/read")\n',
        '        self._desk.reached("hooks/read")\n'
        "        await self._store.write(hooks.close, self._desk, row, found)\n",
        "tests/chaos/test_part_points.py",
    ),
    Bug(
        "a mark of which nothing was heard is left standing",
        "activities/messages.py",
        "                await self._store.write(ledger.unmark, mail.send_id, mail.owner)\n",
        "",
        "tests/reliability/test_lost_answers.py",
    ),
    Bug(
        "a key is trusted at another account",
        "nurture/services/repeats.py",
        "if life is None or life.place != mail.repeat_place:",
        "if life is None:",
        "tests/services/test_repeats.py",
    ),
    Bug(
        "an unanswered mail has no text that the next worker could repeat",
        "nurture/services/sending.py",
        '        written["body"] = composed.mail\n',
        "        pass\n",
        "tests/services/test_repeats.py",
    ),
    Bug(
        "a silent provider gets all that is due",
        "nurture/services/silence.py",
        "if desk.silences.silent(account) < MOST and not at_once and not tried:",
        "if not at_once and not tried:",
        "tests/services/test_silence.py",
    ),
)
