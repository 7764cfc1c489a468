"""Repairing clusters in an index: what is written, what stays, and what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.batching import RunSettings
from ingest.clustering import IndexBodies, deduplicate_stage
from ingest.dedup import Deduplicator, DedupSettings, HandDecisions, MemorySignatures, SignatureStore
from ingest.dedup.stores.sqlite import SqliteSignatures
from ingest.errors import IndexUnavailable
from ingest.index.protocol import Write
from ingest.indexing import index_stage
from ingest.jobs.reclustering import OpenedClusters, ReclusterReport, settle
from ingest.model import Article
from ingest.pipeline import to_documents
from ingest.settings import Settings
from tests.dedup.articles import write_body, write_sentences
from tests.fakes import FakeIndex, make_article

WHOLE = write_sentences(1, 24)
EXCERPTS = [" ".join([*WHOLE[:2], *WHOLE[at : at + 6]]) for at in (2, 8, 14)]


class Desk:
    """An index with its signatures, ingested into without lake or cleaning; each run is a process of its own."""

    def __init__(self, store: SignatureStore | None = None) -> None:
        self.index = FakeIndex()
        self.store = store or MemorySignatures()

    def ingest(self, *articles: Article, commit: bool = True) -> None:
        """Ingest; without `commit` the run is killed between the write and the commit of signatures."""
        for group in self.assign(*articles):
            self.write(group, commit=commit)

    def assign(self, *articles: Article) -> list[tuple[Deduplicator, list[Any]]]:
        """Give articles their clusters, and write nothing yet."""
        deduplicator = Deduplicator(self.store, IndexBodies(self.index), DedupSettings())
        stage = deduplicate_stage(deduplicator, self.index, lambda article: None, RunSettings())
        return [(deduplicator, list(stage.run(articles)))]

    def write(self, assigned: tuple[Deduplicator, list[Any]], *, commit: bool = True) -> None:
        """Write articles that have their clusters."""
        deduplicator, articles = assigned
        if not commit:
            deduplicator.discard([article.document.id for article in articles])
        list(index_stage(self.index, deduplicator, to_documents, RunSettings()).run(articles))

    def recluster(self, hands: HandDecisions | None = None, *, dry_run: bool = False) -> ReclusterReport:
        """Recluster."""
        store = None if dry_run else self.store
        opened = OpenedClusters(Settings(), self.index, store, hands or HandDecisions())
        return settle(opened, self.index.scan(), None)

    def clusters(self) -> list[list[str]]:
        """Give the members of each cluster, the canonical ones in capitals."""
        members: dict[str, list[str]] = {}
        for key, write in sorted(self.index.written.items()):
            name = key.upper() if write.document["canonical"] else key
            members.setdefault(write.document["cluster_id"], []).append(name)
        return sorted(members.values())

    def state(self) -> tuple[dict[str, Write], dict[str, Any]]:
        """Give all that is written."""
        return dict(self.index.written), dict(self.store.standing(list(self.index.written)))


def articles(bodies: Sequence[str]) -> list[Article]:
    """Make an article of each body: a, b, c and so on."""
    return [make_article("abcdefgh"[place], body, capture=place + 1) for place, body in enumerate(bodies)]


def test_mends_what_the_order_of_arrival_did_and_then_nothing() -> None:
    """Excerpts that came first find their whole; a second run writes nothing, and the same input is unchanged."""
    desk = Desk()
    arrived = articles([*EXCERPTS, " ".join(WHOLE), write_body(2)])
    for article in arrived:
        desk.ingest(article)
    assert len(desk.clusters()) > 2
    first = desk.recluster()
    assert desk.clusters() == [["E"], ["a", "b", "c", "D"]]
    assert (first.seen, first.rewritten + first.unchanged, first.signatures) == (5, 5, first.rewritten)
    before = desk.state()
    second = desk.recluster()
    assert (second.seen, second.unchanged, second.signatures) == (5, 5, 0)
    desk.ingest(*arrived)
    assert desk.state() == before


def test_mends_what_two_writers_did_at_once() -> None:
    """Each writer decides before the other one commits; afterwards there is one cluster with one canonical article."""
    desk = Desk()
    (one,), (other,) = (desk.assign(article) for article in articles([write_body(1), f"{write_body(1)} More."]))
    desk.write(one)
    desk.write(other)
    assert desk.clusters() == [["A"], ["B"]]
    desk.recluster()
    assert desk.clusters() == [["a", "B"]]


def test_mends_two_captures_of_one_article_with_a_copy_of_the_older_between() -> None:
    """Killed between the write and the commit, the batch leaves a copy of a text that nobody has any more."""
    desk = Desk()
    old, copy = articles([write_body(1), write_body(1)])
    new = make_article("a", write_body(2), capture=3)
    desk.ingest(old, copy, new, commit=False)
    desk.ingest(old, copy, new)
    desk.recluster()
    assert desk.clusters() == [["A"], ["B"]]
    assert {write.document["cluster_kind"] for write in desk.index.written.values()} == {"unique"}
    before = desk.state()
    desk.recluster()
    assert desk.state() == before


@pytest.mark.parametrize("at", range(4))
def test_killed_anywhere_it_ends_the_same(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was written before it was killed, the next run ends where one run would have."""
    clean, killed = Desk(), Desk()
    for desk in (clean, killed):
        for article in articles([*EXCERPTS, " ".join(WHOLE)]):
            desk.ingest(article)
    clean.recluster()
    monkeypatch.setattr("ingest.jobs.reclustering.PAGE", 1)
    with monkeypatch.context() as patch:
        put, passes = killed.store.put, iter(range(at, -1, -1))

        def put_or_die(entries: Any) -> None:
            if next(passes) == 0:
                raise IndexUnavailable("killed")
            put(entries)

        patch.setattr(killed.store, "put", put_or_die)
        with pytest.raises(IndexUnavailable):
            killed.recluster()
    killed.recluster()
    assert killed.clusters() == clean.clusters()
    assert killed.store.standing(list("abcd")) == clean.store.standing(list("abcd"))


