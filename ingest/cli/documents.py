"""The commands `ingest`, `clean` and `dedup`: documents in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ingest import jobs, report
from ingest.cli.options import add_command
from ingest.cli.printing import print_json, print_lines, print_one
from ingest.explanation import print_explained
from ingest.explanation_page import write_page
from ingest.settings import Settings


def add_ingest(commands: Any) -> None:
    """Declare `ingest`."""
    parser = add_command(commands, "ingest", run_ingest, "Ingest documents into the index.")
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="file, folder, glob, web address, name of a source, or - for standard input",
    )


def run_ingest(arguments: argparse.Namespace, settings: Settings) -> None:
    """Ingest and print the report."""
    with report.show_progress() as on_seen:
        done = jobs.ingest(arguments.sources, settings, on_seen=on_seen)
    print_one(done.to_json(), arguments, report.print_ingest)
    jobs.assert_answered(done)
    jobs.assert_few_failures(done.seen, done.failed)


def add_clean(commands: Any) -> None:
    """Declare `clean`."""
    parser = add_command(commands, "clean", run_clean, "Clean documents; no index, nothing is kept.")
    parser.add_argument("sources", nargs="*", default=["-"], metavar="PATH", help="file, folder, glob, or - (default)")
    parser.add_argument("--explain", action="store_true", help="show the original with coloured spans and their rules")
    parser.add_argument("--html", metavar="FILE", help="with --explain: write one page with originals and articles")
    text = "know the publishers' usual share of body, which the index keeps; nothing is written"
    parser.add_argument("--with-index", action="store_true", help=text)


def run_clean(arguments: argparse.Namespace, settings: Settings) -> None:
    """Clean and print a line a document."""
    if not arguments.explain and not arguments.html:
        lines = jobs.clean(arguments.sources, settings, with_index=arguments.with_index)
        print_lines(lines, arguments, report.print_clean)
        return
    explained = jobs.explain(arguments.sources, settings, with_index=arguments.with_index)
    if arguments.html:
        documents = write_page(explained, Path(arguments.html), arguments.sources)
        print_one({"file": arguments.html, "documents": documents}, arguments, report.print_written)
    elif arguments.json:
        for each in explained:
            print_json(each.to_json())
    else:
        print_explained(explained)


def add_dedup(commands: Any) -> None:
    """Declare `dedup`."""
    parser = add_command(commands, "dedup", run_dedup, "Clean and deduplicate documents in memory; nothing is kept.")
    parser.add_argument("sources", nargs="*", default=["-"], metavar="PATH", help="file, folder, glob, or - (default)")


def run_dedup(arguments: argparse.Namespace, settings: Settings) -> None:
    """Deduplicate and print a line a document."""
    print_lines(jobs.dedup(arguments.sources, settings), arguments, report.print_dedup)
