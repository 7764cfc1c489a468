"""What the operations page shows: runs with their books, drops, the quarantine, chrome by class, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from ingest import jobs
from ingest.errors import BroadsheetError
from ingest.settings import Settings

RUNS = 20
ENTRIES = 50
MOST_COUNTED = 10_000
SOURCE_COLUMNS = (
    "name",
    "kind",
    "standing",
    "succeeded_at",
    "new_at",
    "next_at",
    "items",
    "new_items",
    "failed_items",
    "trouble",
)


def build_page(settings: Settings) -> dict[str, Any]:
    """Give what the template shows."""
    runs = jobs.list_runs(settings, most=RUNS)
    entries, unreadable = list_entries(settings)
    sources, no_sources = list_sources(settings)
    books = [run["books"] for run in runs if run["books"]]
    return {
        "title": "Operations",
        "runs": [show_run(run) for run in runs],
        "dropped": rank(add_up(books, "dropped")),
        "chrome": rank(add_up(books, "chrome")),
        "flags": rank(add_up(books, "flags")),
        "quarantine": entries[:ENTRIES],
        "quarantined": len(entries),
        "by_stage": rank(Counter(f"{entry['stage']}: {entry['error']}" for entry in entries)),
        "unreadable": unreadable,
        "sources": sources,
        "no_sources": no_sources,
        "source_columns": SOURCE_COLUMNS,
    }


def list_entries(settings: Settings) -> tuple[list[dict[str, Any]], str | None]:
    """List open entries of the quarantine, the latest first; or say why none can be read."""
    try:
        entries = list(islice(jobs.list_quarantine(settings), MOST_COUNTED))
    except BroadsheetError as error:
        return [], str(error)
    return sorted(entries, key=lambda entry: str(entry["first_seen"]), reverse=True), None


def list_sources(settings: Settings) -> tuple[list[dict[str, Any]], str | None]:
    """Tell how the sources are; or say why that cannot be told."""
    try:
        return [show_source(line) for line in jobs.source_health(settings)], None
    except BroadsheetError as error:
        return [], str(error)


def show_source(line: Mapping[str, Any]) -> dict[str, Any]:
    """Give how a source is, in a row: when it brought what, and what is wrong with it."""
    times = {name: (line[name] or "")[:16].replace("T", " ") or None for name in ("succeeded_at", "new_at", "next_at")}
    trouble = [*([line["error"]] if line["error"] else []), *line["drift"]]
    return {**line, **times, "trouble": "; ".join(trouble) or None}


def show_run(run: Mapping[str, Any]) -> dict[str, Any]:
    """Give a run with the verdict on its books; one that has none yet has no verdict."""
    books = run["books"]
    return {**run, "balanced": None if not books else balances(books)}


def balances(books: Mapping[str, Any]) -> bool:
    """Tell whether everything that came in is accounted for, in all and at each stage."""
    out = sum(books[name] for name in ("indexed", "updated", "unchanged", "failed")) + sum(books["dropped"].values())
    stages = books.get("stages", {}).values()
    return books["seen"] == out and all(
        stage["in"] == stage["kept"] + stage["dropped"] + stage["failed"] for stage in stages
    )


def add_up(books: Sequence[Mapping[str, Any]], name: str) -> Counter[str]:
    """Add up one count of several runs."""
    total: Counter[str] = Counter()
    for each in books:
        total.update(each.get(name) or {})
    return total


def rank(counts: Counter[str]) -> list[tuple[str, int, float]]:
    """Give counts from the largest on, each with its share of the largest in per cent."""
    largest = max(counts.values(), default=0) or 1
    return [(name, count, round(100 * count / largest, 1)) for name, count in counts.most_common() if count]
