"""The compose file, read as Docker would read it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.compose import check, main

ROOT = Path(__file__).parents[2]
BREAKAGES = {
    "a service that does not exist": ("  postgres:\n    <<", "  postgresql:\n    <<", "undefined service"),
    "a misspelt key": ("    user: postgres\n", "    users: postgres\n", "users"),
    "a password that .env.example forgets": ("${ELASTIC_PASSWORD:?", "${FORGOTTEN_PASSWORD:?", "FORGOTTEN_PASSWORD"),
    "a volume that nobody declares": ("- lake:/data/lake", "- lakes:/data/lake", "lakes"),
}

pytestmark = pytest.mark.skipif(shutil.which("go") is None, reason="the compose checker is built with Go")


def test_compose_file_loads_with_the_example_environment() -> None:
    """There is no Docker engine in the tests: what Docker would refuse must show here."""
    assert check([ROOT / "docker-compose.yml"]) == ""


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_broken_compose_file_is_refused(breakage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A check that passes everything is none: each of these must fail, and say why."""
    good, bad, named = BREAKAGES[breakage]
    text = (ROOT / "docker-compose.yml").read_text()
    assert good in text
    (tmp_path / "docker-compose.yml").write_text(text.replace(good, bad, 1))
    shutil.copy(ROOT / ".env.example", tmp_path)
    assert main([str(tmp_path / "docker-compose.yml")]) == 1
    assert named in capsys.readouterr().err


def test_no_secret_has_a_value_in_the_example() -> None:
    """A default password is one that somebody runs in production."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    secrets = [line for line in lines if line.partition("=")[0].endswith(("PASSWORD", "KEY", "SECRET"))]
    assert len(secrets) >= 6
    assert [line for line in secrets if not line.endswith("=")] == []
