"""What every store of signatures promises, tried on each of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from ingest.dedup import SignatureStore
from ingest.dedup.protocol import UNDATED, Entry, Neighbour, Rank, Standing
from ingest.dedup.signature import Signature
from ingest.dedup.stores.elasticsearch import ElasticsearchSignatures
from ingest.dedup.stores.memory import MemorySignatures
from ingest.dedup.stores.sqlite import SqliteSignatures
from ingest.index.settings import IndexSettings
from ingest.model import CopyEvidence

SCHEME, OTHER_SCHEME = "1.test", "2.test"
LIMIT = 10

Open = Callable[[], SignatureStore]


@dataclass
class Opener:
    """Opens the same store again and again, as another process would, and closes all of it in the end."""

    open_one: Open

    def __post_init__(self) -> None:
        self.opened: list[SignatureStore] = []

    def __call__(self) -> SignatureStore:
        """Open it."""
        self.opened.append(self.open_one())
        return self.opened[-1]


@pytest.fixture(params=["memory", "sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Give what opens a store of the test's own; what is in memory is there once only."""
    if request.param == "elasticsearch":
        url, prefix = request.getfixturevalue("elasticsearch_url"), f"t{secrets.token_hex(4)}-"
        opener = Opener(partial(ElasticsearchSignatures, IndexSettings(url=url, prefix=prefix, replicas=0)))
    elif request.param == "sqlite":
        opener = Opener(partial(SqliteSignatures, tmp_path / "signatures.sqlite"))
    else:
        memory = MemorySignatures()
        opener = Opener(lambda: memory)
    yield opener
    for store in opener.opened:
        store.close()
    if request.param == "elasticsearch":
        with Elasticsearch(url) as client:
            client.indices.delete(index=list(client.indices.get(index=f"{prefix}*")))


@pytest.fixture
def store(open_store: Opener) -> SignatureStore:
    """Give an open, empty store."""
    return open_store()


def sign(content: str, *tokens: int, scheme: str = SCHEME) -> Signature:
    """Make a signature."""
    return Signature(scheme, content.encode().ljust(16, b"."), tuple(sorted(tokens)))


def enter(key: str, signature: Signature, cluster: str = "c1", published: int = UNDATED) -> Entry:
    """Make an entry."""
    standing = Standing(
        scheme=signature.scheme,
        content=signature.content,
        cluster=cluster,
        kind="near",
        similarity=0.1 + 0.2,
        of="another",
        reason="earliest",
        rank=Rank(published, 100, False, key),
        evidence=CopyEvidence(
            matched="containment", containment=0.1 + 0.2, jaccard=0.7 / 3, shared_shingles=41, shared_sentences=3
        ),
        agency="Reuters",
    )
    return Entry(standing, signature)


def keys_of(found: list[list[Neighbour]]) -> list[list[str]]:
    """Name the neighbours found."""
    return [[neighbour.key for neighbour in some] for some in found]


def test_gives_back_what_was_put(store: SignatureStore) -> None:
    """A decision comes back bit for bit: a second run must write the same document again."""
    near, unique = enter("a", sign("x", 1)), enter("b" * 32, sign("y", 2), cluster="0f" * 16)
    founder = replace(unique.standing, kind="unique", of=None, similarity=0.0, evidence=None, agency=None)
    unique = replace(unique, standing=founder)
    store.put([near, unique])
    assert store.standing(["a", "b" * 32, "absent"]) == {"a": near.standing, "b" * 32: unique.standing}


def test_sees_what_another_put(open_store: Opener) -> None:
    """Two processes share a store: the one sees at once what the other has committed."""
    mine, theirs = open_store(), open_store()
    entry = enter("a", sign("x", 1))
    theirs.put([entry])
    assert mine.standing(["a"]) == {"a": entry.standing}
    assert keys_of(mine.same_content([entry.signature], LIMIT)) == [["a"]]
    assert keys_of(mine.neighbours([sign("y", 1)], LIMIT)) == [["a"]]


def test_finds_same_content_oldest_first(store: SignatureStore) -> None:
    """An exact copy names the first article with its content, however many there are."""
    store.put([enter("b", sign("x", 1)), enter("a", sign("x", 1))])
    store.put([enter("c", sign("x", 1)), enter("d", sign("y", 1))])
    found = store.same_content([sign("x"), sign("z"), sign("y")], 2)
    assert keys_of(found) == [["b", "a"], [], ["d"]]
    assert [neighbour.age for neighbour in found[0]] == sorted(neighbour.age for neighbour in found[0])


def test_ranks_neighbours_by_what_they_share(store: SignatureStore) -> None:
    """Those that share more come first, so that a bound on candidates keeps the likely ones."""
    store.put([enter("one", sign("x", 1)), enter("three", sign("y", 1, 2, 3)), enter("two", sign("z", 1, 2))])
    assert keys_of(store.neighbours([sign("q", 1, 2, 3), sign("q", 9), sign("q")], LIMIT)) == [
        ["three", "two", "one"],
        [],
        [],
    ]
    assert keys_of(store.neighbours([sign("q", 1, 2, 3)], 1)) == [["three"]]


def test_takes_a_rare_token_for_more_than_a_common_one(store: SignatureStore) -> None:
    """A sentence that everybody prints says less than one that a single other article has."""
    store.put([enter(f"common{place}", sign(f"{place}", 1, 100 + place)) for place in range(20)])
    store.put([enter("rare", sign("x", 2))])
    assert keys_of(store.neighbours([sign("q", 1, 2)], 1)) == [["rare"]]


