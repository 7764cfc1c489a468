"""Fetches artifacts with Maven's own client, which knows the machine's mirrors and proxies."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from services.failure import ServiceError

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


PROJECT = """<project><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>local</artifactId><version>1</version>
<dependencies><dependency>
<groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>
</dependency></dependencies></project>
"""


def fetch_artifact(coordinates: str, repository: Path) -> Path:
    """Download `group:name:version:type` into the throw-away local repository and give its path there.

    The user's own ~/.m2 is not touched. Raises ServiceError with Maven's last lines where it fails.
    """
    arguments = [f"{PLUGIN}:get", f"-Dartifact={coordinates}", "-Dtransitive=false"]
    _run_maven(arguments, repository, coordinates)
    group, name, version, kind = coordinates.split(":")
    return repository.joinpath(*group.split("."), name, version, f"{name}-{version}.{kind}")


def copy_with_dependencies(artifact: tuple[str, str, str], folder: Path) -> None:
    """Download a jar (group, name, version) and all that it needs to run into a folder that this makes."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "pom.xml"
        project.write_text(PROJECT.format(*artifact), encoding="utf-8")
        arguments = ["-f", str(project), f"{PLUGIN}:copy-dependencies"]
        arguments += [f"-DoutputDirectory={folder.absolute()}", "-DincludeScope=runtime"]
        _run_maven(arguments, Path(scratch) / "repository", ":".join(artifact))


def _run_maven(arguments: list[str], repository: Path, what: str) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServiceError("Maven is needed and was not found: install it (Debian: maven)")
    command = [maven, "-q", "-B", f"-Dmaven.repo.local={repository}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines()
        raise ServiceError(f"Maven could not fetch {what}:\n" + "\n".join(lines[-15:]))


def check_digest(path: Path, expected: str) -> None:
    """Raise ServiceError unless the file's SHA-256 is the expected one."""
    with path.open("rb") as handle:
        found = hashlib.file_digest(handle, "sha256").hexdigest()
    if found != expected:
        raise ServiceError(
            f"{path.name}: its SHA-256 is {found}, expected {expected}; the download is not what was pinned"
        )
