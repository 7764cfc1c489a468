"""The commands `quarantine list`, `show` and `replay`."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, report
from ingest.cli.options import add_command
from ingest.cli.printing import print_lines, print_one
from ingest.lake import Filters
from ingest.settings import Settings


def add_quarantine(commands: Any) -> None:
    """Declare `quarantine list`, `show` and `replay`."""
    parser = commands.add_parser("quarantine", help="Look at what failed, and send it through again.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = add_command(actions, "list", run_quarantine_list, "List what failed.")
    listing.add_argument("--all", action="store_true", help="also what has passed or was erased since")
    listing.add_argument("--id", metavar="ID", help="only this document, by its minted or given id")
    add_filters(listing)
    add_command(actions, "show", run_quarantine_show, "Show one entry.").add_argument("id", metavar="ID")
    replay = add_command(actions, "replay", run_quarantine_replay, "Send failed documents through again.")
    replay.add_argument("ids", nargs="*", metavar="ID", help="entries or documents (default: every open one)")
    add_filters(replay)


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Declare which entries are wanted."""
    parser.add_argument("--stage", metavar="NAME", help="only what failed at this stage")
    parser.add_argument("--reason", metavar="ERROR", help="only what failed with this error")
    parser.add_argument("--rules", metavar="VERSION", help="only what failed under this version of the rules")
    parser.add_argument("--code", metavar="VERSION", help="only what failed under this version of the code")


def to_filters(arguments: argparse.Namespace) -> Filters:
    """Read which entries are wanted."""
    return Filters(
        document=getattr(arguments, "id", None),
        stage=arguments.stage,
        error=arguments.reason,
        state=None if getattr(arguments, "all", False) else "open",
        code_version=arguments.code,
        rules_version=arguments.rules,
    )


def run_quarantine_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the entries."""
    print_lines(jobs.list_quarantine(settings, to_filters(arguments)), arguments, report.print_entry)


def run_quarantine_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print one entry."""
    print_one(jobs.show_quarantine(arguments.id, settings), arguments, report.print_whole_entry)


def run_quarantine_replay(arguments: argparse.Namespace, settings: Settings) -> None:
    """Replay and print the report."""
    done = jobs.replay_quarantine(arguments.ids, settings, to_filters(arguments))
    print_one(done.to_json(), arguments, report.print_ingest)
