"""The options that every command has."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from ingest.settings import FILE, Settings

Command = Callable[[argparse.Namespace, Settings], None]


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
