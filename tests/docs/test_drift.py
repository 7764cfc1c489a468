"""Documents that must not drift from the code: commands, glossary, make targets, links."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from ingest.cli import build_parser

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def read(path: str) -> str:
    """Read a document of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Give a parser's sub-commands by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def needs_action(parser: argparse.ArgumentParser) -> bool:
    """Tell whether a command with sub-commands does nothing without one."""
    return any(action.required for action in parser._actions if isinstance(action, argparse._SubParsersAction))


def test_readme_names_every_command() -> None:
    """A command that the README does not name is one that nobody finds."""
    readme = read("README.md")
    commands = set(choices(build_parser()))
    assert {name for name in commands if not re.search(rf"(`|broadsheet ){name}\b", readme)} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_documents_name_only_commands_that_exist(document: Path) -> None:
    """A reader pastes what a document says; `broadsheet` with a word that is no command answers with usage."""
    commands = choices(build_parser())
    named = re.findall(r"(?:bin/|`|^ *|rm )broadsheet ([a-z]+)(?: ([a-z]+))?", document.read_text(), re.MULTILINE)
    for command, action in named:
        assert command in commands, f"broadsheet {command}"
        actions = choices(commands[command])
        if actions and (action or needs_action(commands[command])):
            assert action in actions, f"broadsheet {command} {action}"


def terms() -> list[str]:
    """Give the glossary's terms."""
    found = re.findall(r"\*\*([^*]+)\*\*", read("docs/glossary.md"))
    return sorted({term.lower() for term in found})


@pytest.fixture(scope="module")
def code() -> str:
    """Give the package's sources and data as one text, squeezed so that `near_duplicate` is near-duplicate."""
    files = [path for pattern in ("*.py", "*.toml", "*.json") for path in (ROOT / "ingest").rglob(pattern)]
    files += (ROOT / "index_mappings").glob("*.json")
    return squeeze(" ".join(path.read_text(encoding="utf-8") for path in sorted(files)))


def squeeze(text: str) -> str:
    """Lower the case and leave out separators."""
    return re.sub(r"[\s_-]+", "", text.lower())


@pytest.mark.parametrize("term", terms())
def test_glossary_term_occurs_in_the_code(term: str, code: str) -> None:
    """A word that only the glossary uses is a second name for something."""
    assert squeeze(term) in code


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_documents_name_only_make_targets_that_exist(document: Path) -> None:
    """`make` answers an unknown target with an error that tells a newcomer nothing."""
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ +)make ([a-z-]+)", document.read_text(), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    """A file that moved leaves links behind that only a reader notices."""
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []
