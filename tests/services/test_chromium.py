"""Finding and installing the browser of the tests, without installing one."""

from __future__ import annotations

from pathlib import Path

import pytest

from services import chromium, debian
from services.failure import ServiceError


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder that holds all the programs of a machine without a browser."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("BROADSHEET_CACHE", str(tmp_path / "cache"))
    return folder


def put_program(folder: Path, name: str, script: str = "") -> Path:
    """Put a program on the path."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_browser_of_the_machine_is_taken(machine: Path) -> None:
    """Nothing is installed where a browser is."""
    program = put_program(machine, "google-chrome")
    assert chromium.fetch() == program


def test_named_browser_goes_before(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a browser means it."""
    put_program(machine, "chromium")
    monkeypatch.setenv(chromium.VARIABLE, "/opt/browser")
    assert chromium.fetch() == Path("/opt/browser")


def test_installation_as_root(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a fresh machine the package manager brings it, after its lists are brought up to date."""
    monkeypatch.setattr(debian, "is_root", lambda: True)
    install = f'echo "$1" >> {machine}/log; [ "$1" = install ] || exit 0; : > {machine}/chromium'
    put_program(machine, "apt-get", f"{install}; /bin/chmod 755 {machine}/chromium")
    assert chromium.fetch() == machine / "chromium"
    assert (machine / "log").read_text().split() == ["update", "install"]


def test_failed_installation_says_why(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package manager's own words tell what is wrong with the machine."""
    monkeypatch.setattr(debian, "is_root", lambda: True)
    put_program(machine, "apt-get", "echo no space left >&2; exit 100")
    with pytest.raises(ServiceError, match="no space left"):
        chromium.fetch()


def test_without_root_the_message_says_what_to_do(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Installing is not ours to do there."""
    monkeypatch.setattr(debian, "is_root", lambda: False)
    put_program(machine, "apt-get")
    assert chromium.main(["fetch"]) == 3
    assert chromium.VARIABLE in capsys.readouterr().err
