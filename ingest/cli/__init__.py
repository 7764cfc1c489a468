"""The command line: parsing arguments and printing results, a module a group of commands. Work is in ingest.jobs."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest import __version__
from ingest.cli.clusters import add_join, add_recluster, add_split
from ingest.cli.commenters import add_forget
from ingest.cli.corrections import add_corrections, add_cut, add_restore
from ingest.cli.dashboards import add_dashboards
from ingest.cli.documents import add_clean, add_dedup, add_ingest
from ingest.cli.erasing import add_erase
from ingest.cli.events import add_events
from ingest.cli.exporting import add_export
from ingest.cli.keeping import add_lake, add_retention
from ingest.cli.keys import add_keys
from ingest.cli.learning import add_learn
from ingest.cli.quarantine import add_quarantine
from ingest.cli.queries import add_alerts, add_queries
from ingest.cli.reading import add_search, add_show
from ingest.cli.reindexing import add_reindex
from ingest.cli.replaying import add_replay
from ingest.cli.rules import add_rules
from ingest.cli.runs import add_runs
from ingest.cli.serving import add_serve
from ingest.cli.setting_up import add_setup
from ingest.cli.snapshots import add_snapshot
from ingest.cli.sources import add_sources
from ingest.cli.streaming import add_stream
from ingest.errors import BroadsheetError, SettingsError, StorageFull, UsageError
from ingest.settings import FILE, Settings, secret_values
from ingest.telemetry.logs import set_up_logs

DECLARE = (
    add_ingest,
    add_stream,
    add_clean,
    add_dedup,
    add_search,
    add_show,
    add_export,
    add_restore,
    add_cut,
    add_corrections,
    add_rules,
    add_learn,
    add_recluster,
    add_split,
    add_join,
    add_events,
    add_quarantine,
    add_runs,
    add_replay,
    add_sources,
    add_serve,
    add_keys,
    add_queries,
    add_alerts,
    add_dashboards,
    add_setup,
    add_forget,
    add_erase,
    add_reindex,
    add_snapshot,
    add_retention,
    add_lake,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give 0 done, 1 unexpected, 2 usage, 3 unavailable, 4 a law or limit broken."""
    arguments = build_parser().parse_args(argv)
    try:
        settings = load_settings(arguments)
        set_up_logs(settings.telemetry, secret_values(settings))
        arguments.command(arguments, settings)
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
    for declare in DECLARE:
        declare(commands)
    return parser
