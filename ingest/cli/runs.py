"""The commands `runs`, `runs list` and `runs show`."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, run_report
from ingest.cli.options import add_command
from ingest.cli.printing import print_all, print_one
from ingest.settings import Settings


def add_runs(commands: Any) -> None:
    """Declare `runs` and its actions; without one it lists."""
    parser = add_command(commands, "runs", run_runs_list, "Runs into the index: when, under what, and their books.")
    actions = parser.add_subparsers(metavar="ACTION")
    listing = add_command(actions, "list", run_runs_list, "List the last runs; the same as without an action.")
    for command in (parser, listing):
        command.add_argument("--size", type=int, default=20, help="runs to list (default: 20)")
    add_command(actions, "show", run_runs_show, "Show one run with its books.").add_argument("id", metavar="ID")


def run_runs_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the last runs."""
    print_all(jobs.list_runs(settings, most=arguments.size), arguments, run_report.print_runs)


def run_runs_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print one run."""
    print_one(jobs.show_run(arguments.id, settings), arguments, run_report.print_run)
