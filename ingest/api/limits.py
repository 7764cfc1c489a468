"""How many requests a key or an address may make: a bucket each that fills again evenly."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MAX_BUCKETS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left of a limit after a request; `wait_seconds` is 0 where the request is allowed."""

    limit: int
    remaining: int
    reset_seconds: int
    window_seconds: int
    wait_seconds: int = 0

    def headers(self) -> dict[str, str]:
        """Give the standard headers."""
        told = {
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": str(self.remaining),
            "ratelimit-reset": str(self.reset_seconds),
            "ratelimit-policy": f"{self.limit};w={self.window_seconds}",
        }
        return told | ({"retry-after": str(self.wait_seconds)} if self.wait_seconds else {})


class RateLimiter:
    """Buckets by name, in this process; several threads may take from them at once."""

    def __init__(self, window_seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._window_seconds = window_seconds
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, name: str, limit: int, *, cost: int = 1) -> Allowance:
        """Take one request from a bucket of `limit`, or with a `cost` of 0 only look."""
        rate = limit / self._window_seconds
        with self._lock:
            now = self._clock()
            left, at = self._buckets.get(name, (float(limit), now))
            left = min(float(limit), left + (now - at) * rate)
            allowed = left >= 1
            left -= cost if allowed else 0
            if len(self._buckets) >= MAX_BUCKETS:
                self._forget_full(now)
            self._buckets[name] = (left, now)
        return Allowance(
            limit=limit,
            remaining=int(left),
            reset_seconds=math.ceil((limit - left) / rate),
            window_seconds=self._window_seconds,
            wait_seconds=0 if allowed else max(1, math.ceil((1 - left) / rate)),
        )

    def _forget_full(self, now: float) -> None:
        """Drop buckets that have filled again; where none has, all: better than memory without end."""
        held = {name: entry for name, entry in self._buckets.items() if now - entry[1] < self._window_seconds}
        self._buckets = held if len(held) < MAX_BUCKETS else {}
