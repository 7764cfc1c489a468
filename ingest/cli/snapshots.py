"""The commands `snapshot create`, `list` and `restore`: copies of the index and of the state beside it."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, keeping_report
from ingest.cli.options import add_command
from ingest.cli.printing import print_all, print_one
from ingest.settings import Settings


def add_snapshot(commands: Any) -> None:
    """Declare `snapshot create`, `list` and `restore`."""
    parser = commands.add_parser("snapshot", help="Copies of the index and of the state beside it.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    create = add_command(actions, "create", run_create, "Make a snapshot.")
    create.add_argument("name", nargs="?", metavar="NAME", help="its name (default: the time)")
    add_command(actions, "list", run_list, "List the snapshots.")
    restore = add_command(actions, "restore", run_restore, "Let the index and its state be as they were.")
    restore.add_argument("name", metavar="NAME", help="as `snapshot list` names it")


def run_create(arguments: argparse.Namespace, settings: Settings) -> None:
    """Make a snapshot and print it."""
    print_one(jobs.snapshot(settings, arguments.name).to_json(), arguments, keeping_report.print_snapshot)


def run_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the snapshots."""
    print_all(jobs.list_snapshots(settings), arguments, keeping_report.print_snapshots)


def run_restore(arguments: argparse.Namespace, settings: Settings) -> None:
    """Restore and print what serves."""
    done = jobs.restore_snapshot(arguments.name, settings)
    print_one(done.to_json(), arguments, keeping_report.print_restored)
