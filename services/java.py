"""Finds a Java that is new enough."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from services.failure import ServiceError

SYSTEM_FOLDERS = (Path("/usr/lib/jvm"), Path("/opt/java"), Path("/Library/Java/JavaVirtualMachines"))


def find_java(minimum: int) -> Path:
    """Give the home of the newest Java of at least version `minimum`; raise ServiceError where there is none."""
    found = [(version, home) for home in _homes() if (version := java_version(home)) >= minimum]
    if not found:
        raise ServiceError(
            f"Java {minimum} or newer is needed and was not found: install one "
            "(Debian: temurin-25-jdk or openjdk-21-jre), or set ES_JAVA_HOME to its folder"
        )
    return max(found)[1]


def java_version(home: Path) -> int:
    """Read a Java home's major version from its `release` file; 0 where there is none."""
    try:
        release = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return 0
    match = re.search(r'^JAVA_VERSION="(\d+)', release, re.MULTILINE)
    return int(match[1]) if match else 0


def _homes() -> Iterator[Path]:
    for variable in ("ES_JAVA_HOME", "JAVA_HOME"):
        if value := os.environ.get(variable):
            yield Path(value)
    if on_path := shutil.which("java"):
        yield Path(on_path).resolve().parent.parent
    for folder in SYSTEM_FOLDERS:
        if folder.is_dir():
            yield from sorted(folder.iterdir())
            yield from sorted(folder.glob("*/Contents/Home"))
