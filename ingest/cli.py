"""The command line: parsing arguments and printing results. What is done is in ingest.jobs."""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from ingest import __version__, jobs, report, rule_report
from ingest.errors import BroadsheetError, SettingsError, StorageFull, UsageError
from ingest.explanation import print_explained
from ingest.explanation_page import write_page
from ingest.jobs.rules import Sample
from ingest.search.request import split_choice
from ingest.settings import FILE, Settings

Command = Callable[[argparse.Namespace, Settings], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give 0 done, 1 unexpected, 2 usage, 3 unavailable, 4 a law or limit broken."""
    arguments = build_parser().parse_args(argv)
    try:
        arguments.command(arguments, load_settings(arguments))
    except BroadsheetError as error:
        return complain(error, error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away; keep the interpreter from complaining again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return complain("interrupted; what was accepted is in the lake, run again to go on", 130)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return complain(f"no space left: {error.filename or error}", StorageFull.exit_code)
        if error.filename is None:
            raise
        return complain(f"{os.fsdecode(error.filename)}: {error.strerror}", UsageError.exit_code)
    return 0


def complain(message: object, exit_code: int) -> int:
    """Say on standard error what went wrong."""
    print(f"broadsheet: {message}", file=sys.stderr)  # noqa: T201 - printing is this module's work
    return exit_code


def load_settings(arguments: argparse.Namespace) -> Settings:
    """Compose the settings from the file, the environment and the flags."""
    flags: dict[str, Any] = {"index.url": arguments.index, "lake.url": arguments.lake}
    for assignment in arguments.set:
        key, separator, value = assignment.partition("=")
        if not separator or "." not in key:
            raise SettingsError(f"--set {assignment}: write room.name=value")
        flags[key] = value
    file = arguments.config or (FILE if Path(FILE).exists() else None)
    return Settings.load(flags=flags, environment=os.environ, file=file)


def build_parser() -> argparse.ArgumentParser:
    """Declare every command and option."""
    parser = argparse.ArgumentParser(
        prog="broadsheet", description="Clean scraped news articles, say what was removed, and index them."
    )
    parser.add_argument("--version", action="version", version=f"broadsheet {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for declare in (add_ingest, add_clean, add_dedup, add_search, add_show, add_rules, add_quarantine):
        declare(commands)
    return parser


def add_command(commands: Any, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    """Declare a command with the options that every command has."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--index", metavar="URL", help="tantivy:PATH or http(s)://host:9200")
    parser.add_argument("--lake", metavar="URL", help="folder of raw documents and the quarantine")
    parser.add_argument("--config", metavar="FILE", help=f"settings file (default: {FILE} where there is one)")
    parser.add_argument("--set", metavar="ROOM.NAME=VALUE", action="append", default=[], help="override any setting")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output and nothing else there")
    parser.set_defaults(command=run)
    return parser


def add_ingest(commands: Any) -> None:
    """Declare `ingest`."""
    parser = add_command(commands, "ingest", run_ingest, "Ingest documents into the index.")
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="file, folder, glob, or - for standard input")


def run_ingest(arguments: argparse.Namespace, settings: Settings) -> None:
    """Ingest and print the report."""
    with report.show_progress() as on_seen:
        done = jobs.ingest(arguments.sources, settings, on_seen=on_seen)
    print_one(done.to_json(), arguments, report.print_ingest)
    jobs.assert_few_failures(done.seen, done.failed)


def add_clean(commands: Any) -> None:
    """Declare `clean`."""
    parser = add_command(commands, "clean", run_clean, "Clean documents; no index, nothing is kept.")
    parser.add_argument("sources", nargs="*", default=["-"], metavar="PATH", help="file, folder, glob, or - (default)")
    parser.add_argument("--explain", action="store_true", help="show the original with coloured spans and their rules")
    parser.add_argument("--html", metavar="FILE", help="with --explain: write one page with originals and articles")


def run_clean(arguments: argparse.Namespace, settings: Settings) -> None:
    """Clean and print a line a document."""
    if not arguments.explain and not arguments.html:
        print_lines(jobs.clean(arguments.sources, settings), arguments, report.print_clean)
        return
    explained = jobs.explain(arguments.sources, settings)
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


def add_search(commands: Any) -> None:
    """Declare `search`."""
    parser = add_command(commands, "search", run_search, "Search the index.")
    parser.add_argument("query", nargs="?", default="", metavar="QUERY", help="words, phrases in quotes, -minus, OR")
    parser.add_argument("--filter", action="append", default=[], metavar="FIELD=VALUE", help="keep only these")
    parser.add_argument("--exclude", action="append", default=[], metavar="FIELD=VALUE", help="leave these out")
    parser.add_argument("--from", dest="from_", metavar="DATE", help="published on or after")
    parser.add_argument("--to", metavar="DATE", help="published on or before")
    parser.add_argument("--language", metavar="CODE", help="search as this language only")
    parser.add_argument("--in", dest="in_", choices=["article", "title"], help="where to look")
    parser.add_argument("--sort", choices=["relevance", "newest", "oldest"], default="relevance")
    parser.add_argument("--size", type=int, metavar="N", help="hits to give, 100 at most")
    parser.add_argument("--facet", action="append", default=[], metavar="FIELD", help="count values of a field")
    parser.add_argument("--duplicates", nargs="?", const="show", default="hide", choices=["show", "hide"])


def run_search(arguments: argparse.Namespace, settings: Settings) -> None:
    """Search and print hits and facets."""
    print_one(jobs.search(to_parameters(arguments), settings), arguments, report.print_search)


