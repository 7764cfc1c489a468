"""The commands `lake size`, `verify` and `convert`, and `retention`: what is kept, whether it is sound, how long."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, keeping_report, report
from ingest.cli.options import add_command
from ingest.cli.printing import print_one
from ingest.cli.replaying import add_selection, to_selection
from ingest.settings import Settings


def add_lake(commands: Any) -> None:
    """Declare `lake size`, `verify` and `convert`."""
    parser = commands.add_parser("lake", help="The lake: its size, whether it is sound, its clean texts as WARC.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    add_command(actions, "size", run_size, "Tell how much the lake holds, by month, and how long it is kept.")
    add_command(actions, "verify", run_verify, "Read the whole lake and tell what is torn, damaged or altered.")
    convert = add_command(actions, "convert", run_convert, "Write clean texts as conversion records of a WARC file.")
    convert.add_argument("file", metavar="FILE", help="the file to write, as in texts.warc.gz")
    add_selection(convert)


def run_size(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the lake's size."""
    print_one(jobs.measure_lake(settings), arguments, keeping_report.print_size)


def run_verify(arguments: argparse.Namespace, settings: Settings) -> None:
    """Verify, print what is wrong, and end with an error where anything is."""
    done = jobs.verify_lake(settings)
    print_one(done.to_json(), arguments, keeping_report.print_verification)
    done.assert_sound()


def run_convert(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write clean texts."""
    done = jobs.write_texts(arguments.file, settings, to_selection(arguments))
    print_one(done, arguments, report.print_written)


def add_retention(commands: Any) -> None:
    """Declare `retention`."""
    text = "Remove what is older than index.retain_days, lake.retain_days, lake.handover_days and state.run_days."
    parser = add_command(commands, "retention", run_retention, text)
    parser.add_argument("--dry-run", action="store_true", help="count what would go, and remove nothing")


def run_retention(arguments: argparse.Namespace, settings: Settings) -> None:
    """Apply retention and print what went."""
    done = jobs.apply_retention(settings, dry_run=arguments.dry_run)
    print_one(done.to_json(), arguments, keeping_report.print_retention)
