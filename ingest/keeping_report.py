"""Results about what is kept, for people: erasures, the lake, reindexing, retention, snapshots."""

from __future__ import annotations

from collections.abc import Iterable

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
