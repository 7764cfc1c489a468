"""The commands `learn`, `learn list`, `show`, `accept`, `reject` and `count`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from ingest import jobs, learn_report
from ingest.cli.options import add_command
from ingest.cli.printing import print_all, print_one
from ingest.settings import Settings


def add_learn(commands: Any) -> None:
    """Declare `learn` and its actions; without one it lists."""
    parser = add_command(commands, "learn", run_learn_list, "What repeats on publishers' pages, proposed as chrome.")
    actions = parser.add_subparsers(metavar="ACTION")
    listing = add_command(actions, "list", run_learn_list, "List proposals; the same as without an action.")
    for command in (parser, listing):
        command.add_argument("--publisher", metavar="NAME", help="only this one's, as the list names it")
        command.add_argument("--all", action="store_true", help="also what was accepted or rejected")
    show = add_command(actions, "show", run_learn_show, "Show one proposal, its documents and the rule it would be.")
    show.add_argument("id", metavar="ID", help="as the list names it")
    accept = add_command(actions, "accept", run_learn_accept, "Write proposals into the rules of their publishers.")
    reject = add_command(
        actions, "reject", run_learn_reject, "Remember that these are no chrome; undoes an acceptance."
    )
    for command in (accept, reject):
        command.add_argument("ids", nargs="+", metavar="ID", help="as the list names it")
    count = add_command(actions, "count", run_learn_count, "Count documents without indexing them.")
    count.add_argument("sources", nargs="+", metavar="SOURCE", help="file, folder, glob, or - for standard input")


def run_learn_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print proposals."""
    states = jobs.STATES if arguments.all or arguments.json else jobs.STATES[:2]
    lines = jobs.list_proposals(settings, publisher=arguments.publisher, states=states)
    print_all(lines, arguments, learn_report.print_proposals)


def run_learn_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print one proposal."""
    print_one(jobs.show_proposal(arguments.id, settings), arguments, learn_report.print_proposal)


def run_learn_accept(arguments: argparse.Namespace, settings: Settings) -> None:
    """Accept, and print what became rules."""
    print_all(jobs.accept_proposals(arguments.ids, settings), arguments, learn_report.print_decided)


def run_learn_reject(arguments: argparse.Namespace, settings: Settings) -> None:
    """Reject, and print what was."""
    print_all(jobs.reject_proposals(arguments.ids, settings), arguments, learn_report.print_decided)


def run_learn_count(arguments: argparse.Namespace, settings: Settings) -> None:
    """Count documents and say how many."""
    day = datetime.now(UTC).date().toordinal()
    print_one(jobs.count_sources(arguments.sources, settings, day=day), arguments, learn_report.print_counted)
