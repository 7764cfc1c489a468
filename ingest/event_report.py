"""Events for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from ingest.report import console

Line = dict[str, Any]


def print_events(lines: Iterable[Line]) -> None:
    """Print events, each with its first headline."""
    out, shown = console(), list(lines)
    for line in shown:
        out.print(Text(line["title"] or "(untitled)", style="bold"))
        out.print(Text(f"  {line['size']} articles, {line['first'][:10]} to {line['last'][:10]}", style="dim"))
        out.print(Text(f"  {', '.join(line['publishers'])}"))
        out.print(Text(f"  {line['event_id']} · {' '.join(line['terms'])}", style="dim"))
    if not shown:
        out.print("No event that several publishers told of.")


def print_event(shown: Line) -> None:
    """Print the articles of one event in the order of their publication."""
    out = console()
    if shown["event"] is None:
        out.print("No other publisher told of it.")
        return
    out.print(Text(f"{shown['event']['event_id']}: {shown['event']['size']} articles", style="bold"))
    for article in shown["articles"]:
        here = "→" if article["id"] == shown["id"] else " "
        out.print(
            Text(f"{here} {(article['published_at'] or '')[:16]:16}  {article['publisher'] or '-'}: {article['title']}")
        )
