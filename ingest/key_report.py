"""Keys of the API for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.table import Table
from rich.text import Text

from ingest.report import console

COLUMNS = ("id", "name", "scopes", "state", "created_at", "expires_at")


def print_key(line: dict[str, Any]) -> None:
    """Print one key; the secret where it was just made."""
    out = console()
    told = f"{line['name']} ({line['id']}): {', '.join(line['scopes'])}, {line['state']}"
    out.print(Text(told + (f", until {line['expires_at']}" if line["expires_at"] else "")))
    if "key" in line:
        out.print("The key is shown this once; send it as `Authorization: Bearer KEY`:")
        out.print(Text(line["key"], style="bold"))


def print_keys(lines: Iterable[dict[str, Any]]) -> None:
    """Print a table of keys."""
    table = Table(*(name.removesuffix("_at") for name in COLUMNS))
    for line in lines:
        cells = {**line, "scopes": ", ".join(line["scopes"]), "expires_at": line["expires_at"] or "never"}
        table.add_row(*(Text(str(cells[name])) for name in COLUMNS))
    out = console()
    out.print(table if table.row_count else "no keys yet: broadsheet keys create NAME --scope write")
