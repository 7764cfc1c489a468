"""Sources for people: the catalogue, how each is, what a check found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from ingest.characters import show
from ingest.report import console
from ingest.rule_report import print_columns

Record = dict[str, Any]
NONE_YET = "no source yet; add one with `broadsheet sources add NAME URL-OR-PATH`, or find some: `sources discover URL`"


def print_sources(lines: Iterable[Record]) -> None:
    """Print the catalogue."""
    header = ["name", "kind", "group", "schedule", "how", "next look (UTC)", "where"]
    names = ("name", "kind", "group", "schedule", "standing")
    rows = [[*(line[name] or "-" for name in names), _time(line["next_at"]), line["where"]] for line in lines]
    _print(header, rows, left=7)


def print_health(lines: Iterable[Record]) -> None:
    """Print figures, and below them what is wrong."""
    header = [
        "name",
        "group",
        "how",
        "last success",
        "last new",
        "polls",
        "items",
        "new",
        "failed",
        "fresh",
        "chrome",
        "empty",
    ]
    rows: list[list[str]] = []
    trouble: list[Text] = []
    for line in lines:
        counts = [f"{line[name]:,}" for name in ("polls", "items", "new_items", "failed_items")]
        shares = [f"{line[name]:.0%}" for name in ("fresh_share", "chrome_share", "empty_share")]
        times = [_time(line["succeeded_at"]), _time(line["new_at"])]
        rows.append([line["name"], line["group"] or "-", line["standing"], *times, *counts, *shares])
        trouble += _trouble(line)
    _print(header, rows, left=5)
    for told in trouble:
        console().print(told)


def _print(header: list[str], rows: list[list[str]], *, left: int) -> None:
    if rows:
        print_columns(console(), header, [[show(cell) for cell in row] for row in rows], left=left)
    else:
        console().print(NONE_YET)


def _trouble(line: Record) -> Iterable[Text]:
    if line["error"]:
        yield Text(f"{line['name']}: {line['error']} (score {line['score']:g}, next look {_time(line['next_at'])})")
    yield from (Text(f"{line['name']}: {drift}") for drift in line["drift"])
    if line["moved_to"]:
        yield Text(f"{line['name']}: has moved for good to {line['moved_to']}")
    if line["opt_outs"]:
        yield Text(f"{line['name']}: asks to be kept out of training ({', '.join(line['opt_outs'])})")


def print_check(line: Record) -> None:
    """Print what a check of one source found."""
    out = console()
    mark = Text("ok    ", style="green") if line["ok"] else Text("FAILS ", style="bold red")
    out.print(mark.append(f"{line['name']}  {line['kind']}  {line['where']}", style="default"))
    if line["error"]:
        out.print(Text(f"      {line['error']}"))
        return
    out.print(f"      {line['items']:,} articles listed")
    for taken in line["taken"]:
        told = " · ".join(
            str(taken[name]) for name in ("title", "published_at", "publisher", "language") if name in taken
        )
        out.print(Text(f"      {taken['url']}  {taken['bytes']:,} bytes  {told}"))
    for problem in line.get("problems", ()):
        out.print(Text(f"      {problem}"))
    if line.get("moved_to"):
        out.print(Text(f"      has moved for good to {line['moved_to']}"))
    if line.get("opt_outs"):
        out.print(Text(f"      asks to be kept out of training: {', '.join(line['opt_outs'])}"))


def print_found(lines: Iterable[Record]) -> None:
    """Print the feeds and sitemaps of a site."""
    out, shown = console(), list(lines)
    for line in shown:
        newest = f", newest {line['newest'][:16]}" if line["newest"] else ""
        out.print(Text(f"{line['kind']:8} {line['url']}", style="bold"))
        out.print(
            Text(f"         {line['title'] or '(no title)'}: {line['items']:,} entries{newest} ({line['origin']})")
        )
    if not shown:
        out.print("no feed and no sitemap found; a single page can be a source too: `sources add NAME URL --kind page`")


def print_added(line: Record) -> None:
    """Say what was added."""
    group = f", group {line['group']}" if line["group"] else ""
    console().print(Text(f"added {line['name']}: {line['kind']}, {line['where']}{group}, {line['schedule']}"))


def print_all_added(lines: Iterable[Record]) -> None:
    """Say what was added, and how many."""
    count = 0
    for count, line in enumerate(lines, start=1):  # noqa: B007 - told after the last one
        print_added(line)
    console().print(f"{count:,} sources added")


def _time(stamp: str | None) -> str:
    return stamp[:16].replace("T", " ") if stamp else "-"
