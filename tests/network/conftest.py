"""The odd server, and leave to reach it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.network import odd_server
from tests.network.odd_server import Names, OddServer


@pytest.fixture
def web() -> Iterator[OddServer]:
    """Run a server that does what it is told, good or bad."""
    with odd_server.running() as server:
        yield server


@pytest.fixture
def names() -> Names:
    """Give a resolver that knows only what a test tells it."""
    return Names()
