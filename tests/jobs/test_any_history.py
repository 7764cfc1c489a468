"""Whatever comes, dies, is cut off, replayed or erased, in whatever order: the index is what a dict says.

The documents are given again after a run that did not end, as whoever delivers them does, until a run has ended.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ingest import crash_points, jobs
from ingest.crash_points import Point
from ingest.errors import IndexUnavailable
from ingest.index.backends.tantivy import TantivyIndex
from ingest.index.opening import open_index
from ingest.jobs.ingestion import open_rooms, run_pipeline
from ingest.lake import open_lake
from ingest.model import Payload
from ingest.settings import Settings
from ingest.sources.identity import id_of_url

pytestmark = [pytest.mark.slow]

NAMES = st.sampled_from("abc")
WORDINGS = st.integers(0, 2)
POINTS = st.sampled_from(
    ["fetched", "lake_file_written", "lake_written", "mid_stage", "before_bulk", "after_bulk", "signatures_written"]
)
WORDS = ("harbour", "ferry", "lantern", "orchard", "quarry", "violin", "meadow", "copper", "saddle", "winter", "canal")


class Killed(BaseException):
    """Stands for the end of the process: nothing in the package may catch it and go on."""


class Fuse:
    """Raises where a process would die."""

    def __init__(self, point: str, passes: int) -> None:
        self._point, self._left = point, passes

    def burn(self, point: Point) -> None:
        """Count a pass."""
        self._left -= point == self._point
        if self._left == 0 and point == self._point:
            raise Killed


def write_text(name: str, wording: int) -> str:
    """Write a text that resembles no other wording of any document."""
    number = 31 * ord(name) + 7 * wording
    words = (f"{WORDS[(number + place * place) % len(WORDS)]}{number}" for place in range(50))
    return f"Document {name}, wording {wording}. {' '.join(words)}."


class AnyHistory(RuleBasedStateMachine):
    """A system beside the dict of what it ought to hold."""

    @initialize()
    def begin(self) -> None:
        """Make an empty system."""
        self.folder = tempfile.TemporaryDirectory()
        place = Path(self.folder.name)
        flags = {"index.url": f"tantivy:{place / 'index'}", "lake.url": str(place / "lake"), "run.batch_documents": 3}
        self.settings = Settings.load(flags=flags)
        self.waiting: list[tuple[str, int, str]] = []
        self.latest: dict[str, int] = {}
        self.captures: dict[str, list[list[Any]]] = {}
        self.seen: dict[str, list[list[Any]]] = {}
        self.erased: set[str] = set()
        self.came = 0

    @rule(arrivals=st.lists(st.tuples(NAMES, WORDINGS), min_size=1, max_size=5), twice=st.booleans())
    def submit(self, arrivals: list[tuple[str, int]], twice: bool) -> None:
        """Something comes, perhaps twice at once."""
        for name, wording in arrivals:
            self.came += 1
            self.waiting += [(name, wording, str(self.came))] * (1 + twice)

    @precondition(lambda self: self.waiting)
    @rule()
    def run(self) -> None:
        """A run comes to its end."""
        self.ingest()
        for name, *arrival in self.waiting:
            known, seen = self.captures.setdefault(name, []), self.seen.setdefault(name, [])
            if not known or (known[-1][0] != arrival[0] and arrival not in seen):
                known.append(arrival)
            seen.append(arrival)
            self.latest[name] = known[-1][0]
        self.waiting = []

    @precondition(lambda self: self.waiting)
    @rule(point=POINTS, passes=st.integers(1, 3))
    def run_and_die(self, point: str, passes: int) -> None:
        """A run dies at a point, if it comes there."""
        crash_points._fuse = Fuse(point, passes)  # type: ignore[assignment]  # it burns like the real one
        try:
            self.run()
        except Killed:
            pass
        finally:
            crash_points.arm("")

    @precondition(lambda self: self.waiting)
    @rule(written=st.integers(0, 2))
    def run_and_lose_the_index(self, written: int) -> None:
        """The index goes away after so many writes."""
        write, left = TantivyIndex.write, [written]

        def cut_off(index: TantivyIndex, writes: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise IndexUnavailable("gone")
            return write(index, writes)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TantivyIndex, "write", cut_off)
            with suppress(IndexUnavailable):
                self.run()

    @precondition(lambda self: self.latest)
    @rule(dies=st.booleans(), passes=st.integers(1, 4))
    def replay(self, dies: bool, passes: int) -> None:
        """Everything goes through the pipeline again, or a part of it does."""
        crash_points._fuse = Fuse("replayed" if dies else "", passes)  # type: ignore[assignment]  # likewise
        try:
            jobs.replay(self.settings)
        except Killed:
            pass
        finally:
            crash_points.arm("")

    @rule(name=NAMES)
    def erase(self, name: str) -> None:
        """A document leaves, and does not come back."""
        if name in self.latest:
            jobs.erase([url_of(name)], jobs.Hand(by="test", reason="asked"), self.settings)
            self.erased.add(name)

    def ingest(self) -> None:
        """Give everything that waits to a run, as one process does."""
        with open_rooms(self.settings) as opened:
            run_pipeline([to_payload(*each) for each in self.waiting], opened)

    def teardown(self) -> None:
        """Let a run come to its end, and compare."""
        if not hasattr(self, "folder"):
            return
        if self.waiting:
            self.run()
        expected = {url_of(name): wording for name, wording in self.latest.items() if name not in self.erased}
        assert self.read_index() == expected
        with open_lake(self.settings.lake) as lake:
            kept = {name: len(lake.captures(id_of_url(url_of(name)))) for name in self.captures}
        assert kept == {name: 0 if name in self.erased else len(each) for name, each in self.captures.items()}
        self.folder.cleanup()

    def read_index(self) -> dict[str, int]:
        """Give the wording that stands of each document."""
        if not self.latest:
            return {}
        ids = [id_of_url(url_of(name)) for name in self.latest]
        index = open_index(self.settings.index, write=False)
        try:
            found = index.documents(ids).values()
            return {each["url"]: int(each["body"].split("wording ")[1][0]) for each in found}
        finally:
            index.close()


def url_of(name: str) -> str:
    """Give a document's address."""
    return f"https://courier.example/{name}"


def to_payload(name: str, wording: int, stamp: str) -> Payload:
    """Give what comes: the same bytes and stamp where it is delivered again."""
    text = write_text(name, wording).encode()
    return Payload(
        content=text, media_type="text/plain", source="desk", origin=f"desk/{stamp}", stamp=stamp, url=url_of(name)
    )


AnyHistory.TestCase.settings = limits(max_examples=10, stateful_step_count=12, deadline=None)
TestAnyHistory = AnyHistory.TestCase
