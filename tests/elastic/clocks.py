"""A clock that tests turn by hand."""

from __future__ import annotations

from collections.abc import Callable


class FakeClock:
    """Time passes only in sleeps; `during` is called in each with the number of sleeps so far (from 1)."""

    def __init__(self, during: Callable[[int], object] = lambda _: None) -> None:
        self.time = 1000.0
        self.slept: list[float] = []
        self.during = during

    def now(self) -> float:
        """Give the time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.slept.append(seconds)
        self.time += seconds
        self.during(len(self.slept))
