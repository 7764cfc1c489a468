"""The operators' procedures are run as they stand in docs/operations.md."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from ingest import errors, jobs
from ingest.cli import build_parser, main
from ingest.errors import ArticleMissing
from ingest.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PAGES = [ROOT / "docs" / f"{name}.md" for name in ("operations", "scaling", "sizing")]
# What stands for a value in a command, and one that it may have.
VALUES = {"N": "7", "START-END": "1-2", "DATE": "2024-01-11", "ID": "0" * 32, "FILE": "x", "NAME": "x", "RUN": "x"}


def procedure(name: str) -> list[str]:
    """Give the commands of a procedure of the page, in their order."""
    block = re.search(rf"<!-- procedure: {name} -->\n\n((?:    [^\n]+\n)+)", PAGE)
    assert block, name
    return [line.partition("  #")[0].strip() for line in block[1].splitlines()]


def run(commands: list[str], values: dict[str, str]) -> dict[str, int]:
    """Run commands in this folder, and give their exit codes; `broadsheet` runs in this process."""
    codes = {}
    for command in commands:
        words = [values.get(word, word) for word in shlex.split(command)]
        is_ours = words[0] == "broadsheet"
        codes[command] = main(words[1:]) if is_ours else subprocess.run(words, check=False).returncode
    return codes


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the working folder of a system that holds something."""
    monkeypatch.chdir(tmp_path)
    for name in ("clean-text.txt", "named-comment-thread.txt", "broken-lines.jsonl", "wire-nordwire.txt"):
        assert main(["ingest", str(ROOT / "seeds" / name)]) == 0
    return tmp_path


def test_day_by_day(filled: Path) -> None:
    """An operator in trouble pastes what is written; each command must do its work on a system that holds something."""
    commands = procedure("day by day")
    assert len(commands) >= 12
    found = jobs.search([], Settings.load())["hits"][0]["id"]
    assert run(commands, {"ID": found}) == dict.fromkeys(commands, 0)
    with pytest.raises(ArticleMissing):
        jobs.show(found, Settings.load())


def test_back_up_and_restore(filled: Path) -> None:
    """What was backed up is all that a new machine needs: the articles are there, and what people decided of them."""
    first = jobs.search([], Settings.load())
    decided = first["hits"][0]["id"]
    assert main(["split", decided]) == 0
    backing_up, restoring = procedure("back up"), procedure("restore")
    assert run(backing_up, VALUES) == dict.fromkeys(backing_up, 0)
    shutil.rmtree(filled / ".broadsheet")
    assert run(restoring, VALUES) == dict.fromkeys(restoring, 0)
    again = jobs.search([], Settings.load())
    assert {hit["id"] for hit in again["hits"]} == {hit["id"] for hit in first["hits"]}
    assert [each["id"] for each in jobs.list_splits(Settings.load())] == [decided]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_command_can_be_parsed(page: Path) -> None:
    """An option that was renamed is noticed here before it is at night: in blocks, and in sentences and tables."""
    text = page.read_text(encoding="utf-8")
    lines = re.findall(r"^    broadsheet ([^\n#]+?)(?:  +#.*)?$", text, re.MULTILINE)
    lines += re.findall(r"`broadsheet ([^`]+)`", text)
    assert lines
    parser = build_parser()
    for line in lines:
        words = shlex.split(re.sub(r"\[[^]]*\]", "", line).partition(" > ")[0])
        if len(words) > 1:  # one word alone names a command
            parser.parse_args([VALUES.get(word, word) for word in words])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_module_that_is_run_is_there(page: Path) -> None:
    """A measurement that cannot be repeated is a claim."""
    for name in re.findall(r"python -m ((?:benchmarks|services|tools)[\w.]*)", page.read_text(encoding="utf-8")):
        assert importlib.util.find_spec(name), name


@pytest.mark.parametrize("command", ["up", "status", "rotate", "down"])
def test_make_runs_what_the_tests_of_the_running_system_run(command: str) -> None:
    """The system is started, asked and stopped by `services.system`; `make` must call nothing else."""
    told = subprocess.run(["make", "-n", command], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f".venv/bin/python -m services.system {command}" in told


def test_alerts_are_told_in_the_words_of_the_code() -> None:
    """Who looks an alert up pastes what the log said."""
    _, _, rest = PAGE.partition("## Alerts, and what to do")
    table = rest.partition("\n## ")[0]
    named = set(re.findall(r"\b((?:[A-Z][a-z]+){2,})\b", table))
    assert {"IndexUnavailable", "StorageFull"} <= named
    assert {name for name in named if not hasattr(errors, name)} == set()
    said = (ROOT / "dags" / "policy.py").read_text(encoding="utf-8")
    assert "%s failed: task %s[%s] of run %s on %s: %s" in said
    assert "a run has not ended within" in said
