"""The command `reindex`: another index beside the one that serves, and the switch to it and back."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, keeping_report
from ingest.cli.options import add_command
from ingest.cli.printing import print_one
from ingest.settings import Settings


def add_reindex(commands: Any) -> None:
    """Declare `reindex`."""
    text = "Bring the index to this program's mapping: new fields in place, or another index that is switched to."
    parser = add_command(commands, "reindex", run_reindex, text)
    parser.add_argument("--from", dest="origin", choices=["index", "lake"], default="index", help="build it from")
    parser.add_argument("--force", action="store_true", help="build another index though the mapping asks for none")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--plan", action="store_true", help="only tell what would be done, and what to clean anew")
    instead.add_argument("--rollback", action="store_true", help="let the index serve again that served before")
    instead.add_argument("--give-up", action="store_true", help="remove a build that is not finished")
    instead.add_argument("--drop-old", action="store_true", help="remove the index that is kept for --rollback")


def run_reindex(arguments: argparse.Namespace, settings: Settings) -> None:
    """Plan, build, roll back or tidy up, and print what was done."""
    if arguments.plan:
        print_one(jobs.plan_reindex(settings), arguments, keeping_report.print_plan)
        return
    if arguments.rollback:
        done = jobs.roll_back(settings)
    elif arguments.give_up:
        done = jobs.give_up_reindex(settings)
    elif arguments.drop_old:
        done = jobs.drop_old_index(settings)
    else:
        done = jobs.reindex(settings, origin=arguments.origin, force=arguments.force)
    print_one(done.to_json(), arguments, keeping_report.print_reindexed)
