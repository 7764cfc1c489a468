"""The commands `recluster`, `split` and `join`: clusters repaired, undone and made."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, report
from ingest.cli.options import add_command
from ingest.cli.printing import print_all, print_one
from ingest.errors import UsageError
from ingest.settings import Settings


def add_recluster(commands: Any) -> None:
    """Declare `recluster`."""
    text = "Give every article the cluster it belongs to, whatever order it came in."
    parser = add_command(commands, "recluster", run_recluster, text)
    parser.add_argument("--dry-run", action="store_true", help="count what would change, and change nothing")


def run_recluster(arguments: argparse.Namespace, settings: Settings) -> None:
    """Recluster and print the books."""
    with report.show_progress("recluster") as on_seen:
        done = jobs.recluster(settings, dry_run=arguments.dry_run, on_seen=on_seen)
    print_one(done.to_json(), arguments, report.print_recluster)


def add_split(commands: Any) -> None:
    """Declare `split`."""
    parser = add_command(commands, "split", run_split, "Take an article out of its cluster, for good or until undone.")
    parser.add_argument("id", nargs="?", metavar="ID", help="minted or given id")
    add_choices(parser)


def run_split(arguments: argparse.Namespace, settings: Settings) -> None:
    """Split, undo a split, or list them."""
    if arguments.list:
        print_all(jobs.list_splits(settings), arguments, report.print_splits)
        return
    if arguments.id is None:
        raise UsageError("split: name an article, or ask for --list")
    act = jobs.undo_split if arguments.undo else jobs.split
    print_one(act(arguments.id, settings), arguments, report.print_redone)


def add_join(commands: Any) -> None:
    """Declare `join`."""
    parser = add_command(commands, "join", run_join, "Make one cluster of those of two articles.")
    parser.add_argument("ids", nargs="*", metavar="ID", help="two minted or given ids")
    add_choices(parser)


def run_join(arguments: argparse.Namespace, settings: Settings) -> None:
    """Join, undo a join, or list them."""
    if arguments.list:
        print_all(jobs.list_joins(settings), arguments, report.print_joins)
        return
    if len(arguments.ids) != 2:
        raise UsageError("join: name two articles, or ask for --list")
    one, other = arguments.ids
    act = jobs.undo_join if arguments.undo else jobs.join
    print_one(act(one, other, settings), arguments, report.print_redone)


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Declare what else can be done with decisions by hand."""
    parser.add_argument("--undo", action="store_true", help="take the decision back")
    parser.add_argument("--list", action="store_true", help="list the decisions by hand")