def test_never_mixes_schemes(store: SignatureStore) -> None:
    """Signatures of another scheme say nothing, even where the numbers are the same."""
    store.put([enter("old", sign("x", 1, 2, scheme=OTHER_SCHEME))])
    assert store.same_content([sign("x", 1)], LIMIT) == [[]]
    assert store.neighbours([sign("x", 1)], LIMIT) == [[]]
    assert keys_of(store.neighbours([sign("x", 1, scheme=OTHER_SCHEME)], LIMIT)) == [["old"]]


def test_replaces_by_key(store: SignatureStore) -> None:
    """An article whose content changed is found by its new content alone, in its new cluster."""
    store.put([enter("a", sign("x", 1)), enter("b", sign("x", 1))])
    moved = enter("a", sign("y", 2), cluster="c2")
    store.put([moved])
    assert store.standing(["a"]) == {"a": moved.standing}
    assert keys_of(store.same_content([sign("x"), sign("y")], LIMIT)) == [["b"], ["a"]]
    assert keys_of(store.neighbours([sign("q", 1), sign("q", 2)], LIMIT)) == [["b"], ["a"]]
    assert {cluster: [rank.key for rank in ranks] for cluster, ranks in store.leaders(["c1", "c2"], LIMIT).items()} == {
        "c1": ["b"],
        "c2": ["a"],
    }


def test_what_was_removed_is_found_no_more_and_may_come_again(store: SignatureStore) -> None:
    """An erased article leads no cluster; should it be let in again, it is put as any other."""
    entries = [enter("a", sign("x", 1)), enter("b", sign("x", 1))]
    for _ in range(2):
        store.put(entries)
        store.put(entries)
        store.remove(["a", "absent"])
        assert list(store.standing(["a", "b"])) == ["b"]
        assert keys_of(store.same_content([sign("x")], LIMIT)) == [["b"]]
        assert keys_of(store.neighbours([sign("q", 1)], LIMIT)) == [["b"]]
        assert [rank.key for rank in store.leaders(["c1"], LIMIT)["c1"]] == ["b"]


def test_takes_the_last_of_a_key_put_twice(store: SignatureStore) -> None:
    """One batch may hold two captures of one article."""
    store.put([enter("a", sign("x", 1)), enter("a", sign("y", 2))])
    assert store.standing(["a"])["a"].content == sign("y").content
    assert store.same_content([sign("x")], LIMIT) == [[]]


def test_gives_leaders_in_the_total_order(store: SignatureStore) -> None:
    """Earliest, then longest, then original, then lowest key: the order decides who is canonical."""
    ranks = [
        Rank(5, 9, True, "z"),
        Rank(6, 1, False, "y"),
        Rank(6, 2, False, "a"),
        Rank(6, 2, False, "b"),
        Rank(6, 2, True, "0"),
        Rank(UNDATED, 0, False, "c"),
    ]
    entries = [enter(rank.key, sign(rank.key, 1)) for rank in reversed(ranks)]
    store.put(
        [
            replace(entry, standing=replace(entry.standing, rank=rank))
            for entry, rank in zip(entries, reversed(ranks), strict=True)
        ]
    )
    assert store.leaders(["c1", "absent"], LIMIT) == {"c1": ranks}
    assert store.leaders(["c1"], 2) == {"c1": ranks[:2]}


def test_bounds_a_commonplace(store: SignatureStore) -> None:
    """A thousand articles with the same sentence must not slow a look-up: the answer stays bounded."""
    store.put([enter(f"{place:04d}", sign(f"{place}", 1)) for place in range(300)])
    (found,) = store.neighbours([sign("q", 1)], 20)
    assert len(found) == 20
    assert [neighbour.age for neighbour in found] == sorted(neighbour.age for neighbour in found)


def test_gives_a_lone_neighbour_and_several_alike(store: SignatureStore) -> None:
    """Who shares a token with one article is told as fully as who shares one with many."""
    store.put([enter("a", sign("x", 1, 2)), enter("b", sign("y", 2))])
    lone, several = store.neighbours([sign("q", 1), sign("q", 2)], LIMIT)
    assert [(neighbour.key, neighbour.cluster, neighbour.agency) for neighbour in lone] == [("a", "c1", "Reuters")]
    assert keys_of([several]) == [["a", "b"]]
    assert several[0] == lone[0]


def test_amends_in_place(store: SignatureStore) -> None:
    """Another reason makes an article no younger: it stays the first with its content, and is found by its tokens."""
    first, second = enter("a", sign("x", 1, 2)), enter("b", sign("x", 1, 2))
    store.put([first])
    store.put([second])
    changed = replace(first, standing=replace(first.standing, reason="original"))
    store.amend([changed, enter("absent", sign("y", 3))])
    assert store.standing(["a", "b", "absent"]) == {"a": changed.standing, "b": second.standing}
    assert keys_of(store.same_content([sign("x")], LIMIT)) == [["a", "b"]]
    assert keys_of(store.neighbours([sign("q", 1), sign("q", 3)], LIMIT)) == [["a", "b"], []]
    assert [rank.key for rank in store.leaders(["c1"], LIMIT)["c1"]] == ["a", "b"]
