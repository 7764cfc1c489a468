"""Whatever a page tells its reader to type can be typed: commands and their options, modules, extras, services."""

from __future__ import annotations

import argparse
import importlib.util
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from ingest.cli import build_parser
from tests.docs.procedures import ROOT
from tests.docs.test_drift import choices
from tests.services.compose_files import read_services

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")])
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
# What stands for a value in a command, and one that it may have.
VALUES = {"N": "7", "START-END": "1-2", "DATE": "2024-01-11", "START": "1", "END": "2", "CLASS": "advert"}
ALL = "\n".join(TEXTS.values())
FORMS = (
    r"^(?:\$ |    )(?:.* && )?(?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?broadsheet ([^\n#]+?)(?:  +#.*)?$",
    r"`(?:\.venv/bin/)?broadsheet ([^`]+)`",
)


def find_lines(text: str) -> list[str]:
    """Find the commands of a page, in blocks and in sentences and tables, without what is not for the parser."""
    lines = [found for form in FORMS for found in re.findall(form, text, re.MULTILINE)]
    return [re.split(r" \d?>|\\?\|", re.sub(r"\[[^]]*\]|\.\.\.", "", line))[0] for line in lines]


@pytest.mark.parametrize("page", TEXTS)
def test_every_command_can_be_parsed(page: str) -> None:
    """An option that was renamed is noticed here before it is at night."""
    parser = build_parser()
    for line in find_lines(TEXTS[page]):
        words = shlex.split(line)
        if len(words) > 1:  # one word alone names a command
            parser.parse_args([VALUES.get(word, word) for word in words])


def test_commands_are_found_in_every_form() -> None:
    """A form that is not looked for is one in which a page may say anything."""
    forms = (
        "$ broadsheet a one | jq",
        "    X=1 broadsheet b  # said",
        "    x && .venv/bin/broadsheet c",
        "`broadsheet d [e]`",
    )
    page = "\n".join(forms)
    assert [line.split() for line in find_lines(page)] == [["a", "one"], ["b"], ["c"], ["d"]]
    assert len(find_lines(ALL)) >= 150


def test_every_option_of_the_table_of_commands_is_one_of_its_command() -> None:
    """The README's table names options apart from their commands."""
    rows = re.findall(r"^\| `broadsheet ([a-z]+)(.*)$", TEXTS["README.md"], re.MULTILINE)
    assert len(rows) >= 25
    commands = choices(build_parser())
    for command, rest in rows:
        named = set(re.findall(r"`(--[a-z-]+)", rest))
        assert named - find_options(commands[command]) == set(), command


def find_options(parser: argparse.ArgumentParser) -> set[str]:
    """Give the options of a command and of its actions."""
    own = {option for action in parser._actions for option in action.option_strings}
    return own.union(*(find_options(each) for each in choices(parser).values()))


@pytest.mark.parametrize("page", TEXTS)
def test_every_module_that_is_run_is_there(page: str) -> None:
    """A measurement that cannot be repeated is a claim."""
    for name, rest in re.findall(r"python -m ((?:benchmarks|services|tools)[\w.]*)([^`#\n]*)", TEXTS[page]):
        found = importlib.util.find_spec(name.rstrip("."))
        assert found, name
        assert found.origin, name
        path = Path(found.origin)
        files = path.parent.rglob("*.py") if path.name == "__init__.py" else [path]
        source = "".join(file.read_text(encoding="utf-8") for file in files)
        assert [option for option in re.findall(r"--[a-z-]+", rest) if f'"{option}"' not in source] == [], name


def test_every_extra_is_one() -> None:
    """`pip` only warns of an extra that is none, and what it was for is missing later."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = set(re.findall(r"broadsheet\[(\w+)\]|the extra `(\w+)`", ALL))
    assert len(named) >= 4
    assert {one or other for one, other in named} <= project["optional-dependencies"].keys()


def test_every_container_that_is_named_is_one() -> None:
    """There is no engine to try these commands on: their names at least are those of the file."""
    services = read_services()
    profiles = {profile for service in services.values() for profile in service.get("profiles", [])}
    named = re.findall(r"docker compose (?:run --rm|exec|cp) ([\w-]+)|--scale ([\w-]+)=", ALL)
    assert len(named) >= 5
    assert {one or other for one, other in named} <= services.keys()
    assert {"celery", "kafka"} <= set(re.findall(r"--profile ([\w-]+)", ALL)) <= profiles


@pytest.mark.parametrize("command", ["up", "status", "rotate", "down"])
def test_make_runs_what_the_tests_of_the_running_system_run(command: str) -> None:
    """The system is started, asked and stopped by `services.system`; `make` must call nothing else."""
    told = subprocess.run(["make", "-n", command], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f".venv/bin/python -m services.system {command}" in told
