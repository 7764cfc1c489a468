"""Waiting for an Elasticsearch that is away, busy or refusing: exponential backoff with full jitter, and a patience."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from elastic_transport import ApiError, ConnectionTimeout, TransportError

from ingest.elastic.faults import AnswerError, Fault, Trouble, read_exception
from ingest.errors import IndexTimedOut, IndexUnavailable
from ingest.telemetry.metrics import RETRIES, RETRY_SECONDS

LOGGER = logging.getLogger(__name__)
# Jitter near nothing, and a server that says "at once", must not make a busy loop.
SHORTEST_PAUSE_SECONDS = 0.01
TIMED_OUT = ConnectionTimeout.__name__
FINAL = frozenset({Fault.STALE, Fault.REJECTED, Fault.TOO_LARGE})
FAILURES = (ApiError, TransportError, AnswerError)

Answer = TypeVar("Answer")


class Clock(Protocol):
    """Time as the retries see it."""

    def now(self) -> float:
        """Give seconds that only grow."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        """Give seconds that only grow, whatever happens to the time of day."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How long to keep trying (`patience_seconds` without any progress) and how long to pause in between.

    `target` is what messages call the index.
    """

    patience_seconds: float
    backoff_start_seconds: float
    backoff_cap_seconds: float
    target: str = "the index"
    clock: Clock = field(default_factory=SystemClock)

    def begin(self) -> Backoff:
        """Start counting attempts for one operation."""
        return Backoff(self)


class Backoff:
    """The attempts of one operation since it last got on."""

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._since: float | None = None
        self._attempts = 0

    def reset(self) -> None:
        """Note progress: patience and pauses start anew."""
        self._since, self._attempts = None, 0

    def wait(self, trouble: Trouble) -> None:
        """Pause before the next attempt; raise IndexUnavailable once patience is at its end."""
        self._retries.clock.sleep(self.next_pause(trouble))

    def next_pause(self, trouble: Trouble) -> float:
        """Say how long to pause before the next attempt (seconds); IndexUnavailable once patience is at its end."""
        clock, patience = self._retries.clock, self._retries.patience_seconds
        now = clock.now()
        self._since = now if self._since is None else self._since
        left = patience - (now - self._since)
        if left < SHORTEST_PAUSE_SECONDS:
            raise self._give_up(trouble)
        pause = min(left, max(SHORTEST_PAUSE_SECONDS, trouble.retry_after or 0.0, self._jitter()))
        self._attempts += 1
        LOGGER.warning(
            "%s: %s (%s: %s); trying again in %.1f s",
            self._retries.target,
            trouble.fault,
            trouble.error,
            trouble.message,
            pause,
        )
        RETRIES.labels(trouble.fault.value).inc()
        RETRY_SECONDS.inc(pause)
        return pause

    def _give_up(self, trouble: Trouble) -> IndexUnavailable:
        target = self._retries.target
        if trouble.error == TIMED_OUT:
            return IndexTimedOut(f"{target}: no answer in time: {trouble.message}")
        patience = self._retries.patience_seconds
        after = f"gave up after {patience:g} s" if patience else "away"
        return IndexUnavailable(f"{target}: {after}: {trouble.error}: {trouble.message}")

    def _jitter(self) -> float:
        doubled = self._retries.backoff_start_seconds * 2.0 ** min(self._attempts, 32)
        return random.uniform(0, min(self._retries.backoff_cap_seconds, doubled))  # noqa: S311 - jitter, not a secret


def call(operation: Callable[[], Answer], retries: Retries) -> Answer:
    """Run one request until it is answered; what no waiting mends is raised as it came."""
    backoff = retries.begin()
    while True:
        try:
            return operation()
        except FAILURES as exception:
            trouble = read_exception(exception)
            if trouble.fault in FINAL:
                raise
        backoff.wait(trouble)


async def call_async(operation: Callable[[], Awaitable[Answer]], retries: Retries) -> Answer:
    """Do what `call` does for a request that is awaited; nobody else waits meanwhile."""
    backoff = retries.begin()
    while True:
        try:
            return await operation()
        except FAILURES as exception:
            trouble = read_exception(exception)
            if trouble.fault in FINAL:
                raise
        await asyncio.sleep(backoff.next_pause(trouble))
