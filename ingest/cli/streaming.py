"""The command `stream`."""

from __future__ import annotations

import argparse
import signal
from dataclasses import replace
from typing import Any

from ingest import jobs, report, stream_report
from ingest.cli.options import add_command
from ingest.cli.printing import print_json
from ingest.settings import Settings
from ingest.telemetry.metrics import serve_metrics


def add_stream(commands: Any) -> None:
    """Declare `stream`."""
    text = "Ingest what comes: topics of Kafka, or the files of a drop folder, until it is told to stop."
    parser = add_command(commands, "stream", run_stream, text)
    where = "kafka://HOST:PORT/TOPIC[,TOPIC], or a drop folder (default: stream.source)"
    parser.add_argument("source", nargs="?", metavar="SOURCE", help=where)
    parser.add_argument("--group", metavar="NAME", help="consumer group; its instances share the work")
    parser.add_argument("--metrics-port", type=int, metavar="N", help="answer Prometheus on this port of loopback")
    idle = "end once nothing has come for so long and all is settled"
    parser.add_argument("--until-idle", type=float, metavar="SECONDS", help=idle)


def run_stream(arguments: argparse.Namespace, settings: Settings) -> None:
    """Stream until a signal or idleness ends it; print progress, and the books at the end."""
    said = {"source": arguments.source, "group": arguments.group}
    chosen = replace(settings.stream, **{name: value for name, value in said.items() if value})
    if arguments.metrics_port:
        serve_metrics(arguments.metrics_port)
    on_progress = print_json if arguments.json else stream_report.print_progress
    watch = jobs.Watch(until_idle_seconds=arguments.until_idle, on_progress=on_progress)
    stop_on_signals(watch)
    done = jobs.stream(replace(settings, stream=chosen), watch)
    if arguments.json:
        print_json({**done.to_json(), "ended": True})
    else:
        report.print_ingest(done.to_json())


def stop_on_signals(watch: jobs.Watch) -> None:
    """Let SIGTERM and Ctrl-C end the stream cleanly; the second one ends it at once."""

    def stop(_: int, __: object) -> None:
        if watch.stop.is_set():
            raise KeyboardInterrupt
        watch.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
