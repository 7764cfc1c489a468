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
        f" {done['bytes']:,} bytes), {done['handovers']:,} hand-overs and {done['runs']:,} records of runs"
        f" {verb} removed; {done['regrouped']:,} other articles regrouped"
    )


def print_plan(plan: Record) -> None:
    """Print what a reindex would do."""
    out = console()
    said = {"none": "nothing to do", "additive": "new fields can be taken in as it stands", "reindex": "another index"}
    for each in plan["kinds"]:
        out.print(
            Text(f"{each['kind']}: mapping {each['theirs']}, this program {each['ours']}: {said[each['change']]}")
        )
        for name in ("added", "changed", "removed"):
            if each[name]:
                out.print(Text(f"  {name}: {', '.join(each[name])}"))
    reclean = plan["reclean"]
    out.print(
        f"{reclean['rules']} of {reclean['articles']} articles were made by other rules, {reclean['code']} by other"
        " code; replay cleans them anew"
    )
    if plan["unfinished"]:
        out.print(Text(f"a build is not finished: {', '.join(plan['unfinished'].values())}"))
    if plan["kept"]:
        out.print(Text(f"kept for a rollback: {', '.join(plan['kept'].values()) or 'the index before'}"))


def print_reindexed(done: Record) -> None:
    """Print what a reindex did."""
    out = console()
    if done["action"] in ("reindexed", "rolled back"):
        out.print(
            f"{done['action']} from the {done['origin']} in {done['seconds']:.1f} s: {done['articles']:,} articles,"
            f" {done['comments']:,} comments, {done['versions']:,} versions, checksum {done['checksum'][:16]};"
            f" writers waited {done['held_seconds']:.1f} s"
        )
        if done["left_out"]:
            out.print(
                f"{done['left_out']:,} articles of the old index were dropped or failed now, and are not in the new"
            )
        out.print(Text(f"serves: {', '.join(done['new'].values()) or 'the first'}"))
    else:
        out.print(done["action"])
    if done["note"]:
        out.print(Text(done["note"]))


def print_snapshot(made: Record) -> None:
    """Print one snapshot."""
    size = f", {made['bytes']:,} bytes" if made["bytes"] else ""
    state = "" if made["whole"] else ", not whole"
    console().print(Text(f"{made['at']}  {made['name']}: {', '.join(made['holds'])}{size}{state}"))


def print_snapshots(snapshots: Iterable[Record]) -> None:
    """Print snapshots."""
    for each in snapshots:
        print_snapshot(each)


def print_restored(done: Record) -> None:
    """Print what serves after a restore."""
    out = console()
    out.print(Text(f"{done['name']} serves as {', '.join(done['serves'].values())}"))
    out.print(f"{done['erased']} erasures hold; what served before is kept for `reindex --rollback`")
