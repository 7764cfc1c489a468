"""The operators' procedures are run as they stand in docs/operations.md."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from ingest import jobs
from ingest.cli import build_parser, main
from ingest.errors import ArticleMissing
from ingest.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def procedure() -> list[str]:
    """Give the commands of the page's procedure, in their order."""
    _, _, rest = PAGE.partition("<!-- procedure -->\n")
    block = re.match(r"\n((?:    broadsheet [^\n]+\n)+)", rest)
    assert block
    return [line.strip() for line in block[1].splitlines()]


def test_procedure_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator in trouble pastes what is written; each command must do its work on a system that holds something."""
    monkeypatch.chdir(tmp_path)
    for name in ("clean-text.txt", "named-comment-thread.txt", "broken-lines.jsonl", "wire-nordwire.txt"):
        assert main(["ingest", str(ROOT / "seeds" / name)]) == 0
    commands = procedure()
    assert len(commands) >= 12
    found = jobs.search([], Settings.load())["hits"][0]["id"]
    codes = {
        command: main([found if word == "ID" else word for word in shlex.split(command)[1:]]) for command in commands
    }
    assert codes == dict.fromkeys(commands, 0)
    with pytest.raises(ArticleMissing):
        jobs.show(found, Settings.load())


def test_every_command_of_the_page_can_be_parsed() -> None:
    """An option that was renamed is noticed here before it is at night."""
    lines = re.findall(r"^    broadsheet ([^\n#]+?)(?:  +#.*)?$", PAGE, re.MULTILINE)
    assert len(lines) > 20
    for line in lines:
        words = [
            word.replace("ID", "0" * 32).replace("FILE", "x")
            for word in shlex.split(re.sub(r"\[[^]]*\]", "", line).partition(" > ")[0])
        ]
        words = [re.sub(r"^START-END$", "1-2", "7" if word == "N" else word) for word in words]
        build_parser().parse_args(words)
