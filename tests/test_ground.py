"""The rules that hold the whole repository, each as a test that names the offender."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ("nurture", "workflows", "activities", "worker.py", "migrations", "tests")
LONGEST = 300
# Where an exception of any kind is met, and why.
EDGES = {
    "nurture/boundary.py",  # the edge of every process: the report of a bug
    "nurture/relay/guard.py",  # the edge of a round: one row ends none
    "nurture/relay/looking.py",  # the same, for each lead
    "nurture/store/writer.py",  # carries it from the writer's thread to whoever asked
}
GRAB_BAGS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


def tracked() -> list[Path]:
    """Every file that is, or would be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def modules(*below: str) -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in below]


def texts() -> Iterator[tuple[Path, int, str]]:
    for path in tracked():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        yield from ((path, number, line) for number, line in enumerate(lines, 1))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_locks_have_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert "://" not in text
    assert "-index" not in text
    assert len(pins) > 50
    assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_the_running_lock_is_part_of_the_development_lock() -> None:
    pins = [
        set(re.findall(r"^([a-z0-9_.-]+==[^\s;]+)", (ROOT / "requirements" / lock).read_text(), re.MULTILINE))
        for lock in ("run.txt", "dev.txt")
    ]
    assert pins[0] <= pins[1]


def test_no_file_of_code_is_long() -> None:
    # A migration is as long as its tables and is never edited again.
    paths = [path for path in modules(*CODE) if path.parent != ROOT / "migrations" / "versions"]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST} == {}


def test_no_grab_bag_modules() -> None:
    assert [str(path) for path in modules(*CODE) if path.stem in GRAB_BAGS] == []


def test_nothing_names_the_place_where_it_was_written() -> None:
    # Put together here, so that this file passes its own rule.
    forbidden = re.compile(
        "|".join(
            [r"(?<![\w.])/" + r"work(?![\w-])", "/tmp/" + "plan", r"\.\./" + "shared", "py" + r"pi\.org"]
        )
    )
    assert [place(path, number) for path, number, line in texts() if forbidden.search(line)] == []


def test_the_domain_is_pure() -> None:
    offenders = [
        f"{place(path, line)} imports {name}"
        for path in modules("nurture")
        if path.is_relative_to(ROOT / "nurture" / "domain")
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("nurture.domain")
    ]
    assert offenders == []


def test_only_what_runs_everything_imports_the_worker() -> None:
    offenders = [
        place(path, line)
        for path in modules("nurture", "workflows", "activities")
        if path.relative_to(ROOT).parts[:2] not in {("nurture", part) for part in ("cli", "demo", "bench")}
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if name == "worker"
    ]
    assert offenders == []


def test_the_worker_stands_below_commands_and_pages() -> None:
    offenders = [
        name
        for path in modules("worker.py")
        for _, name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if f"{name}.".startswith(("nurture.cli.", "nurture.web.", "httpx."))
    ]
    assert offenders == []


def test_only_edges_catch_everything() -> None:
    offenders = [
        place(path, node.lineno)
        for path in modules("nurture", "workflows", "activities", "worker.py")
        if str(path.relative_to(ROOT)) not in EDGES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert offenders == []


def test_links_between_pages_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
    offenders = [
        f"{place(path, number)} -> {target}"
        for path, number, line in texts()
        if path.suffix == ".md"
        for target in link.findall(line)
        if not (path.parent / target).exists()
    ]
    assert offenders == []


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
