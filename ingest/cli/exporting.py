"""The command `export`: what a search finds, into a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ingest import jobs
from ingest.cli.options import add_command
from ingest.cli.printing import print_one
from ingest.cli.reading import add_selection, to_parameters
from ingest.query_report import print_exported
from ingest.settings import Settings


def add_export(commands: Any) -> None:
    """Declare `export`."""
    parser = add_command(
        commands, "export", run_export, "Write every article that a search finds, copies too, into a file."
    )
    parser.add_argument("file", metavar="FILE", help="ends with .parquet (spans and comments too), .ndjson or .csv")
    add_selection(parser)
    parser.set_defaults(sort="newest", duplicates="show")


def run_export(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write, and say how many."""
    done = jobs.export_file(Path(arguments.file), to_parameters(arguments), settings)
    print_one(done, arguments, print_exported)
