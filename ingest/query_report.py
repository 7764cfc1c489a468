"""Saved queries and alerts for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from ingest.report import console

Line = dict[str, Any]


def print_query(line: Line) -> None:
    """Print one saved query, with the secret of its alert where it was just set."""
    out = console()
    out.print(Text(f"{line['name']} ({line['id']})", style="bold"))
    out.print(Text(f"  {line['query'] or 'everything'}"))
    if line["alert"]:
        out.print(Text(f"  tells {line['alert']['webhook'] or line['alert']['file']} what is new"))
    if line.get("secret"):
        out.print(Text(f"  messages are signed with {line['secret']} (shown this once)"))


def print_queries(lines: Iterable[Line]) -> None:
    """Print saved queries."""
    shown = list(lines)
    for line in shown:
        print_query(line)
    if not shown:
        console().print("no query is saved: broadsheet queries save NAME QUERY")


def print_alerts(lines: Iterable[Line]) -> None:
    """Print what each alert told."""
    out, shown = console(), list(lines)
    for line in shown:
        told = f"failed: {line['error']}" if line["error"] else f"{line['sent']} new"
        out.print(Text(f"{line['name']} ({line['id']}): {told}"))
    if not shown:
        out.print("no saved query has an alert: broadsheet alerts set ID --webhook URL")


def print_exported(done: Line) -> None:
    """Print how much was written."""
    console().print(Text(f"{done['articles']:,} articles written to {done['file']}"))
