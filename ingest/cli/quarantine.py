"""The commands `quarantine list`, `show` and `replay`."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, report
from ingest.cli.options import add_command
from ingest.cli.printing import print_lines, print_one
from ingest.settings import Settings


def add_quarantine(commands: Any) -> None:
    """Declare `quarantine list`, `show` and `replay`."""
    parser = commands.add_parser("quarantine", help="Look at what failed, and send it through again.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = add_command(actions, "list", run_quarantine_list, "List what failed.")
    listing.add_argument("--stage", metavar="NAME", help="only what failed at this stage")
    listing.add_argument("--all", action="store_true", help="also what was replayed since")
    add_command(actions, "show", run_quarantine_show, "Show one entry.").add_argument("id", metavar="ID")
    replay = add_command(actions, "replay", run_quarantine_replay, "Send failed documents through again.")
    replay.add_argument("ids", nargs="*", metavar="ID", help="entries (default: every open one)")
    replay.add_argument("--stage", metavar="NAME", help="only what failed at this stage")


def run_quarantine_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the entries."""
    entries = jobs.list_quarantine(settings, stage=arguments.stage, open_only=not arguments.all)
    print_lines(entries, arguments, report.print_entry)


def run_quarantine_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print one entry."""
    print_one(jobs.show_quarantine(arguments.id, settings), arguments, report.print_whole_entry)


def run_quarantine_replay(arguments: argparse.Namespace, settings: Settings) -> None:
    """Replay and print the report."""
    done = jobs.replay_quarantine(arguments.ids, settings, stage=arguments.stage)
    print_one(done.to_json(), arguments, report.print_ingest)
