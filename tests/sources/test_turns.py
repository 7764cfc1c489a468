"""Processes take turns at a host."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.sources.catalogue import Source
from ingest.sources.feeds import parse_patiently
from ingest.sources.opt_outs import HouseRules
from ingest.sources.polling import SourceState
from ingest.sources.touring import Tour
from ingest.sources.turns import HostBusy, Turns
from tests.network.articles import page
from tests.network.odd_server import Asked, Names, OddServer, reply
from tests.sources.looking import HTML, POLL, SETTINGS

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_two_processes_take_turns_at_a_host(web: OddServer, names: Names, tmp_path: Path) -> None:
    """For a request of one worker, and the pause after it, the others wait; whoever was killed blocks nobody."""
    names.add("harbour.example", ["127.0.0.1"])
    times: list[float] = []

    def answer(asked: Asked) -> Iterable[bytes | float]:
        times.append(time.monotonic())
        return [0.02, *reply(200, page(1), **HTML)(asked)]

    web.scripts |= {f"/{number}": answer for number in range(8)}
    settings = replace(SETTINGS, poll=replace(POLL, delay_seconds=0.05, max_wait_seconds=20))

    def go_round(numbers: Sequence[int]) -> int:
        sources = [Source(name=f"s{n}", kind="page", url=web.url(f"/{n}", "harbour.example")) for n in numbers]
        tour = Tour(
            settings=settings,
            network=web.settings(),
            parse=parse_patiently,
            resolve=names,
            rules={web.url("", "harbour.example"): HouseRules()},
            turns=Turns(tmp_path / "turns"),
        )
        return len(list(tour.payloads([(source, SourceState()) for source in sources])))

    kill_in_its_turn(tmp_path / "turns", web.url("", "harbour.example"))
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(go_round, [range(4), range(4, 8)])) == [4, 4]
    assert web.most_at_once == 1
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.05


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from ingest.sources.turns import Turns

async def main():
    async with Turns(Path(sys.argv[1])).take(sys.argv[2], 1, 1.0):
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def kill_in_its_turn(folder: Path, host: str) -> None:
    """Kill a process that has its turn."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), host], check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_host_that_others_keep_asking_is_left_for_later(tmp_path: Path) -> None:
    """A source waits for its next turn, as where the server asks for patience; one seat more is one turn more."""

    async def ask() -> None:
        turns = Turns(tmp_path / "turns")
        async with turns.take("https://harbour.example", 1, 0.1) as turn:
            turn.pause_seconds = 30.0
            with pytest.raises(HostBusy, match="others kept"):
                await turns.take("https://harbour.example", 1, 0.1).__aenter__()
            async with turns.take("https://harbour.example", 2, 0.1) as beside:
                assert beside.wait_seconds == 0.0
        async with turns.take("https://harbour.example", 1, 0.1) as after:
            assert 25 < after.wait_seconds <= 30

    asyncio.run(ask())
