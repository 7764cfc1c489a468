"""The command `replay`: documents of the lake through the pipeline again."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, report
from ingest.cli.options import add_command
from ingest.cli.printing import print_one
from ingest.settings import Settings


def add_replay(commands: Any) -> None:
    """Declare `replay`."""
    text = "Send documents of the lake through the pipeline again, under today's code and rules; nothing is fetched."
    parser = add_command(commands, "replay", run_replay, text)
    add_selection(parser)
    parser.add_argument("--up-to", metavar="STAGE", help="a trial: stop after this stage, and write nothing")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Declare which documents are meant."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="minted or given ids (default: everything)")
    parser.add_argument("--run", metavar="RUN", help="only what this run brought")
    parser.add_argument("--source", metavar="NAME", help="only what came from this source")
    parser.add_argument("--since", metavar="DATE", help="accepted on or after")
    parser.add_argument("--until", metavar="DATE", help="accepted on or before")
    reason = "failed with this error, was dropped for this reason, or carries this flag"
    parser.add_argument("--reason", metavar="NAME", help=f"only what {reason}")
    parser.add_argument("--rules", metavar="VERSION", help="only articles made by these rules (old: not by today's)")
    parser.add_argument("--code", metavar="VERSION", help="only articles made by this code (old: not by today's)")


def to_selection(arguments: argparse.Namespace) -> jobs.Selection:
    """Read which documents are meant."""
    return jobs.Selection(
        ids=tuple(arguments.ids),
        run=arguments.run,
        source=arguments.source,
        since=arguments.since,
        until=arguments.until,
        reason=arguments.reason,
        rules_version=arguments.rules,
        code_version=arguments.code,
    )


def run_replay(arguments: argparse.Namespace, settings: Settings) -> None:
    """Replay and print the books."""
    with report.show_progress("replay") as on_seen:
        done = jobs.replay(settings, to_selection(arguments), up_to=arguments.up_to, on_seen=on_seen)
    print_one(done.to_json(), arguments, report.print_trial if arguments.up_to else report.print_ingest)
