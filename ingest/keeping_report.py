"""Results about what is kept, for people: erasures, the lake, reindexing, retention, snapshots."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Column, Table
from rich.text import Text

from ingest.report import Record, console


def print_erased(done: Iterable[Record]) -> None:
    """Print what was erased of each document."""
    for each in done:
        counts = ", ".join(
            f"{each[name]} {name}" for name in ("articles", "versions", "comments", "captures", "events")
        )
        rest = f"{each['corrections']} corrections, {each['quarantined']} quarantined, {each['handovers']} hand-overs"
        console().print(Text(f"{each['id']}: erased {counts}, {rest}; {each['regrouped']} other articles regrouped"))


def print_tombstones(stones: Iterable[Record]) -> None:
    """Print tombstones."""
    for each in stones:
        why = f": {each['reason']}" if each["reason"] else ""
        console().print(Text(f"{each['at']}  {each['id']}  by {each['by']}{why}"))


def print_size(size: Record) -> None:
    """Print the lake's size by month."""
    out = console()
    table = Table("month", *[Column(name, justify="right") for name in ("captures", "bytes")])
    for month in size["months"]:
        table.add_row(month["month"], f"{month['captures']:,}", f"{month['bytes']:,}")
    out.print(table)
    out.print(Text(f"{size['url']}: {size['captures']:,} captures in {size['files']:,} files, {size['bytes']:,} bytes"))
    out.print(f"{size['quarantined']:,} in the quarantine; {size['handovers']:,} hand-overs")
    kept = f"{size['retain_days']} days" if size["retain_days"] else "for ever"
    out.print(f"kept {kept} where retention is applied, hand-overs {size['handover_days']} days")


def print_verification(done: Record) -> None:
    """Print what is wrong with the lake."""
    out = console()
    for each in done["findings"]:
        out.print(Text(f"{each['file']}: byte {each['offset']}, {each['length']} bytes: {each['problem']}"))
    out.print(
        f"{done['files']:,} files, {done['records']:,} records, {done['bytes']:,} bytes,"
        f" {done['erased']:,} erased: {done['problems'] or 'no'} problems"
    )


def print_retention(done: Record) -> None:
    """Print what was removed."""
    verb = "would be" if done["dry_run"] else "were"
    console().print(
        f"{done['articles']:,} articles, {done['captures']:,} captures ({done['files']:,} files,"
        f" {done['bytes']:,} bytes) and {done['handovers']:,} hand-overs {verb} removed;"
        f" {done['regrouped']:,} other articles regrouped"
    )
