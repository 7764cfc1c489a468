"""The commands `queries` and `alerts`: searches with a name, and being told what is new to them."""

from __future__ import annotations

import argparse
import getpass
from typing import Any

from ingest import jobs
from ingest.cli.options import add_command
from ingest.cli.printing import print_all, print_one
from ingest.errors import Unavailable
from ingest.query_report import print_alerts, print_queries, print_query
from ingest.search.request import split_choice
from ingest.settings import Settings


def add_queries(commands: Any) -> None:
    """Declare `queries save`, `list` and `remove`."""
    parser = commands.add_parser("queries", help="Saved queries: save, list, remove.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    save = add_command(actions, "save", run_save, "Save a search under a name.")
    save.add_argument("name", metavar="NAME", help="what it is called")
    save.add_argument("query", nargs="?", default="", metavar="QUERY", help="as in `search`")
    save.add_argument(
        "--with", dest="with_", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the API"
    )
    add_command(actions, "list", run_list, "List the saved queries and their alerts.")
    remove = add_command(actions, "remove", run_remove, "Remove a saved query and its alert.")
    remove.add_argument("id", metavar="ID", help="as `queries list` shows it")


def add_alerts(commands: Any) -> None:
    """Declare `alerts set`, `clear` and `run`."""
    parser = commands.add_parser("alerts", help="Being told what is new to a saved query: set, clear, run.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    put = add_command(actions, "set", run_set, "Tell what is new to a saved query from now on.")
    put.add_argument("id", metavar="ID", help="as `queries list` shows it")
    put.add_argument("--webhook", metavar="URL", help="where messages are posted, signed")
    put.add_argument("--file", metavar="FILE", help="a file that a JSON line is added to for each article")
    clear = add_command(actions, "clear", run_clear, "Tell nothing any more.")
    clear.add_argument("id", metavar="ID", help="as `queries list` shows it")
    add_command(actions, "run", run_run, "Tell what is new since the last run, each article once.")


def run_save(arguments: argparse.Namespace, settings: Settings) -> None:
    """Save, and print what was."""
    words = [("q", arguments.query)] if arguments.query else []
    parameters = [*words, *map(split_choice, arguments.with_)]
    saved = jobs.save_query(arguments.name, parameters, settings, by=settings.state.by or getpass.getuser())
    print_one(saved, arguments, print_query)


def run_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the saved queries."""
    print_all(jobs.list_queries(settings), arguments, print_queries)


def run_remove(arguments: argparse.Namespace, settings: Settings) -> None:
    """Remove, and print what was."""
    print_one(jobs.remove_query(arguments.id, settings), arguments, print_query)


def run_set(arguments: argparse.Namespace, settings: Settings) -> None:
    """Set an alert, and print it with its secret."""
    target = jobs.AlertTarget(webhook=arguments.webhook, file=arguments.file)
    print_one(jobs.set_alert(arguments.id, target, settings), arguments, print_query)


def run_clear(arguments: argparse.Namespace, settings: Settings) -> None:
    """Clear an alert."""
    print_one(jobs.clear_alert(arguments.id, settings), arguments, print_query)


def run_run(arguments: argparse.Namespace, settings: Settings) -> None:
    """Run the alerts; raise Unavailable where one of them could not be told."""
    lines = jobs.run_alerts(settings)
    print_all(lines, arguments, print_alerts)
    failed = [line for line in lines if line["error"]]
    if failed:
        raise Unavailable(f"{len(failed)} of {len(lines)} alerts could not be told; the next run tries again")
