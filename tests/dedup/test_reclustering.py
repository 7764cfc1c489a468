"""Clusters of a whole collection: the same in any order, chained by nobody, and as people decided."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedup import Candidate, DedupSettings, HandDecisions, Reclustering, Settled
from ingest.model import Cluster
from tests.dedup.articles import Library, day, write_body, write_sentences
from tests.dedup.test_cluster_laws import KEYS, candidates

ALONE = HandDecisions()


def settle(articles: Sequence[Candidate], hands: HandDecisions = ALONE, path: str = ":memory:") -> dict[str, Settled]:
    """Lay articles out and settle them; give the decisions by key."""
    library = Library()
    library.by_key |= {article.key: article.body for article in articles}
    bench = Reclustering(library, DedupSettings(), hands, path)
    try:
        bench.lay(articles, range(len(articles)))
        return {settled.entry.standing.rank.key: settled for page in bench.settle() for settled in page}
    finally:
        bench.close()


def clusters_of(articles: Sequence[Candidate], hands: HandDecisions = ALONE) -> dict[str, Cluster]:
    """Give the cluster of each article."""
    return {key: settled.cluster for key, settled in settle(articles, hands).items()}


def candidate(key: str, sentences: Sequence[str], **said: object) -> Candidate:
    """Make an article of sentences."""
    return replace(Candidate(key=key, body=" ".join(sentences)), **said)  # type: ignore[arg-type]  # of the tests


distinct = st.lists(candidates(), min_size=1, max_size=8, unique_by=lambda article: article.key)
pairs = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)).filter(lambda p: p[0] < p[1]), max_size=2)


@given(distinct, st.randoms(use_true_random=False), st.sets(st.sampled_from(KEYS), max_size=2), pairs)
@settings(max_examples=60)
def test_the_order_of_arrival_changes_nothing(
    drawn: list[Candidate], chance: random.Random, alone: set[str], joined: list[tuple[str, str]]
) -> None:
    """Every permutation gives the same clusters, names, matches and reasons, whatever people decided."""
    hands = HandDecisions(frozenset(alone), tuple(joined))
    shuffled = list(drawn)
    chance.shuffle(shuffled)
    assert clusters_of(shuffled, hands) == clusters_of(drawn, hands)


@given(distinct)
@settings(max_examples=60)
def test_every_cluster_has_one_canonical_article_the_first_by_rank(drawn: list[Candidate]) -> None:
    """One stands for a cluster, by the total order, and every other member names one of its fellows."""
    members: dict[str, list[Settled]] = {}
    for settled in settle(drawn).values():
        members.setdefault(settled.cluster.id, []).append(settled)
    for fellows in members.values():
        first = min(fellows, key=lambda each: each.entry.standing.rank)
        assert [each for each in fellows if each.cluster.canonical] == [first]
        keys = {each.entry.standing.rank.key for each in fellows}
        assert all(each.cluster.of in keys for each in fellows if each is not first)


def test_excerpts_that_came_first_end_with_their_whole() -> None:
    """Excerpts without a word in common are of one article, though none of them resembles another."""
    whole = write_sentences(1, 24)
    parts = [candidate(f"p{at}", [*whole[:2], *whole[at : at + 6]]) for at in (2, 8, 14)]
    found = clusters_of([*parts, candidate("whole", whole)])
    assert len({cluster.id for cluster in found.values()}) == 1
    assert {cluster.of for key, cluster in found.items() if key != "whole"} == {"whole"}


@pytest.mark.parametrize(("of_left", "of_right"), [(9, 8), (5, 5), (10, 10), (6, 4)])
def test_nothing_is_chained(of_left: int, of_right: int) -> None:
    """An article that runs on from one into another joins the first; the two stay apart."""
    left, right = write_sentences(1, 10), write_sentences(2, 10)
    both = candidate("both", [*left[:of_left], *right[:of_right]])
    found = clusters_of([candidate("left", left), candidate("right", right), both])
    assert found["left"].id != found["right"].id
    assert found["both"].id == found["left"].id


def test_reasons_and_evidence() -> None:
    """The canonical article says why it is that, its copies what they have in common with it."""
    sentences = write_sentences(1, 10)
    found = clusters_of(
        [
            candidate("a", sentences, published_at=day(1), agency="Reuters", syndicated=True),
            candidate("b", sentences, published_at=day(2)),
            candidate("c", sentences[:6], published_at=day(3)),
            candidate("d", write_sentences(2, 10)),
        ]
    )
    assert [found[key].kind for key in "abcd"] == ["unique", "exact", "near", "unique"]
    assert [found[key].reason for key in "abcd"] == ["earliest", "earliest", "earliest", "only"]
    assert [found[key].of for key in "abcd"] == [None, "a", "a", None]
    assert [(found[key].agency, found[key].agency_copied) for key in "abc"] == [
        ("Reuters", False),
        ("Reuters", True),
        ("Reuters", True),
    ]
    evidence = found["c"].evidence
    assert evidence is not None
    assert (evidence.matched, evidence.containment, evidence.shared_sentences) == ("jaccard", 1.0, 6)


def test_who_was_split_stands_alone() -> None:
    """It joins nobody and nobody joins it, not even with the same words."""
    sentences = write_sentences(1, 10)
    articles = [candidate(key, sentences) for key in "abc"] + [candidate("d", sentences[:7])]
    found = clusters_of(articles, HandDecisions(alone=frozenset("a")))
    assert (found["a"].kind, found["a"].canonical, found["a"].reason) == ("unique", True, "only")
    assert {found[key].id for key in "bcd"} == {found["b"].id}
    assert found["a"].id != found["b"].id


def test_who_was_joined_is_together_with_all_copies() -> None:
    """The clusters of both become one, under the first of all members, and the hand is told as evidence."""
    one, two = write_sentences(1, 10), write_sentences(2, 10)
    articles = [
        candidate("a", one),
        candidate("a2", one[:7]),
        candidate("b", two, published_at=day(1)),
        candidate("b2", two[:7]),
    ]
    found = clusters_of(articles, HandDecisions(joined=(("a2", "b2"), ("a", "absent"))))
    assert len({cluster.id for cluster in found.values()}) == 1
    assert [key for key, cluster in found.items() if cluster.canonical] == ["b"]
    assert found["a2"].of == "a"


def test_a_merge_by_hand_is_told_as_evidence() -> None:
    """Whoever wonders why two articles are one sees that a person said so."""
    articles = [candidate("a", write_sentences(1, 10)), candidate("b", write_sentences(2, 10), published_at=day(1))]
    found = clusters_of(articles, HandDecisions(joined=(("a", "b"),)))
    evidence = found["a"].evidence
    assert (found["a"].of, found["a"].kind, evidence and evidence.matched) == ("b", "near", "hand")


def test_empty_bodies_are_nobodys_copies() -> None:
    """Nothing is not the same text as nothing."""
    found = clusters_of([candidate("a", []), candidate("b", [" "]), candidate("c", ["..."])])
    assert {cluster.kind for cluster in found.values()} == {"unique"}
    assert len({cluster.id for cluster in found.values()}) == 3


def test_a_thousand_identical_articles_are_one_text(tmp_path: Path) -> None:
    """A flood of one text is compared once with what resembles it, on a bench in a file as well."""
    body = write_body(1)
    flood = [Candidate(key=f"k{place:04d}", body=body, published_at=day(place)) for place in range(1000)]
    found = settle([*flood, Candidate(key="z", body=f"{body} {write_body(2, 1)}")], path=str(tmp_path / "bench"))
    assert len({settled.cluster.id for settled in found.values()}) == 1
    assert [key for key, settled in found.items() if settled.cluster.canonical] == ["k0000"]
    assert {settled.cluster.kind for settled in found.values()} == {"unique", "exact", "near"}


def test_an_article_that_copies_itself_a_thousand_times_is_a_copy_of_itself() -> None:
    """A body of repetitions has no more shingles than one of them, and stalls nothing."""
    body = write_body(1)
    found = clusters_of([Candidate(key="a", body=body), Candidate(key="b", body="\n".join([body] * 1000))])
    assert found["a"].id == found["b"].id
