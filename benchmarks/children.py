"""Jobs in processes that can be killed, forked from a server that has loaded the package, so that a start is cheap."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from typing import Any

from ingest import crash_points, jobs
from ingest.settings import Settings

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["benchmarks.children", "benchmarks.warm", "ingest.jobs.topic_stream"])
KILLED = -signal.SIGKILL


def start(function: Callable[..., None], *arguments: Any, crash_at: str = "") -> ForkServerProcess:
    """Start a function of a module in a child that dies where `crash_at` says."""
    child = _CONTEXT.Process(target=run, args=(function, arguments, crash_at), daemon=True)
    child.start()
    return child


def run(function: Callable[..., None], arguments: tuple[Any, ...], crash_at: str) -> None:
    """Be the child."""
    os.environ.pop(crash_points.VARIABLE, None)
    crash_points.arm(crash_at)
    function(*arguments)


def run_to_end(function: Callable[..., None], *arguments: Any, crash_at: str = "", seconds: float = 180.0) -> int:
    """Run a function in a child and give its exit code, negative where a signal ended it."""
    child = start(function, *arguments, crash_at=crash_at)
    child.join(seconds)
    code = child.exitcode
    if code is None:
        child.kill()
        raise AssertionError("the child did not end")
    child.close()
    return code


def stream(flags: Mapping[str, Any], until_idle_seconds: float | None = None) -> None:
    """Stream until a SIGTERM, or until idle."""
    watch = jobs.Watch(until_idle_seconds=until_idle_seconds)
    signal.signal(signal.SIGTERM, lambda *_: watch.stop.set())
    jobs.stream(Settings.load(flags=flags), watch)
