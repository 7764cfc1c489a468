"""What is written, what is left alone, and what another writer may do in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ingest.dedup import Deduplicator, DedupSettings, MemorySignatures
from ingest.errors import IndexUnavailable
from ingest.index.protocol import Document, Write
from ingest.indexing import index_batch
from ingest.model import Article, Cluster, Dropped, Failed, Indexed
from tests.fakes import FakeIndex, make_article

ALONE = Cluster(id="c", canonical=True, kind="unique", similarity=0.0, of=None, reason="only")


class NoBodies:
    """A source without bodies."""

    def bodies(self, ids: Sequence[str]) -> dict[str, str]:
        """Give none."""
        return {}


def to_documents(article: Article) -> tuple[Document, tuple[Document, ...]]:
    """Make the least document that the stage reads."""
    assert article.cluster is not None
    body, canonical = article.cleaning.body, article.cluster.canonical
    document = {"id": article.document.id, "title": None, "body": body, "language": "en", "canonical": canonical}
    document["captured_at"] = article.document.accepted_at
    return {**document, "fingerprint": f"{body} {canonical}"}, ()


def run(index: FakeIndex, *articles: Article) -> list[Indexed | Dropped | Failed]:
    """Index a batch."""
    deduplicator = Deduplicator(MemorySignatures(), NoBodies(), DedupSettings())
    return list(index_batch(index, deduplicator, to_documents, articles))


def outcomes(results: list[Indexed | Dropped | Failed]) -> list[str]:
    """Name what became of each article."""
    return [
        result.outcome if isinstance(result, Indexed) else getattr(result, "error", "dropped") for result in results
    ]


def marks(index: FakeIndex) -> dict[str, bool]:
    """Say which articles are canonical."""
    return {key: write.document["canonical"] for key, write in index.written.items()}


def make(key: str, body: str, capture: int = 1, cluster: Cluster = ALONE) -> Article:
    """Make an article with its cluster."""
    return replace(make_article(key, body, capture), cluster=cluster)


def test_same_capture_and_document_is_unchanged_and_writes_nothing() -> None:
    """A second identical run must not move a version."""
    index = FakeIndex()
    assert outcomes(run(index, make("a", "one"))) == ["indexed"]
    assert outcomes(run(index, make("a", "one"))) == ["unchanged"]
    assert index.writes == 1


def test_another_document_of_the_same_capture_raises_the_generation() -> None:
    """New rules take effect on old bytes."""
    index = FakeIndex()
    run(index, make("a", "one", capture=3))
    assert outcomes(run(index, make("a", "one, cleaner", capture=3))) == ["updated"]
    assert index.written["a"].version == (3 << 16) + 1


def test_a_newer_capture_wins_and_an_older_one_never_does() -> None:
    """The order of captures decides, not the order of arrival; generations do not count against it."""
    index = FakeIndex()
    assert outcomes(run(index, make("a", "one", 1), make("a", "two", 2))) == ["indexed", "updated"]
    assert outcomes(run(index, make("a", "one", 1))) == ["unchanged"]
    assert index.written["a"].document["body"] == "two"
    assert index.written["a"].version == 2 << 16


def test_an_older_capture_under_new_rules_reaches_the_history_alone() -> None:
    """What stood then is told as it is cleaned now; what stands now stays, under a raised generation."""
    index = FakeIndex()
    run(index, make("a", "one", 1), make("a", "two", 2))
    assert outcomes(run(index, make("a", "one under new rules", 1))) == ["updated"]
    assert index.written["a"].document["body"] == "two"
    assert index.written["a"].version == (2 << 16) + 1
    assert outcomes(run(index, make("a", "one under new rules", 1))) == ["unchanged"]


def test_a_rejected_document_fails_alone_and_names_the_field() -> None:
    """A mapping conflict goes to the quarantine; its neighbour is indexed."""
    index = FakeIndex(rejects={"a"})
    first, second = run(index, make("a", "one"), make("b", "two"))
    assert isinstance(first, Failed)
    assert (first.error, first.stage) == ("DocumentRejected", "index")
    assert "field [year]" in first.message
    assert isinstance(second, Indexed)


def test_an_overtaken_write_is_decided_again() -> None:
    """Another writer that came first with the same document leaves nothing to do."""
    document, _ = to_documents(make("a", "one"))
    index = FakeIndex(overtake=[Write("a", (1 << 16) + 5, document)])
    assert outcomes(run(index, make("a", "one"))) == ["unchanged"]
    assert index.written["a"].version == (1 << 16) + 5


def test_a_writer_that_is_always_overtaken_gives_up() -> None:
    """Better an error than an endless loop; nothing is lost."""
    others = [Write("a", (1 << 16) + n, {"fingerprint": f"theirs {n}"}) for n in range(1, 40, 2)]
    with pytest.raises(IndexUnavailable, match="overtaking"):
        run(FakeIndex(overtake=others), make("a", "mine"))


def test_a_second_member_gives_the_first_its_reason() -> None:
    """Alone an article is canonical because it is the only one; from its first copy on because it came earlier."""
    index = FakeIndex()
    run(index, make("a", "one"))
    run(index, make("b", "one too", cluster=replace(ALONE, kind="near", of="a", reasons=(("a", "earliest"),))))
    assert index.written["a"].document["canonical_reason"] == "earliest"
    assert (marks(index)["a"], index.written["a"].version) == (True, (1 << 16) + 1)


def test_canonical_marks_move_both_ways() -> None:
    """A later article takes the mark of an earlier one, and gives it back when it leaves the cluster."""
    index = FakeIndex()
    run(index, make("a", "one"))
    run(index, make("b", "one too", cluster=replace(ALONE, kind="near", of="a", displaced=("a",))))
    assert marks(index) == {"a": False, "b": True}
    assert index.written["a"].version == (1 << 16) + 1
    run(index, make("b", "something else", capture=2, cluster=replace(ALONE, id="d", promoted=("a",))))
    assert marks(index) == {"a": True, "b": True}
