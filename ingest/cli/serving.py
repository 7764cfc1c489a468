"""The command `serve`."""

from __future__ import annotations

import argparse
from typing import Any

from ingest.cli.options import add_command
from ingest.errors import UsageError
from ingest.settings import Settings


def add_serve(commands: Any) -> None:
    """Declare `serve`."""
    parser = add_command(commands, "serve", run_serve, "Serve the web page and the HTTP API.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")


def run_serve(arguments: argparse.Namespace, settings: Settings) -> None:
    """Serve until interrupted; raise UsageError where the extra `api` is not installed."""
    try:
        import uvicorn  # noqa: PLC0415 - an extra

        from ingest.api.application import create_app  # noqa: PLC0415 - needs the same extra
    except ModuleNotFoundError as error:
        raise UsageError(
            f"serving needs the extra `api` ({error.name} is missing): pip install 'broadsheet[api]'"
        ) from error
    # Who calls is told by `api.trusted_proxies` alone.
    app = create_app(settings)
    uvicorn.run(
        app, host=arguments.host, port=arguments.port, access_log=False, proxy_headers=False, server_header=False
    )
