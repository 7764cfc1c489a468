"""The commands `sources list`, `add`, `import`, `check`, `discover` and `health`."""

from __future__ import annotations

import argparse
from typing import Any, get_args

from ingest import jobs, source_report
from ingest.cli.options import add_command
from ingest.cli.printing import print_all, print_one
from ingest.errors import SettingsError
from ingest.settings import Settings
from ingest.sources.catalogue import Follow, Kind


def add_sources(commands: Any) -> None:
    """Declare `sources` and its actions; without one it lists."""
    parser = add_command(commands, "sources", run_list, "What is collected regularly, and how it is.")
    actions = parser.add_subparsers(metavar="ACTION")
    add_command(actions, "list", run_list, "List the catalogue; the same as without an action.")
    declare_add(actions)
    importing = add_command(actions, "import", run_import, "Add the feeds of an OPML file.")
    importing.add_argument("where", metavar="OPML", help="file or web address")
    add_group(importing)
    check = add_command(actions, "check", run_check, "Try sources; nothing is kept.")
    check.add_argument("names", nargs="*", metavar="NAME", help="names, addresses or paths (default: the catalogue)")
    discover = add_command(actions, "discover", run_discover, "Find the feeds and sitemaps of a site.")
    discover.add_argument("url", metavar="URL", help="any page of the site")
    health = add_command(actions, "health", run_health, "How sources are: last news, yield, errors, drift.")
    health.add_argument("names", nargs="*", metavar="NAME", help="names (default: the catalogue)")


def declare_add(actions: Any) -> None:
    """Declare `sources add`."""
    add = add_command(actions, "add", run_add, "Add a source to the catalogue.")
    add.add_argument("name", metavar="NAME", help="what it is called from now on")
    add.add_argument("where", metavar="URL-OR-PATH", help="web address, file, folder or glob")
    add.add_argument("--kind", choices=get_args(Kind), help="default: found out")
    add_group(add)
    add.add_argument("--schedule", metavar="TIME", help="15m, 6h, 1d, or adaptive (default)")
    add.add_argument("--publisher", metavar="NAME", help="who publishes it")
    add.add_argument("--language", metavar="CODE", help="its language, for texts that say too little")
    add.add_argument(
        "--follow", choices=get_args(Follow), help="whether items are taken from their pages (default: auto)"
    )
    add.add_argument("--column", metavar="FIELD=COLUMN", action="append", default=[], help="for csv; may be repeated")


def add_group(parser: argparse.ArgumentParser) -> None:
    """Declare `--group`."""
    parser.add_argument("--group", metavar="NAME", default="", help="a [[group]] of the catalogue (default: none)")


def run_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the catalogue."""
    print_all(jobs.list_sources(settings), arguments, source_report.print_sources)


def run_add(arguments: argparse.Namespace, settings: Settings) -> None:
    """Add, and print what was."""
    names = ("name", "where", "kind", "group", "schedule", "publisher", "language", "follow")
    entry = {name: getattr(arguments, name) for name in names}
    columns = dict(column.partition("=")[::2] for column in arguments.column)
    if not all(columns.values()):
        raise SettingsError("--column: write FIELD=COLUMN")
    print_one(jobs.add_source({**entry, "columns": columns}, settings), arguments, source_report.print_added)


def run_import(arguments: argparse.Namespace, settings: Settings) -> None:
    """Import, and print what was added."""
    print_all(jobs.import_opml(arguments.where, settings, arguments.group), arguments, source_report.print_all_added)


def run_check(arguments: argparse.Namespace, settings: Settings) -> None:
    """Try sources one after the other, and end with 3 where one cannot be read."""
    checked = []
    for line in jobs.check_sources(settings, arguments.names):
        print_one(line, arguments, source_report.print_check)
        checked.append(line)
    jobs.assert_all_answer(checked)


def run_discover(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print what a site offers."""
    print_all(jobs.discover(arguments.url, settings), arguments, source_report.print_found)


def run_health(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print how sources are."""
    print_all(jobs.source_health(settings, arguments.names), arguments, source_report.print_health)
