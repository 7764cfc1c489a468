"""Debian's packages, installed once a machine where this process may."""

from __future__ import annotations

import os
import shutil
import subprocess

from services.failure import ServiceError
from services.processes import is_root


def install(package: str, otherwise: str) -> None:
    """Install a package; raise ServiceError, which says what to do otherwise, where that cannot be."""
    installer = shutil.which("apt-get")
    if installer is None or not is_root():
        raise ServiceError(f"install Debian's package {package}, or {otherwise}")
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
        _run([installer, *arguments])


def _run(command: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode != 0:
        raise ServiceError(f"{' '.join(command)} failed:\n{done.stderr.decode(errors='replace')[-2000:]}")
