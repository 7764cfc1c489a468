"""The procedures of the operators' pages: read from a page, and run as they stand there."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.cli import main
from services.processes import free_ports

ROOT = Path(__file__).parents[2]
PAGES = tuple(ROOT / "docs" / f"{name}.md" for name in ("operations", "scaling"))
BLOCK = re.compile(
    r"(?:^<!-- procedure: (?P<name>[^>\n]+) -->\n\n?)?"
    r"(?:^ *```(?P<language>\w*)\n(?P<fenced>.*?)^ *```|(?<=\n\n)(?P<indented>(?:^    [^\n]+\n)+))",
    re.MULTILINE | re.DOTALL,
)
SHELLS = ("", "bash", "console", "sh", "shell")
PYTHON = ".venv/bin/python"
Values = Mapping[str, str | Callable[[str], str]]
"""What stands for a word of the page; a function is asked at the moment of its command, and is given that."""


@dataclass(frozen=True)
class Block:
    """A block of commands of a page; its name is empty where none is marked above it."""

    name: str
    place: str
    commands: tuple[str, ...]


def read_blocks(page: Path) -> list[Block]:
    """Give a page's blocks of commands, indented or fenced."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            name=found["name"] or "",
            place=f"{page.name}:{text.count(chr(10), 0, found.end())}",
            commands=read_commands(found["indented"] or found["fenced"]),
        )
        for found in BLOCK.finditer(text)
        if (found["language"] or "") in SHELLS
    ]


def read_commands(text: str) -> tuple[str, ...]:
    """Join lines that go on, and leave out comments."""
    lines = re.sub(r"\\\n *", "", text).splitlines()
    bare = [re.sub(r"(^ *|  +)# .*", "", line).strip().removeprefix("$ ") for line in lines]
    return tuple(line for line in bare if line)


def procedure(name: str) -> tuple[str, ...]:
    """Give the commands of a procedure, in their order."""
    (found,) = [block for page in PAGES for block in read_blocks(page) if block.name == name]
    return found.commands


def follow(name: str, values: Values | None = None) -> dict[str, str]:
    """Run a procedure in this folder, and give what each command printed; each must end with 0.

    A command with something in brackets runs without it and with it.
    """
    return {form: run(form, values or {}) for command in procedure(name) for form in forms(command)}


def forms(command: str) -> list[str]:
    """Give a command without what stands in brackets, and with it."""
    without, whole = (" ".join(re.sub(r"\[([^]]*)\]", kept, command).split()) for kept in ("", r"\1"))
    return list(dict.fromkeys([without, whole]))


def run(command: str, values: Values) -> str:
    """Run one command and give what it printed; `broadsheet` runs in this process."""
    line, _, target = command.partition(" > ")
    found = [values.get(word, word) for word in shlex.split(line)]
    words = [each if isinstance(each, str) else each(command) for each in found]
    named = [word for word in words if re.match(r"[A-Z_]+=", word)]
    words = words[len(named) :]
    with told(dict(word.split("=", 1) for word in named)):
        code, printed = run_here(words[1:]) if words[0].endswith("broadsheet") else run_beside(words)
    assert code == 0, f"{command} ended with {code}:\n{printed}"
    if target:
        Path(target).write_text(printed, encoding="utf-8")
    return printed


@contextlib.contextmanager
def told(variables: dict[str, str]) -> Iterator[None]:
    """Let variables of the environment hold for a while."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_here(words: list[str]) -> tuple[int, str]:
    """Run our command line in this process: a start of its own would cost a second."""
    output = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(output):
        code = main(words)
    output.seek(0)
    return code, output.read()


def run_beside(words: list[str]) -> tuple[int, str]:
    """Run another program; of `make`, what it would run itself, in this folder."""
    if words[0] == "make":
        words = ["bash", "-c", made(words)]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    return done.returncode, done.stdout + done.stderr


def made(words: list[str]) -> str:
    """Give the command on the running system that a target of the Makefile is, for this interpreter."""
    recipe = subprocess.run([*words, "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (line,) = [line for line in recipe.splitlines() if "services.system" in line]
    assert PYTHON in line
    return line.replace(PYTHON, shlex.quote(sys.executable))


@contextlib.contextmanager
def serve(name: str) -> Iterator[str]:
    """Start the server that is a procedure's one command, give the address that it prints, and press Ctrl-C."""
    (command,) = procedure(name)
    words = [*shlex.split(command.replace(PYTHON, sys.executable)), "--port", str(free_ports(1)[0])]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as server:
        assert server.stdout
        try:
            address = server.stdout.readline().strip()
            assert address.startswith("http"), address
            yield address
        finally:
            server.send_signal(2)
            assert server.wait(60) == 0