def test_a_dry_run_counts_and_writes_nothing() -> None:
    """One may look before."""
    desk = Desk()
    for article in articles([*EXCERPTS, " ".join(WHOLE)]):
        desk.ingest(article)
    before = desk.state()
    planned = desk.recluster(dry_run=True)
    assert desk.state() == before
    done = desk.recluster()
    assert (planned.rewritten, planned.moved, planned.marked) == (done.rewritten, done.moved, done.marked)


def test_somebody_who_comes_in_between_is_not_overwritten() -> None:
    """A write that overtakes stays, and is counted."""
    desk = Desk()
    for article in articles([*EXCERPTS, " ".join(WHOLE)]):
        desk.ingest(article)
    standing = desk.index.written["a"]
    desk.index.overtake = [replace(standing, version=standing.version + 7)]
    report = desk.recluster()
    assert (report.overtaken, desk.index.written["a"].version) == (1, standing.version + 7)
    assert desk.recluster().overtaken == 0
    assert desk.clusters() == [["a", "b", "c", "D"]]


def test_a_refused_document_is_counted() -> None:
    """The books balance also where the index refuses."""
    desk = Desk()
    for article in articles([*EXCERPTS, " ".join(WHOLE)]):
        desk.ingest(article)
    desk.index.rejects = {"a"}
    report = desk.recluster()
    assert (report.seen, report.rejected) == (4, 1)


def test_another_scheme_is_signed_again_from_the_index(tmp_path: Path) -> None:
    """After a change of what shapes signatures old ones are compared with nothing, until all are made anew."""
    store = SqliteSignatures(tmp_path / "signatures.sqlite")
    try:
        desk = Desk(store)
        desk.ingest(*articles([write_body(1), write_body(1)]))
        changed = Settings(dedup=DedupSettings(bands=10))
        report = settle(OpenedClusters(changed, desk.index, store, HandDecisions()), desk.index.scan(), None)
        schemes = {standing.scheme for standing in store.standing(["a", "b"]).values()}
        assert (report.signatures, [".b10x2." in scheme for scheme in schemes]) == (2, [True])
        assert desk.clusters() == [["A", "b"]]
    finally:
        store.close()


def test_decisions_by_hand_outlive_ingesting_again() -> None:
    """Who was split or joined stays so, though the same input comes once more."""
    desk = Desk()
    arrived = articles([write_body(1), write_body(1), write_body(2), write_body(3)])
    desk.ingest(*arrived)
    desk.recluster(HandDecisions(frozenset("b"), (("c", "d"),)))
    assert desk.clusters() == [["A"], ["B"], ["C", "d"]]
    before = desk.state()
    desk.ingest(*arrived)
    assert desk.state() == before