def to_parameters(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """Give a search's options as the API's parameters."""
    named = {"q": "query", "in": "in_", "from": "from_"}
    names = ("q", "in", "from", "to", "language", "sort", "size", "duplicates")
    values = [(name, getattr(arguments, named.get(name, name))) for name in names]
    parameters = [(name, str(value)) for name, value in values if value is not None]
    parameters += [("facets", field) for field in arguments.facet]
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


def run_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Show an article, its spans, its comments or its bytes."""
    if arguments.raw:
        sys.stdout.buffer.write(jobs.show_raw(arguments.id, settings))
        return
    shown = jobs.show(arguments.id, settings, spans=arguments.spans, comments=arguments.comments)
    print_one(shown, arguments, report.print_article)


def add_rules(commands: Any) -> None:
    """Declare `rules list`, `show`, `test` and `try`."""
    parser = commands.add_parser("rules", help="Look at the cleaning rules, test them, and try changes.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = add_command(actions, "list", run_rules_list, "List rules, and how often each fired on documents.")
    show = add_command(actions, "show", run_rules_show, "Show one rule, its examples and where it fired.")
    show.add_argument("id", metavar="ID", help="as spans name it")
    test = add_command(actions, "test", run_rules_test, "Try the two examples of every rule.")
    test.add_argument("changes", nargs="?", metavar="RULES", help="TOML file or folder of changed rules to add")
    trial = add_command(actions, "try", run_rules_try, "Compare cleaning with and without changed rules.")
    trial.add_argument("changes", metavar="RULES", help="TOML file or folder; a rule replaces the one with its id")
    for command in (listing, show, trial):
        command.add_argument("sources", nargs="*", metavar="PATH", help="documents: file, folder, glob, or -")
        command.add_argument("--labels", metavar="FILE", help="labelled documents: JSON lines with text and lines")


def to_sample(arguments: argparse.Namespace) -> Sample:
    """Give the documents that rules are looked at with."""
    return Sample(paths=tuple(arguments.sources), labels=arguments.labels)


def run_rules_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the rules."""
    print_all(jobs.list_rules(to_sample(arguments), settings), arguments, rule_report.print_rules)


def run_rules_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print one rule."""
    print_one(jobs.show_rule(arguments.id, to_sample(arguments), settings), arguments, rule_report.print_rule)


def run_rules_test(arguments: argparse.Namespace, settings: Settings) -> None:  # noqa: ARG001 - commands are called alike
    """Print whether examples hold; raise where one does not."""
    results = jobs.check_rules(arguments.changes)
    print_all(results, arguments, rule_report.print_checks)
    jobs.assert_rules_hold(results)


def run_rules_try(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print what changed rules would do."""
    print_all(jobs.try_rules(arguments.changes, to_sample(arguments), settings), arguments, rule_report.print_trial)


def add_quarantine(commands: Any) -> None:
    """Declare `quarantine list`, `show` and `replay`."""
    parser = commands.add_parser("quarantine", help="Look at what failed, and send it through again.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = add_command(actions, "list", run_quarantine_list, "List what failed.")
    listing.add_argument("--stage", metavar="NAME", help="only what failed at this stage")
    listing.add_argument("--all", action="store_true", help="also what was replayed since")
    add_command(actions, "show", run_quarantine_show, "Show one entry.").add_argument("id", metavar="ID")
    replay = add_command(actions, "replay", run_quarantine_replay, "Send failed documents through again.")
    replay.add_argument("ids", nargs="*", metavar="ID", help="entries (default: every open one)")
    replay.add_argument("--stage", metavar="NAME", help="only what failed at this stage")


def run_quarantine_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the entries."""
    entries = jobs.list_quarantine(settings, stage=arguments.stage, open_only=not arguments.all)
    print_lines(entries, arguments, report.print_entry)


def run_quarantine_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print one entry."""
    print_one(jobs.show_quarantine(arguments.id, settings), arguments, report.print_whole_entry)


def run_quarantine_replay(arguments: argparse.Namespace, settings: Settings) -> None:
    """Replay and print the report."""
    done = jobs.replay_quarantine(arguments.ids, settings, stage=arguments.stage)
    print_one(done.to_json(), arguments, report.print_ingest)


def print_one(
    value: dict[str, Any], arguments: argparse.Namespace, for_people: Callable[[dict[str, Any]], None]
) -> None:
    """Print one result as JSON or for people."""
    if arguments.json:
        print_json(value)
    else:
        for_people(value)


def print_lines(
    values: Iterable[dict[str, Any]], arguments: argparse.Namespace, for_people: Callable[[dict[str, Any]], None]
) -> None:
    """Print results one by one as they come; raise TooManyFailures where most of a hundred or more documents failed."""
    seen = failed = 0
    for value in values:
        print_one(value, arguments, for_people)
        seen += 1
        failed += jobs.is_failure(value)
    jobs.assert_few_failures(seen, failed)


def print_all(
    values: Iterable[dict[str, Any]],
    arguments: argparse.Namespace,
    for_people: Callable[[Iterable[dict[str, Any]]], None],
) -> None:
    """Print results as a line of JSON each, or for people as one."""
    if arguments.json:
        for value in values:
            print_json(value)
    else:
        for_people(values)


def print_json(value: dict[str, Any]) -> None:
    """Print one line of JSON in UTF-8, whatever the locale; escaped where a string holds a lone surrogate."""
    try:
        line = orjson.dumps(value)
    except TypeError:
        line = json.dumps(value).encode("ascii")
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
