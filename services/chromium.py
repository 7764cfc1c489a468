"""Chromium, the browser of the tests of pages: the machine's own, else Debian's package, installed once a machine.

python -m services.chromium fetch    # prints the program
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from services.cache import locked
from services.debian import install
from services.failure import ServiceError

VARIABLE = "BROADSHEET_TEST_CHROMIUM"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# No sandbox, since root has none and the pages are our own; the rest keeps the browser off the network.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> Path | None:
    """Give the program that BROADSHEET_TEST_CHROMIUM names, else one on the path, else None."""
    named = os.environ.get(VARIABLE)
    found = named or next((place for name in PROGRAMS if (place := shutil.which(name))), None)
    return Path(found) if found else None


def fetch() -> Path:
    """Give the program, installed if need be; raise ServiceError where that cannot be."""
    with locked("chromium"):
        return find() or _install()


def _install() -> Path:
    install("chromium", f"name a Chromium in {VARIABLE}")
    found = find()
    if found is None:
        raise ServiceError("the package chromium brought no program of that name")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; give its exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.chromium", description=__doc__)
    parser.add_argument("command", choices=["fetch"])
    parser.parse_args(arguments)
    try:
        print(fetch())
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
