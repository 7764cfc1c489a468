"""The commands `restore`, `cut` and `corrections`: overriding a cleaning decision for one article."""

from __future__ import annotations

import argparse
import getpass
from typing import Any

from ingest import jobs, report
from ingest.cli.options import add_command
from ingest.cli.printing import print_json, print_one
from ingest.settings import Settings


def add_restore(commands: Any) -> None:
    """Declare `restore`."""
    parser = add_command(commands, "restore", run_restore, "Put back what cleaning removed from one article.")
    parser.add_argument("id", metavar="ID", help="minted or given id")
    parser.add_argument("span", metavar="SPAN", help="a span's number in `show ID --spans`, or START-END")
    add_hand(parser)


def add_cut(commands: Any) -> None:
    """Declare `cut`."""
    parser = add_command(commands, "cut", run_cut, "Cut a stretch of one article that cleaning left.")
    parser.add_argument("id", metavar="ID", help="minted or given id")
    where = "START END CLASS in code points of the original; or the number of a suggested span"
    parser.add_argument("where", nargs="+", metavar="START END CLASS", help=where)
    add_hand(parser)


def add_hand(parser: argparse.ArgumentParser) -> None:
    """Add who decides, and why."""
    parser.add_argument("--reason", default="", metavar="TEXT", help="why; it is kept with the decision")
    parser.add_argument(
        "--by", default="", metavar="NAME", help="who decides (default: state.by, else the user's name)"
    )


def add_corrections(commands: Any) -> None:
    """Declare `corrections list`, `undo`, `apply` and `propose`."""
    parser = commands.add_parser("corrections", help="What people corrected: list, undo, apply again, propose rules.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = add_command(actions, "list", run_list, "List corrections, and whether each has an effect.")
    undo = add_command(actions, "undo", run_undo, "Take a correction back.")
    undo.add_argument("id", metavar="ID", help="minted or given id")
    undo.add_argument("number", type=int, metavar="N", help="as `corrections list` numbers it")
    again = add_command(actions, "apply", run_apply, "Clean corrected articles again from the lake.")
    propose = add_command(actions, "propose", run_propose, "Print proposals for rules, one for each correction.")
    for command in (listing, again, propose):
        command.add_argument("ids", nargs="*", metavar="ID", help="articles (default: all that were corrected)")


def to_hand(arguments: argparse.Namespace, settings: Settings) -> jobs.Hand:
    """Say who decides."""
    return jobs.Hand(by=arguments.by or settings.state.by or getpass.getuser(), reason=arguments.reason)


def run_restore(arguments: argparse.Namespace, settings: Settings) -> None:
    """Restore, and say what is body now."""
    done = jobs.restore(arguments.id, arguments.span, to_hand(arguments, settings), settings)
    print_one(done, arguments, report.print_correction)


def run_cut(arguments: argparse.Namespace, settings: Settings) -> None:
    """Cut, and say what is gone."""
    done = jobs.cut(arguments.id, arguments.where, to_hand(arguments, settings), settings)
    print_one(done, arguments, report.print_correction)


def run_undo(arguments: argparse.Namespace, settings: Settings) -> None:
    """Undo, and say what."""
    print_one(jobs.undo(arguments.id, arguments.number, settings), arguments, report.print_correction)


def run_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the corrections."""
    for line in jobs.list_corrections(arguments.ids, settings):
        print_one(line, arguments, report.print_correction)


def run_apply(arguments: argparse.Namespace, settings: Settings) -> None:
    """Apply corrections again and print what became of each article."""
    for line in jobs.apply_corrections(arguments.ids, settings):
        print_one(line, arguments, report.print_applied)


def run_propose(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print proposals: TOML that can go to a file and to `rules test`."""
    for line in jobs.propose_rules(arguments.ids, settings):
        if arguments.json:
            print_json(line)
        else:
            report.print_proposal(line)
