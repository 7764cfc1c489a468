"""Runs for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from ingest.report import console, print_stages

Line = dict[str, Any]


def print_runs(lines: Iterable[Line]) -> None:
    """Print a line a run, the newest first."""
    out, shown = console(), list(lines)
    for line in shown:
        spent = f"{line['seconds']:8.1f} s"
        said = (line["run_id"], f"{line['command']:8}", f"{line['state']:7}", spent, tell_books(line["books"]))
        out.print(Text("  ".join(said).rstrip()))
    if not shown:
        out.print("No run was made into this index yet.")


def tell_books(books: Line | None) -> str:
    """Say in a line what a run did; nothing where it has not told its books yet."""
    if books is None:
        return ""
    counts = [f"{books[name]} {name}" for name in ("indexed", "updated", "unchanged")]
    dropped = sum(books["dropped"].values())
    return f"{books['seen']} seen: {', '.join(counts)}, {dropped} dropped, {books['failed']} failed"


def print_run(shown: Line) -> None:
    """Print one run: what it was, how it ended, its books."""
    out = console()
    out.print(Text(f"{shown['run_id']}  {shown['command']}  {shown['state']}", style="bold"))
    out.print(Text(f"  started {shown['started_at']}, last word {shown['updated_at']}", style="dim"))
    out.print(Text(f"  code {shown['code_version']}, rules {shown['rules_version']}, settings {shown['settings']}"))
    out.print(Text(f"  on {shown['host']}, process {shown['process']}"))
    if shown["error"]:
        out.print(Text(f"  {shown['error']['type']}: {shown['error']['message']}", style="red"))
    if shown["books"]:
        out.print(Text(f"  {tell_books(shown['books'])}"))
        print_stages(out, shown["books"].get("stages", {}))
