"""The commands `dashboards build` and `dashboards load`."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs
from ingest.cli.options import add_command
from ingest.cli.printing import print_all
from ingest.report import print_dashboards
from ingest.settings import Settings


def add_dashboards(commands: Any) -> None:
    """Declare `dashboards build` and `dashboards load`."""
    parser = commands.add_parser("dashboards", help="Kibana dashboards: write their files, import them.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    build = add_command(actions, "build", run_build, "Write the files that Kibana imports.")
    build.add_argument("folder", nargs="?", default="dashboards", metavar="FOLDER", help="default: dashboards")
    load = add_command(actions, "load", run_load, "Import the dashboards into a Kibana, replacing those of before.")
    load.add_argument("--kibana", metavar="URL", default="http://127.0.0.1:5601", help="default: http://127.0.0.1:5601")


def run_build(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write the files and print which."""
    print_all(jobs.build_dashboards(settings, arguments.folder), arguments, print_dashboards)


def run_load(arguments: argparse.Namespace, settings: Settings) -> None:
    """Import the dashboards and print what came in."""
    print_all(jobs.load_dashboards(settings, arguments.kibana), arguments, print_dashboards)
