"""What the tests of the API say and where they keep it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.settings import Settings

URL = "https://meridian.example/2024/cutter"
BODY = (
    "Pilots ask for a cutter\n\nThe pilots of Port Meridian have asked the harbour board for {} cutters, after the only"
    " one they have spent the winter on the slip. The board will answer in spring, said its clerk, who had counted"
    " the letters twice and found the same number both times.\n\nCopyright Meridian Ledger 2024"
)
PROBLEM = "application/problem+json"


def configure(folder: Path, **more: Any) -> Settings:
    """Give the settings of a system of the test's own; `more` are settings of the API."""
    flags = {"index.url": f"tantivy:{folder / 'index'}", "lake.url": str(folder / "lake")}
    return Settings.load(flags=flags | {f"api.{name}": value for name, value in more.items()})


def write_lines(file: Path, captures: Sequence[dict[str, str]]) -> str:
    """Write captures as lines of JSON; give the file's name."""
    file.write_text("\n".join(map(json.dumps, captures)), encoding="utf-8")
    return str(file)


def wait_for(condition: Any) -> bool:
    """Wait until a condition holds, some minutes at most."""
    deadline = time.monotonic() + 120
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
