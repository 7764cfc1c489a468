"""The command `keys`: who may use the API."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs
from ingest.cli.options import add_command
from ingest.cli.printing import print_all, print_one
from ingest.key_report import print_key, print_keys
from ingest.settings import Settings


def add_keys(commands: Any) -> None:
    """Declare `keys create`, `list` and `revoke`."""
    parser = commands.add_parser("keys", help="Keys of the API: create, list, revoke.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    create = add_command(actions, "create", run_create, "Make a key; it is shown this once.")
    create.add_argument("name", metavar="NAME", help="who or what uses it")
    create.add_argument("--scope", action="append", default=[], choices=jobs.SCOPES, help="may repeat (default: read)")
    create.add_argument("--days", type=int, metavar="N", help="how long it holds (default: until it is revoked)")
    add_command(actions, "list", run_list, "List the keys, without their secrets.")
    revoke = add_command(actions, "revoke", run_revoke, "Revoke a key for good.")
    revoke.add_argument("id", metavar="ID", help="as `keys list` shows it")


def run_create(arguments: argparse.Namespace, settings: Settings) -> None:
    """Make a key and print it."""
    scopes = arguments.scope or [jobs.SCOPES[0]]
    made = jobs.create_key(arguments.name, scopes, settings, days=arguments.days)
    print_one(made, arguments, print_key)


def run_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the keys."""
    print_all(jobs.list_keys(settings), arguments, print_keys)


def run_revoke(arguments: argparse.Namespace, settings: Settings) -> None:
    """Revoke, and print what is known of the key."""
    print_one(jobs.revoke_key(arguments.id, settings), arguments, print_key)
