"""The command `erase`: a document leaves, and does not come back."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, keeping_report
from ingest.cli.corrections import add_hand, to_hand
from ingest.cli.options import add_command
from ingest.cli.printing import print_all
from ingest.errors import UsageError
from ingest.settings import Settings


def add_erase(commands: Any) -> None:
    """Declare `erase`."""
    text = "Erase documents from the index, the lake and all that was derived from them; they do not come back."
    parser = add_command(commands, "erase", run_erase, text)
    parser.add_argument("ids", nargs="*", metavar="ID|URL", help="minted or given id, or URL")
    parser.add_argument("--list", action="store_true", help="list what was erased")
    parser.add_argument("--lift", action="store_true", help="let these documents come again")
    add_hand(parser)


def run_erase(arguments: argparse.Namespace, settings: Settings) -> None:
    """Erase, lift erasures, or list them."""
    if arguments.list:
        print_all(jobs.list_erased(settings), arguments, keeping_report.print_tombstones)
    elif not arguments.ids:
        raise UsageError("erase: name a document by its id or URL, or ask for --list")
    elif arguments.lift:
        print_all(jobs.lift_erasure(arguments.ids, settings), arguments, keeping_report.print_tombstones)
    else:
        done = jobs.erase(arguments.ids, to_hand(arguments, settings), settings)
        print_all([each.to_json() for each in done], arguments, keeping_report.print_erased)
