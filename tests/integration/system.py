"""A system under test: an index with its lake, and the command line, in this process or in one of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.cli import main
from ingest.index.opening import open_index
from ingest.index.protocol import Index
from ingest.lake import open_lake
from ingest.settings import Settings

SEEDS = Path(__file__).parents[2] / "seeds"

# A second run from another moment: everything else of a document must be the same.
# Times of a run and of the captures that it accepted; `history` holds these beside what each capture said.
DIFFERS_BY_RUN = {"indexed_at", "captured_at", "valid_from", "history"}


@dataclass(frozen=True)
class System:
    """One index with its lake, each of the test's own."""

    url: str
    prefix: str
    folder: Path

    @property
    def flags(self) -> list[str]:
        """Give what every command of this system is called with."""
        return ["--index", self.url, "--lake", str(self.folder / "lake"), "--set", f"index.prefix={self.prefix}"]

    @property
    def named(self) -> dict[str, str]:
        """Give the same by the settings' names."""
        return {"index.url": self.url, "lake.url": str(self.folder / "lake"), "index.prefix": self.prefix}

    @property
    def settings(self) -> Settings:
        """Give the same as settings."""
        return Settings.load(flags=self.named)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        command = [sys.executable, "-m", "ingest.cli", *arguments, *self.flags]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())

    def run(self, *arguments: str, exit_code: int = 0) -> Any:
        """Run a command that prints JSON, and give what it printed."""
        output, errors = self._call(*arguments, exit_code=exit_code)
        return json.loads(output) if output else errors

    def run_lines(self, *arguments: str) -> list[Any]:
        """Run a command that prints a line of JSON a result, and give the results."""
        output, _ = self._call(*arguments)
        return [json.loads(line) for line in output.splitlines()]

    def _call(self, *arguments: str, exit_code: int = 0) -> tuple[str, str]:
        """Call the command line in this process: `start` is for what needs a process, and this costs no start."""
        output, errors = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            try:
                code = main([*arguments, "--json", *self.flags])
            except SystemExit as stopped:  # what the arguments' parser does with those that it cannot take
                code = int(stopped.code or 0)
        told = [_read(stream) for stream in (output, errors)]
        assert code == exit_code, told[1]
        return told[0], told[1]

    def snapshot(self) -> dict[str, Mapping[str, Any]]:
        """Give every article, with its comments, by its id."""
        with open_lake(self.settings.lake) as lake:
            ids = sorted({capture.id for capture in lake.since()})
        index = open_index(self.settings.index, write=False)
        try:
            return {
                key: {**without_run(document), "comments": index.comments(key)}
                for key, document in index.documents(ids).items()
            }
        finally:
            index.close()

    def versions(self) -> dict[str, int]:
        """Give the version of every article."""
        with open_lake(self.settings.lake) as lake:
            ids = sorted({capture.id for capture in lake.since()})
        index: Index = open_index(self.settings.index, write=False)
        try:
            return {key: standing.version for key, standing in index.standing(ids).items()}
        finally:
            index.close()


def _read(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def without_run(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what differs from run to run."""
    return {key: value for key, value in document.items() if key not in DIFFERS_BY_RUN}


def environment() -> dict[str, str]:
    """Give a child process's environment: this one's, from the root of the source tree."""
    return {**os.environ, "PYTHONPATH": str(SEEDS.parent)}
