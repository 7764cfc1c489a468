"""The commands `events`, `events list` and `events show`."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import event_report, jobs
from ingest.cli.options import add_command
from ingest.cli.printing import print_all, print_one
from ingest.settings import Settings


def add_events(commands: Any) -> None:
    """Declare `events` and its actions; without one it lists."""
    parser = add_command(commands, "events", run_events_list, "Events that several publishers told of.")
    actions = parser.add_subparsers(metavar="ACTION")
    listing = add_command(actions, "list", run_events_list, "List events; the same as without an action.")
    for command in (parser, listing):
        command.add_argument("--days", type=int, default=7, help="founded here in the last days (default: 7)")
        command.add_argument("--size", type=int, default=20, help="events to list (default: 20)")
    show = add_command(actions, "show", run_events_show, "Show the event that an article tells of.")
    show.add_argument("id", metavar="ID", help="minted or given id of an article")


def run_events_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print events."""
    lines = jobs.list_events(settings, days=arguments.days, size=arguments.size)
    print_all(lines, arguments, event_report.print_events)


def run_events_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print an article's event."""
    print_one(jobs.show_event(arguments.id, settings), arguments, event_report.print_event)
