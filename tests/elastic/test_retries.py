"""Waiting: how long, how often, and when it ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.elastic.faults import Fault, Trouble
from ingest.elastic.retries import Retries
from ingest.errors import IndexUnavailable
from tests.elastic.clocks import FakeClock

BUSY = Trouble(Fault.BUSY, "es_rejected_execution_exception", "queue full")


def policy(clock: FakeClock, patience: float = 900.0) -> Retries:
    """Make a policy on a clock."""
    return Retries(patience_seconds=patience, backoff_start_seconds=0.5, backoff_cap_seconds=60.0, clock=clock)


def wait_out(retries: Retries, trouble: Trouble) -> str:
    """Wait until patience ends; give what was said then."""
    backoff = retries.begin()
    while True:
        try:
            backoff.wait(trouble)
        except IndexUnavailable as error:
            return str(error)


@given(patience=st.floats(0, 5000), retry_after=st.none() | st.floats(0, 10_000))
def test_patience_bounds_the_waiting(patience: float, retry_after: float | None) -> None:
    """No pause is longer than its bound, and all of them together use up the patience and no more."""
    clock = FakeClock()
    message = wait_out(policy(clock, patience), Trouble(Fault.BUSY, "busy", "queue full", retry_after))
    assert patience - 0.01 <= sum(clock.slept) + 1e-6
    assert sum(clock.slept) <= patience + 1e-6
    assert "queue full" in message
    bounds = [max(retry_after or 0.0, min(60.0, 0.5 * 2**attempt)) for attempt in range(len(clock.slept))]
    assert all(0 < pause <= bound for pause, bound in zip(clock.slept, bounds, strict=True))


def test_pauses_are_spread() -> None:
    """Writers that failed together must not come back together: full jitter, not a fixed pause."""
    pauses = set()
    for _ in range(20):
        clock = FakeClock()
        policy(clock).begin().wait(BUSY)
        pauses.add(clock.slept[0])
    assert len(pauses) > 10


def test_server_says_how_long() -> None:
    """Nobody comes back before Retry-After; `at once` is no leave for a busy loop."""
    clock = FakeClock()
    for seconds in (7.0, 0.0):
        policy(clock).begin().wait(Trouble(Fault.BUSY, "busy", "", seconds))
    assert clock.slept[0] == 7.0
    assert clock.slept[1] > 0


def test_progress_renews_patience() -> None:
    """A slow index that takes some of each batch is not away."""
    clock = FakeClock()
    backoff = policy(clock, patience=10.0).begin()
    for _ in range(5):
        backoff.wait(Trouble(Fault.BUSY, "busy", "", 9.0))
        backoff.reset()
    assert sum(clock.slept) == 45.0
