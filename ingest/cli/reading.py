"""The commands `search` and `show`: articles out."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ingest import jobs, report
from ingest.cli.options import add_command
from ingest.cli.printing import print_one
from ingest.search.request import split_choice
from ingest.settings import Settings


def add_search(commands: Any) -> None:
    """Declare `search`."""
    parser = add_command(commands, "search", run_search, "Search the index.")
    add_selection(parser)
    parser.add_argument("--size", type=int, metavar="N", help="hits to give, 100 at most")
    parser.add_argument("--missing", action="append", default=[], metavar="FIELD", help="keep only those without it")
    parser.add_argument("--indexed-after", metavar="DATE", help="written to the index after")
    parser.add_argument("--min-quality", metavar="SHARE", help="of this quality or better, 0 to 1")
    parser.add_argument("--significant", type=int, metavar="N", help="words that mark the hits")
    parser.add_argument("--cursor", metavar="NEXT", help="the next page: `next` of the answer before, same options")
    parser.add_argument("--facet", action="append", default=[], metavar="FIELD", help="count values of a field")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add what selects and orders articles."""
    parser.add_argument("query", nargs="?", default="", metavar="QUERY", help="words, phrases in quotes, -minus, OR")
    parser.add_argument("--filter", action="append", default=[], metavar="FIELD=VALUE", help="keep only these")
    parser.add_argument("--exclude", action="append", default=[], metavar="FIELD=VALUE", help="leave these out")
    parser.add_argument("--from", dest="from_", metavar="DATE", help="published on or after")
    parser.add_argument("--to", metavar="DATE", help="published on or before")
    parser.add_argument("--as-of", metavar="DATE", help="search what stood then, by the times of captures")
    parser.add_argument("--language", metavar="CODE", help="search as this language only")
    parser.add_argument("--in", dest="in_", choices=["article", "title", "comments"], help="where to look")
    parser.add_argument("--sort", choices=["relevance", "newest", "oldest"], default="relevance")
    parser.add_argument("--duplicates", nargs="?", const="show", default="hide", choices=["show", "hide"])


def run_search(arguments: argparse.Namespace, settings: Settings) -> None:
    """Search and print hits and facets."""
    print_one(jobs.search(to_parameters(arguments), settings), arguments, report.print_search)


def to_parameters(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """Give a search's options as the API's parameters."""
    named = {"q": "query", "in": "in_", "from": "from_"}
    names = ("q", "in", "from", "to", "as_of", "language", "sort", "size", "duplicates")
    more = ("indexed_after", "min_quality", "significant", "cursor")
    values = [(name, getattr(arguments, named.get(name, name), None)) for name in (*names, *more)]
    parameters = [(name, str(value)) for name, value in values if value is not None]
    parameters += [("facets", field) for field in getattr(arguments, "facet", [])]
    parameters += [(f"missing.{field}", "true") for field in getattr(arguments, "missing", [])]
    for kind in ("filter", "exclude"):
        parameters += [(f"{kind}.{field}", value) for field, value in map(split_choice, getattr(arguments, kind))]
    return parameters


def add_show(commands: Any) -> None:
    """Declare `show`."""
    parser = add_command(commands, "show", run_show, "Show one article by its id.")
    parser.add_argument("id", metavar="ID", help="minted or given id")
    parser.add_argument("--spans", action="store_true", help="what was removed, with its rules")
    parser.add_argument("--raw", action="store_true", help="the bytes as they came")
    parser.add_argument("--comments", action="store_true", help="the readers' comments")
    parser.add_argument("--versions", action="store_true", help="what it said before, and what changed each time")
    parser.add_argument("--as-of", metavar="DATE", help="the version that stood then")


def run_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Show an article, its spans, its comments or its bytes."""
    if arguments.raw:
        sys.stdout.buffer.write(jobs.show_raw(arguments.id, settings))
        return
    view = jobs.View(
        spans=arguments.spans, comments=arguments.comments, versions=arguments.versions, as_of=arguments.as_of
    )
    shown = jobs.show(arguments.id, settings, view)
    print_one(shown, arguments, report.print_article)
