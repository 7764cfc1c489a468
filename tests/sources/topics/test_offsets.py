"""Only what is settled and still ours is committed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.topics import Assignments, Batch, Message

A, B = ("articles", 0), ("articles", 1)


def message(place: tuple[str, int], offset: int, value: bytes = b"text") -> Message:
    """Make a message."""
    return Message(topic=place[0], partition=place[1], offset=offset, value=value)


def test_a_settled_batch_commits_the_offset_after_its_last_message() -> None:
    """Each partition has an offset of its own."""
    ours, batch = Assignments(), Batch()
    ours.assign([A, B])
    assert all([ours.take(batch, message(A, 3)), ours.take(batch, message(B, 9)), ours.take(batch, message(A, 5))])
    assert ours.committable(batch) == {A: 6, B: 10}
    assert batch.bytes == 12


def test_a_partition_that_was_taken_away_is_not_committed() -> None:
    """Its new owner commits for it, from an offset that may be lower."""
    ours, batch = Assignments(), Batch()
    ours.assign([A, B])
    ours.take(batch, message(A, 3))
    ours.take(batch, message(B, 9))
    ours.revoke([A])
    assert ours.committable(batch) == {B: 10}
    assert not ours.take(batch, message(A, 4))


def test_a_partition_that_came_back_is_another_assignment() -> None:
    """What was fetched before is fetched again: a batch from before commits nothing, and an open one starts anew."""
    ours, settled, gathering = Assignments(), Batch(), Batch()
    ours.assign([A])
    ours.take(settled, message(A, 3))
    ours.take(gathering, message(A, 4))
    ours.revoke([A])
    ours.assign([A])
    assert ours.committable(settled) == {}
    ours.take(gathering, message(A, 3))
    assert [each.offset for each in gathering.messages] == [3]
    assert ours.committable(gathering) == {A: 4}


def test_a_dropped_partition_leaves_the_others() -> None:
    """The bytes that are held are counted anew."""
    ours, batch = Assignments(), Batch()
    ours.assign([A, B])
    ours.take(batch, message(A, 1, b"long text"))
    ours.take(batch, message(B, 1))
    batch.drop([A])
    assert (batch.bytes, ours.committable(batch)) == (4, {B: 2})


@given(st.lists(st.sampled_from(["take", "settle", "revoke", "assign"]), max_size=60))
def test_no_offset_is_committed_above_an_unsettled_message(steps: list[str]) -> None:
    """Whatever the order of rebalances and settlements, a crash at any time loses nothing of a partition."""
    ours, batch = Assignments(), Batch()
    held: list[Batch] = []
    committed = position = 0
    settled: set[int] = set()
    for step in steps:
        if step == "assign" and not ours.partitions:
            ours.assign([A])
            position = committed
        elif step == "revoke":
            ours.revoke([A])
            batch.drop([A])
        elif step == "take" and ours.partitions:
            assert ours.take(batch, message(A, position))
            position += 1
            if len(batch.messages) == 3:
                held.append(batch)
                batch = Batch()
        elif step == "settle" and held:
            done = held.pop(0)
            settled |= {each.offset for each in done.messages}
            committed = ours.committable(done).get(A, committed)
        assert set(range(committed)) <= settled
