"""The command `forget`: the retention time of comments' authors, applied to what is indexed."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, report
from ingest.cli.options import add_command
from ingest.cli.printing import print_one
from ingest.settings import Settings


def add_forget(commands: Any) -> None:
    """Declare `forget`."""
    add_command(commands, "forget", run_forget, "Drop the authors of comments that the settings no longer let stand.")


def run_forget(arguments: argparse.Namespace, settings: Settings) -> None:
    """Forget, and print how many."""
    print_one(jobs.forget_commenters(settings).to_json(), arguments, report.print_forgotten)
