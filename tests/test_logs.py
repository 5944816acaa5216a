"""What a log line may hold: types, places, ids; never the text of an exception or an address."""

import asyncio
import io
import json
import logging
from collections.abc import Callable

import pytest
import structlog

CANARY = "maria.zimmer@canary.example"


@pytest.fixture(params=["json", "plain"])
def log(request: pytest.FixtureRequest, log_to_text: Callable[[str], io.StringIO]) -> io.StringIO:
    return log_to_text(request.param)


def fail() -> None:
    try:
        raise ValueError(f"550 <{CANARY}> unknown")
    except ValueError as error:
        raise RuntimeError(f"no mail to {CANARY}") from error


@pytest.mark.parametrize("name", ["nurture.delivery", "aiosmtplib", "sqlalchemy.engine"])
def test_an_exception_is_types_and_a_place(log: io.StringIO, name: str) -> None:
    try:
        fail()
    except RuntimeError:
        logging.getLogger(name).exception("send failed")
    line = log.getvalue()
    assert "RuntimeError < ValueError" in line
    assert "test_logs.py" in line
    assert "canary" not in line
    assert line.count("\n") == 1


def test_of_other_libraries_only_the_fixed_words(log: io.StringIO) -> None:
    error = ValueError(CANARY)
    logging.getLogger("temporalio.activity").warning(f"Exception handling failed, original error: {error}")  # noqa: G004
    logging.getLogger("urllib3").warning("Retrying %s", f"https://x/?mail={CANARY}")
    logging.getLogger("smtp").warning("refused (%s)", "Maria Zimmer")
    assert "canary" not in log.getvalue()
    assert "Zimmer" not in log.getvalue()
    assert "Exception handling failed, original error" in log.getvalue()


async def test_a_forgotten_task_does_not_tell_its_exception(log: io.StringIO) -> None:
    async def forgotten() -> None:
        raise ValueError(CANARY)

    task = asyncio.ensure_future(forgotten())
    await asyncio.sleep(0)
    del task
    await asyncio.sleep(0)
    assert "Task exception was never retrieved" in log.getvalue()
    assert "canary" not in log.getvalue()


def test_an_address_that_slipped_in_is_hidden(log: io.StringIO) -> None:
    logging.getLogger("nurture.delivery").warning("refused by %s", CANARY)
    structlog.get_logger("nurture.x").warning("refused", by=CANARY)
    assert "canary" not in log.getvalue()
    assert log.getvalue().count("[address]") == 2


def test_ids_are_fields(log: io.StringIO) -> None:
    logging.getLogger("nurture.relay").warning("late", extra={"journey": "0199"})
    structlog.get_logger("nurture.relay").warning("late", journey="0199")
    first, second = log.getvalue().splitlines()
    if first.startswith("{"):
        assert json.loads(first)["journey"] == json.loads(second)["journey"] == "0199"
        assert json.loads(first)["logger"] == "nurture.relay"
    else:
        assert "journey=0199" in first
        assert "journey=0199" in second
