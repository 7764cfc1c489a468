"""The command `setup`."""

from __future__ import annotations

import argparse
import os
from typing import Any

from ingest import jobs
from ingest.cli.options import add_command
from ingest.cli.printing import print_one
from ingest.report import print_set_up
from ingest.settings import Settings

KIBANA_PASSWORD = "KIBANA_PASSWORD"  # noqa: S105 - the name of a variable


def add_setup(commands: Any) -> None:
    """Declare `setup`."""
    parser = add_command(commands, "setup", run_setup, "Set an Elasticsearch up: keys of least privilege, indices.")
    parser.add_argument(
        "--keys", metavar="FOLDER", default=".broadsheet/keys", help="takes ingest/api.key and search/api.key"
    )
    parser.add_argument("--rotate", action="store_true", help="make the keys anew; those before work for another hour")


def run_setup(arguments: argparse.Namespace, settings: Settings) -> None:
    """Set up and print what was done."""
    wanted = jobs.SetUp(
        keys_folder=arguments.keys, rotate=arguments.rotate, kibana_password=os.environ.get(KIBANA_PASSWORD) or None
    )
    print_one(jobs.set_up(settings, wanted), arguments, print_set_up)
