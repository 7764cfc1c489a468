"""The counting law, and where time and outcomes go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import CountingLawBroken, DocumentError, IndexUnavailable
from ingest.model import Dropped, DropReason, Failed, Trace
from ingest.runner import Runner, Stopwatch, Tally
from ingest.stage import Stage, lift


@dataclass(frozen=True)
class Item:
    """A document that says what becomes of it at each stage."""

    fates: tuple[str, ...]

    @property
    def trace(self) -> Trace:
        """Who and where."""
        return Trace(id="-".join(self.fates), given_id=None, source="test", origin="test")


def step(place: int) -> Callable[[Item], Item | Dropped]:
    """Make a step that does to an item what the item says for this place."""

    def act(item: Item) -> Item | Dropped:
        match item.fates[place]:
            case "drop":
                return Dropped(trace=item.trace, stage=str(place), reason=DropReason.EMPTY)
            case "fail":
                raise ValueError("broken")
        return item

    return act


def ignore(left: Dropped | Failed) -> None:
    """Take what left on the way, where a test does not look at it."""


FATES = st.tuples(*[st.sampled_from(["keep", "keep", "drop", "fail"])] * 3).map(Item)


@given(st.lists(FATES))
def test_every_stage_balances_and_hands_on_what_it_kept(items: list[Item]) -> None:
    """The counting law holds for any mix of outcomes, and every document is accounted for once."""
    left: list[Dropped | Failed] = []
    runner = Runner([lift(str(place), step(place)) for place in range(3)], left.append)
    kept = list(runner.run(items))
    assert len(kept) + len(left) == len(items)
    tallies = list(runner.tallies.values())
    assert all(tally.balances() for tally in tallies)
    assert [t.entered for t in tallies] == [len(items), tallies[0].kept, tallies[1].kept]
    assert kept == [item for item in items if set(item.fates) == {"keep"}]


def test_a_stage_that_loses_a_document_breaks_the_law() -> None:
    """A stage that swallows a document must end the run, not thin the index out."""

    def lose(items: Iterable[Item]) -> Iterator[Item]:
        kept = list(items)
        yield from kept[1:]

    runner = Runner([Stage("lossy", lose)], ignore)
    with pytest.raises(CountingLawBroken, match="lossy"):
        list(runner.run([Item(("keep",)), Item(("keep",))]))


def test_stages_are_lazy() -> None:
    """Only what is pulled is worked on: memory must not grow with the input."""
    pulled: list[int] = []

    def source() -> Iterator[Item]:
        for number in range(1000):
            pulled.append(number)
            yield Item(("keep",))

    runner = Runner([lift("a", step(0)), lift("b", step(0))], ignore)
    next(runner.run(source()))
    assert pulled == [0]


def test_time_goes_to_the_innermost_stage() -> None:
    """A stage that pulls from a slow one is not charged for it."""
    now = 0.0

    def clock() -> float:
        return now

    watch, outer, inner = Stopwatch(clock), Tally(), Tally()
    watch.enter(outer)
    now = 1.0
    watch.enter(inner)
    now = 5.0
    watch.leave()
    now = 7.0
    watch.leave()
    assert (outer.seconds, inner.seconds) == (3.0, 4.0)


def test_our_own_errors_end_the_run_unless_they_are_a_documents() -> None:
    """An index that is away is no document's fault; a malformed document is."""

    def away(item: Item) -> Item:
        raise IndexUnavailable("gone")

    def malformed(item: Item) -> Item:
        raise DocumentError("odd")

    with pytest.raises(IndexUnavailable):
        list(Runner([lift("a", away)], ignore).run([Item(("keep",))]))
    left: list[Dropped | Failed] = []
    assert list(Runner([lift("a", malformed)], left.append).run([Item(("keep",))])) == []
    assert isinstance(left[0], Failed)
    assert (left[0].error, left[0].message) == ("DocumentError", "odd")


def test_on_kept_sees_what_a_stage_kept() -> None:
    """Reports tap a stage without being one."""
    seen: list[Item] = []
    runner = Runner([lift("a", step(0)), lift("b", step(1))], ignore, {"a": seen.append})
    list(runner.run([Item(("keep", "drop")), Item(("drop", "keep"))]))
    assert seen == [Item(("keep", "drop"))]
