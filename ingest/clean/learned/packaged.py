"""The rules that were accepted into the package's own folder, for whoever cleans without settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from ingest.clean.learned.normal import name_publisher
from ingest.clean.learned.rules import parse_publisher_rules
from ingest.clean.rulepack import Rule
from ingest.domains import registrable_domain


def accepted_for(url: str | None, publisher: str | None) -> tuple[Rule, ...]:
    """Give the rules that hold for a page, by its address or else its publisher's name; read once a process."""
    return read_packaged().get(name_publisher(registrable_domain(url or ""), publisher) or "", ())


@cache
def read_packaged() -> Mapping[str, tuple[Rule, ...]]:
    """Read the rules by publisher."""
    folder = resources.files("ingest.clean") / "rules" / "publishers"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return parse_publisher_rules({file.name[:-5]: file.read_text(encoding="utf-8") for file in files})
