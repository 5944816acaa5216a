"""The catcher over real SMTP, sent to by our own provider."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from nurture.delivery.catcher import Catcher, Faults, MailStore
from nurture.delivery.catcher.faults import parse_faults
from nurture.delivery.catcher.mails import read_log
from nurture.delivery.provider import Envelope, Outcome, Verdict
from nurture.delivery.smtp import SmtpProvider, SmtpSettings


def mail(number: int) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"Größe {number}"
    message["Message-ID"] = f"<{number}@ours.example>"
    message.set_content("Guten Tag\n.\nund Grüße\n")
    message.add_alternative("<p>Guten Tag</p>", subtype="html")
    return message.as_bytes()


async def go() -> bool:
    return True


@asynccontextmanager
async def provider(port: int, per_connection: int = 100) -> AsyncIterator[SmtpProvider]:
    made = SmtpProvider(
        SmtpSettings(
            host="127.0.0.1",
            port=port,
            pool=10,
            local_hostname="ours.example",
            dot_seconds=5,
            mails_per_connection=per_connection,
        )
    )
    yield made
    await made.close()


async def send(port: int, numbers: range, per_connection: int = 100) -> list[Outcome]:
    async with provider(port, per_connection) as ours:
        return await asyncio.gather(
            *(
                ours.deliver(mail(number), Envelope("us@ours.example", f"lead{number}@theirs.example"), go)
                for number in numbers
            )
        )


async def test_what_was_sent_can_be_read() -> None:
    async with Catcher() as catcher:
        await send(catcher.port, range(3))
        newest = catcher.store.recent(limit=2)
        assert len(newest) == 2
        assert [found.recipient for found in catcher.store.recent(search="LEAD1@")] == [
            "lead1@theirs.example"
        ]
        assert [found.message_id for found in catcher.store.recent(search="größe 2")] == ["<2@ours.example>"]
        caught = catcher.store.get(catcher.store.recent(search="lead1@")[0].id)
        assert caught is not None
        assert ("Subject", "Größe 1") in caught.headers
        assert "Guten Tag\n.\nund Grüße" in caught.text.replace("\r\n", "\n")
        assert "<p>Guten Tag</p>" in caught.html
        assert caught.raw.startswith(b"Subject: =?utf-8?")
        assert catcher.store.get("12345") is None


async def test_no_more_than_kept_is_remembered_and_all_is_logged(tmp_path: Path) -> None:
    log = tmp_path / "mails.jsonl"
    async with Catcher(log=log, kept=5) as catcher:
        await send(catcher.port, range(20))
        assert len(catcher.mails) == 5
        assert catcher.store.count == 20
    assert len(list(read_log(log))) == 20
    assert {found.message_id for found in read_log(log)} == {
        f"<{number}@ours.example>" for number in range(20)
    }


async def test_another_process_reads_along_and_a_restart_forgets_nothing(tmp_path: Path) -> None:
    log = tmp_path / "mails.jsonl"
    reader = MailStore(log)
    async with Catcher(log=log) as catcher:
        await send(catcher.port, range(2))
        assert len(reader.all()) == 2
        with log.open("ab") as torn:
            torn.write(b'{"message_id": "<half')
        assert len(reader.all()) == 2
        with log.open("r+b") as torn:
            torn.truncate(log.read_bytes().rindex(b"\n") + 1)
    async with Catcher(log=log) as again:
        await send(again.port, range(2, 4))
        assert len(again.mails) == len(reader.all()) == 4
        last = reader.get(reader.recent(1)[0].id)
        assert last is not None
        assert b"Message-ID: <" in last.raw
    reader.close()


FAULTS = Faults(
    drop_at_rcpt=0.1,
    defer_at_rcpt=0.1,
    defer_after_data=0.1,
    drop_before_accept=0.1,
    accept_then_drop=0.1,
    refuse=lambda address: address.startswith("lead7"),
    seed=7,
)


async def test_faults_lead_to_their_verdicts_and_the_ledger_rule_holds() -> None:
    async with Catcher(faults=FAULTS) as catcher:
        outcomes = await send(catcher.port, range(200))
        taken = {found.recipient for found in catcher.mails}
    by_verdict = dict.fromkeys(Verdict, 0)
    for number, outcome in enumerate(outcomes):
        by_verdict[outcome.verdict] += 1
        here = f"lead{number}@theirs.example" in taken
        match outcome.verdict:
            case Verdict.SENT:
                assert here
            case Verdict.RETRY | Verdict.BOUNCED | Verdict.UNREACHED:
                assert not here, outcome
    assert min(by_verdict[verdict] for verdict in set(Verdict) - {Verdict.FENCED}) > 0, by_verdict


async def test_one_seed_brings_the_same_faults_in_any_order() -> None:
    seen = []
    for numbers in (range(60), range(59, -1, -1)):
        async with Catcher(faults=FAULTS) as catcher:
            outcomes = await send(catcher.port, numbers, per_connection=1)
            seen.append({number: outcome.verdict for number, outcome in zip(numbers, outcomes, strict=True)})
    assert seen[0] == seen[1]
    assert len(set(seen[0].values())) > 3


def test_faults_are_read_from_words() -> None:
    faults = parse_faults("drop-at-rcpt=0.02, accept-then-drop=0.5", Faults(seed=3))
    assert (faults.drop_at_rcpt, faults.accept_then_drop, faults.seed) == (0.02, 0.5, 3)
    with pytest.raises(ValueError, match="drop-at-rcp is not a fault; there are drop-at-rcpt"):
        parse_faults("drop-at-rcp=1", Faults())


async def test_it_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    log = tmp_path / "mails.jsonl"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "nurture.delivery.catcher", "--log", str(log), "--refuse", "*@gone.example"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    port = int(await process.stdout.readline())
    try:
        await send(port, range(3))
        async with provider(port) as ours:
            refused = await ours.deliver(mail(9), Envelope("us@ours.example", "she@gone.example"), go)
    finally:
        process.send_signal(signal.SIGTERM)
        code = await process.wait()
    assert refused.verdict is Verdict.BOUNCED
    assert code == 0
    assert len(list(read_log(log))) == 3
