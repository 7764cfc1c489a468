"""Laws of clusters that hold for every sequence of batches."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedup import Candidate
from ingest.dedup.ranking import explain, rank
from ingest.dedup.stores.sqlite import SqliteSignatures
from tests.dedup.articles import DAY_ONE, System, write_sentences

STORIES = [write_sentences(seed, 8) for seed in range(3)]
KEYS = [f"k{number}" for number in range(8)]


@st.composite
def candidates(draw: st.DrawFn, keys: list[str] = KEYS) -> Candidate:
    """Draw a version of one of three stories: whole, cut, or with sentences of another one."""
    story = draw(st.sampled_from(STORIES))
    sentences = story[: draw(st.integers(2, 8))]
    if draw(st.booleans()):
        sentences = sentences + draw(st.sampled_from(STORIES))[: draw(st.integers(0, 4))]
    hours = draw(st.none() | st.integers(0, 3))
    return Candidate(
        key=draw(st.sampled_from(keys)),
        body=" ".join(sentences),
        published_at=None if hours is None else DAY_ONE + timedelta(hours=hours),
        syndicated=draw(st.booleans()),
    )


batches = st.lists(st.lists(candidates(), min_size=1, max_size=6), min_size=1, max_size=5)
distinct_candidates = st.lists(candidates(), min_size=1, max_size=8, unique_by=lambda candidate: candidate.key)


@given(st.lists(candidates(), min_size=3, max_size=8, unique_by=lambda candidate: candidate.key))
def test_ranks_are_a_total_order(drawn: list[Candidate]) -> None:
    """Of any two articles one comes first, always the same, and there is a reason why."""
    ranks = sorted(rank(candidate, len(candidate.body)) for candidate in drawn)
    assert len(set(ranks)) == len(drawn)
    for first, second in combinations(ranks, 2):
        assert first < second
        assert not second < first
        assert explain(first, second) in {"earliest", "most_complete", "original", "lowest_id"}


@given(batches)
def test_every_cluster_has_one_canonical_article(drawn: list[list[Candidate]]) -> None:
    """Whatever comes, again and changed, an index that follows `displaced` and `promoted` has one canonical each."""
    system = System()
    for batch in drawn:
        system.run(*batch)
        assert all(len(leaders) == 1 for leaders in system.leaders().values()), system.leaders()


@given(batches)
def test_canonical_is_first_in_the_order(drawn: list[list[Candidate]]) -> None:
    """The mark in the index is where the order of the stored members puts it."""
    system = System()
    for batch in drawn:
        system.run(*batch)
    for cluster, members in system.members().items():
        first = min(standing.rank for standing in system.store.standing(sorted(members)).values())
        assert system.leaders()[cluster] == [first.key]


@given(batches)
def test_the_canonical_article_says_by_what_it_comes_before_the_next(drawn: list[list[Candidate]]) -> None:
    """Its reason, in the index and in the store, is right after every batch, also where a copy came or went later."""
    system = System()
    for batch in drawn:
        system.run(*batch)
        for members in system.members().values():
            standings = system.store.standing(sorted(members)).values()
            first, *others = sorted(standing.rank for standing in standings)
            reason = explain(first, others[0] if others else None)
            assert (system.clusters[first.key].reason, system.store.standing([first.key])[first.key].reason) == (
                reason,
                reason,
            )


@given(distinct_candidates, st.integers(1, 8))
def test_the_same_input_twice_changes_nothing(drawn: list[Candidate], size: int) -> None:
    """A second run, by another process and in other batches, gives every decision and mark of the first."""
    system = System()
    system.run(*drawn)
    members, leaders = system.members(), system.leaders()
    decisions = {key: (c.id, c.kind, c.similarity, c.of, c.reason) for key, c in system.clusters.items()}
    system.restart()
    for start in range(0, len(drawn), size):
        system.run(*drawn[start : start + size])
    assert decisions == {key: (c.id, c.kind, c.similarity, c.of, c.reason) for key, c in system.clusters.items()}
    assert (system.members(), system.leaders()) == (members, leaders)


@given(distinct_candidates, st.integers(1, 4))
def test_batch_boundaries_change_nothing(drawn: list[Candidate], size: int) -> None:
    """Where a stream is cut into batches decides on nothing that the index keeps."""
    whole, cut = System(), System()
    whole.run(*drawn)
    for start in range(0, len(drawn), size):
        cut.run(*drawn[start : start + size])
    assert cut.members() == whole.members()
    assert cut.leaders() == whole.leaders()
    assert {key: (c.kind, c.similarity, c.of, c.reason) for key, c in cut.clusters.items()} == {
        key: (c.kind, c.similarity, c.of, c.reason) for key, c in whole.clusters.items()
    }


@given(st.lists(distinct_candidates, min_size=1, max_size=1).map(lambda one: one[0]), st.integers(0, 8), st.booleans())
@settings(max_examples=50)
def test_a_crash_before_the_commit_changes_nothing(drawn: list[Candidate], at: int, written: bool) -> None:
    """Killed after the index write and before the commit, the same input again ends as one clean run does."""
    clean = System()
    for candidate in drawn:
        clean.run(candidate)
    with TemporaryDirectory() as folder:
        store = SqliteSignatures(Path(folder) / "signatures.sqlite")
        crashed = System(store)
        for candidate in drawn[:at]:
            crashed.run(candidate)
        lost = drawn[at : at + 3]
        clusters = crashed.deduplicator.assign(lost)
        if written:
            crashed.write(lost, clusters)
        crashed.restart()
        for candidate in drawn:
            crashed.run(candidate)
        store.close()
    assert crashed.members() == clean.members()
    assert crashed.leaders() == clean.leaders()
