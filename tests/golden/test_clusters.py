"""Which seeds are copies of which, by the judgement of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.dedup import Candidate, Deduplicator, DedupSettings, MemorySignatures
from ingest.model import Cluster
from tests.golden.documents import ARTICLES, article, metadata

COPIES = [
    {"article-update.jsonl:1", "article-update.jsonl:2"},
    {"exact-copy-first.txt", "exact-copy-second.txt"},
    {"wire-extra-paragraph.txt", "wire-nordwire.txt", "wire-other-dateline.txt"},
]


class NoBodies:
    """A source of bodies for a deduplicator that has all of its articles in hand."""

    def bodies(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Give none."""
        return {}


def assign() -> dict[str, Cluster]:
    """Give every article among the seeds its cluster."""
    candidates = [to_candidate(name) for name, _ in ARTICLES]
    clusters = Deduplicator(MemorySignatures(), NoBodies(), DedupSettings()).assign(candidates)
    return {candidate.key: cluster for candidate, cluster in zip(candidates, clusters, strict=True)}


def to_candidate(name: str) -> Candidate:
    """Say of a seed what decides on duplicates."""
    published = metadata(name).published
    return Candidate(key=name, body=article(name).cleaning.body, published_at=published.value if published else None)


def test_copies_are_found_and_nothing_else_is_one() -> None:
    """Wire variants, copies and updates are copies; articles about the same strike or dam are not."""
    groups: dict[str, set[str]] = {}
    for name, cluster in assign().items():
        groups.setdefault(cluster.id, set()).add(name)
    assert sorted(map(sorted, (group for group in groups.values() if len(group) > 1))) == sorted(map(sorted, COPIES))


def test_each_cluster_has_one_canonical_article() -> None:
    """Of a story that came three times, a search shows one."""
    clusters = assign()
    for group in COPIES:
        assert [clusters[name].canonical for name in sorted(group)].count(True) == 1
    assert sum(cluster.canonical for cluster in clusters.values()) == len(clusters) - sum(len(g) - 1 for g in COPIES)


def test_the_same_bytes_are_an_exact_copy() -> None:
    """Two files with one content: exact, with similarity 1."""
    copy = assign()["exact-copy-second.txt"]
    assert (copy.kind, copy.similarity, copy.of) == ("exact", 1.0, "exact-copy-first.txt")
