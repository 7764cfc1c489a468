"""Runs the Dockerfile's steps where no engine is: a stage is a virtual environment and a folder for its root."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.compose_files import ROOT, instructions

# The folders of the images that are not of their base.
OWN_FOLDER = re.compile(r"(?<![\w./])/(?=(?:data|home|requirements|source|wheel)\b)")
MOUNT = re.compile(r"--mount=type=bind,from=(\w+),source=(\S+),target=(\S+)\s+")
# The part of pip is played by uv, which takes the same locked packages out of its cache. Making a user, and giving
# folders to it, is for an engine that is root.
COMMANDS = {
    "pip": 'for word; do shift; [ "$word" = --no-cache-dir ] || set -- "$@" "$word"; done; exec "$UV" pip "$@"',
    "install": 'for word; do shift; case "$word" in --owner=*|--group=*) ;; *) set -- "$@" "$word";; esac; done\n'
    'exec /usr/bin/install "$@"',
    "useradd": "exit 0",
}


@dataclass(slots=True)
class Image:
    """A stage as it is being made: `folder` holds its root and its virtual environment."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    working: str = "/"
    entrypoint: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The folder that stands for `/`."""
        return self.folder / "root"

    def place(self, text: str) -> str:
        """Give a text with its paths of the image as they are here."""
        return OWN_FOLDER.sub(f"{self.root}/", text)

    def run(self, command: list[str]) -> str:
        """Run a command in the image, and give what it printed; raise AssertionError with its errors where it fails."""
        done = subprocess.run(
            command,
            cwd=self.place(self.working) if self.working != "/" else self.root,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=250,
        )
        assert done.returncode == 0, f"{shlex.join(command)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def environment(self) -> dict[str, str]:
        """Give the variables that a program in the image sees."""
        path = os.pathsep.join([str(self.folder / "commands"), str(self.folder / "venv" / "bin"), "/usr/bin", "/bin"])
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PYTHON"))}
        told = {"PATH": path, "VIRTUAL_ENV": str(self.folder / "venv"), "UV": find_uv()}
        return kept | told | {name: self.place(value) for name, value in self.variables.items()}


def find_uv() -> str:
    """Give the installer of the tests' own environment."""
    return str(Path(sys.executable).parent / "uv")


def build(name: str, folder: Path) -> Image:
    """Make the image of a stage in a folder, and the stages that it takes something of beside it."""
    image = Image(folder / name)
    image.root.mkdir(parents=True)
    subprocess.run([find_uv(), "venv", "-q", "--python", sys.executable, str(image.folder / "venv")], check=True)
    for command, script in COMMANDS.items():
        program = image.folder / "commands" / command
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/bash\n{script}\n")
        program.chmod(0o755)
    for instruction, rest in steps_of(name):
        take_step(image, instruction, rest, folder)
    return image


def steps_of(name: str) -> list[tuple[str, str]]:
    """List the steps of a stage, those of the stage that it stands on first."""
    rows = instructions()
    (start,) = (place for place, (word, rest) in enumerate(rows) if word == "FROM" and rest.endswith(f" AS {name}"))
    end = next((place for place in range(start + 1, len(rows)) if rows[place][0] == "FROM"), len(rows))
    base = rows[start][1].split()[0]
    return [*([] if base.startswith("$") else steps_of(base)), *rows[start + 1 : end]]


def take_step(image: Image, instruction: str, rest: str, folder: Path) -> None:
    """Take one step."""
    match instruction:
        case "RUN":
            for stage, source, target in MOUNT.findall(rest):
                mount(image, folder, stage, source, target)
            image.run(["bash", "-euc", image.place(MOUNT.sub("", rest))])
        case "COPY":
            *sources, target = rest.split()
            for source in sources:
                copy(image, source, target)
        case "ENV":
            image.variables |= dict(word.split("=", 1) for word in shlex.split(rest))
        case "WORKDIR":
            image.working = rest
            Path(image.place(rest)).mkdir(parents=True, exist_ok=True)
        case "ENTRYPOINT":
            image.entrypoint = json.loads(rest)
        case "USER" | "CMD":
            pass
        case _:
            raise AssertionError(f"nothing is known of {instruction}")


def mount(image: Image, folder: Path, stage: str, source: str, target: str) -> None:
    """Show the image a folder of another stage, which is made where it is not yet."""
    other = Image(folder / stage) if (folder / stage).exists() else build(stage, folder)
    Path(image.place(target)).symlink_to(other.place(source))


def copy(image: Image, source: str, target: str) -> None:
    """Copy out of what the engine is given to build from."""
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert source.partition("/")[0] in sent, f".dockerignore leaves {source} out"
    place = Path(image.place(target)) if target.startswith("/") else Path(image.place(image.working)) / target
    if (ROOT / source).is_dir():
        shutil.copytree(ROOT / source, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        return
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / source, place)
