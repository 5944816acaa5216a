"""The shell around every command: help at once, one line for what a person can mend, a report for a bug."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated

import pytest
import typer

from nurture.boundary import BUG, WRONG_INPUT, guarded
from nurture.cli.main import COMMANDS, Command, run
from nurture.cli.output import listing, progress
from nurture.domain.errors import NurtureError

CANARY = "maria.zimmer@canary.example"


def greet(name: str, times: Annotated[int, typer.Option(help="How often.")] = 1) -> None:
    """Greets."""
    print(" ".join([f"hello {name}"] * times))


def refuse(lead: str) -> None:
    raise NurtureError("there is no lead with this id", "`nurture journeys` lists them")


def stumble(lead: str) -> None:
    try:
        raise LookupError(lead)
    except LookupError as error:
        raise RuntimeError(f"no lead {lead}") from error


def interrupted() -> None:
    raise KeyboardInterrupt


def partly() -> int:
    return 1


TRIAL = {
    word: Command(__name__, word, f"To {word}.")
    for word in ("greet", "refuse", "stumble", "interrupted", "partly")
} | {
    "score explain": Command(__name__, "greet", "Every point."),
    "greet loudly": Command(__name__, "greet", "Loud."),
}


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or import_module(__name__))


def test_help_names_every_command_and_imports_none() -> None:
    heavy = ["temporalio", "sqlalchemy", "rich", "fastapi", "uvicorn"]
    script = "import sys; from nurture.cli.main import run; run(['--help']); "
    script += f"sys.exit(str([name for name in {heavy} if name in sys.modules] or ''))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
    for words in COMMANDS:
        assert f"  {words.split()[0]} " in done.stdout


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_there_and_has_help(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = COMMANDS[words]
    assert callable(getattr(import_module(command.module), command.function))
    assert run([*words.split(), "--help"]) == 0
    assert f"Usage: nurture {words}" in capsys.readouterr().out


def test_a_command_gets_what_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["greet", "Eva", "--times", "2"], TRIAL) == 0
    assert capsys.readouterr().out == "hello Eva hello Eva\n"


def test_two_words_make_a_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["score", "explain", "Eva"], TRIAL) == 0
    assert run(["greet", "loudly", "Eva"], TRIAL) == 0
    assert run(["score", "--help"], TRIAL) == 0
    out = capsys.readouterr().out
    assert out.startswith("hello Eva\nhello Eva\n")
    assert "Every point." in out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["wroker"], "error: No such command 'wroker'. See `nurture --help`.\n"),
        (
            ["greet", "Eva", "--tims", "2"],
            "error: No such option: --tims (Possible options: --times). See `nurture",
        ),
        (["greet", "Eva", "--times", "x"], "error: Invalid value for '--times': "),
        (["greet"], "error: Missing argument 'name'. See `nurture greet --help`.\n"),
        (["refuse", "x"], "error: There is no lead with this id. `nurture journeys` lists them.\n"),
    ],
)
def test_wrong_input_is_one_clear_line(
    args: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(args, TRIAL) == 1
    err = capsys.readouterr().err
    assert err.startswith(says)
    assert err.count("\n") == 1


def test_a_command_may_return_its_exit_code() -> None:
    assert run(["partly"], TRIAL) == 1


def test_ctrl_c() -> None:
    assert run(["interrupted"], TRIAL) == 130


def test_a_bug_leaves_a_report_that_anyone_may_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run(["stumble", CANARY], TRIAL) == 3
    err = capsys.readouterr().err
    (report,) = tmp_path.iterdir()
    assert str(report) in err
    text = report.read_text()
    assert "command: nurture stumble\n" in text
    assert "error: RuntimeError < LookupError\n" in text
    assert "test_shell.py" in text
    assert "canary" not in text + err


def test_a_reader_that_leaves_early_is_no_error() -> None:
    script = "from nurture.cli.errors import guarded, leave\n"
    script += "leave(guarded(lambda: [print('x' * 100) for _ in range(10_000)], 'test'))"
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() == 0
    process.stderr.close()


ROWS: list[dict[str, object]] = [
    {"lead": "0199-a", "due": datetime(2026, 3, 2, 9, tzinfo=UTC), "late": True, "extra": 1},
    {"lead": "0199-bbbb", "due": None, "late": False, "extra": 2},
]


def test_a_listing_is_whole_lines_for_other_programs(capsys: pytest.CaptureFixture[str]) -> None:
    listing(ROWS, ["lead", "due", "late"], as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "LEAD       DUE               LATE",
        "0199-a     2026-03-02 09:00  yes",
        "0199-bbbb  -                 no",
    ]


def test_a_listing_as_json_has_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    listing(ROWS, ["lead"], as_json=True)
    first = json.loads(capsys.readouterr().out)[0]
    assert first == {"lead": "0199-a", "due": "2026-03-02T09:00:00+00:00", "late": True, "extra": 1}


def test_an_empty_listing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    listing([], ["lead"], as_json=False, empty="No journeys.")
    listing([], ["lead"], as_json=True)
    assert capsys.readouterr().out == "No journeys.\n[]\n"


def test_progress_off_a_terminal_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(1200, "Importing") as advance:
        advance(500)
        advance(700)
    assert capsys.readouterr().err == "Importing: 1,200 of 1,200\n"


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("yaml.not_there", WRONG_INPUT, "The package yaml is not installed. In a checkout run `make setup`"),
        ("nurture.not_there", BUG, "A bug in Nurture (ModuleNotFoundError)"),
    ],
)
def test_a_package_that_is_missing_is_no_bug(
    module: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: import_module(module), "check") == code
    assert said in capsys.readouterr().err
