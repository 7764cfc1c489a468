"""Who is a copy of whom, and who is canonical."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.dedup import Candidate, DedupSettings
from ingest.dedup.signature import name_scheme
from ingest.model import Cluster, CopyEvidence
from tests.dedup.articles import Library, System, day, write_body, write_sentences


def copies(count: int, body: str) -> list[Candidate]:
    """Make articles with one body."""
    return [Candidate(key=f"k{place:05d}", body=body, published_at=day(place)) for place in range(count)]


def test_an_article_alone_is_unique() -> None:
    """Nothing like it is known: it founds a cluster and stands for it."""
    (cluster,) = System().run(Candidate(key="a", body=write_body(1)))
    assert cluster == Cluster(
        id=cluster.id, canonical=True, kind="unique", similarity=0.0, of=None, reason="only", scheme=cluster.scheme
    )
    assert cluster.scheme == name_scheme(DedupSettings())


def test_a_decision_says_what_it_rests_on() -> None:
    """Whoever doubts a merge sees what matched, how much of it, and by which signatures."""
    sentences = write_sentences(1, 10)
    _, same, edited, cut = System().run(
        Candidate(key="a", body=" ".join(sentences)),
        Candidate(key="b", body=" ".join(sentences)),
        Candidate(key="c", body=" ".join([*sentences[:9], *write_sentences(2, 1)])),
        Candidate(key="d", body=" ".join(sentences[:4])),
    )
    assert same.evidence == CopyEvidence(matched="content", containment=1.0, jaccard=1.0)
    assert cut.evidence == CopyEvidence(
        matched="containment", containment=1.0, jaccard=46 / 118, shared_shingles=46, shared_sentences=4
    )
    assert edited.evidence is not None
    assert (edited.evidence.matched, edited.evidence.shared_sentences) == ("jaccard", 9)
    assert {cluster.scheme for cluster in (same, cut, edited)} == {name_scheme(DedupSettings())}


def test_a_copy_names_the_agency_of_what_it_copies() -> None:
    """A wire copy that lost its credit is still the agency's text; its own credit counts before another one's."""
    sentences = write_sentences(1, 10)
    _, copy, credited = System().run(
        Candidate(key="a", body=" ".join(sentences), agency="Reuters", syndicated=True),
        Candidate(key="b", body=" ".join(sentences[:6])),
        Candidate(key="c", body=" ".join(sentences), agency="AFP", syndicated=True),
    )
    assert (copy.agency, credited.agency) == ("Reuters", "AFP")


def test_an_exact_copy_differs_only_in_case_space_and_composition() -> None:
    """What a re-typesetter changes makes no other text."""
    system = System()
    system.run(Candidate(key="a", body="Café owners met on Monday.\nThey left soon after the vote."))
    (copy,) = system.run(Candidate(key="b", body="cafe\u0301 owners  met on Monday. They left soon after the VOTE. "))
    assert (copy.kind, copy.similarity, copy.of, copy.canonical) == ("exact", 1.0, "a", False)
    assert copy.id == system.clusters["a"].id


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda s: s[:2], id="cut short"),
        pytest.param(lambda s: [*s, *write_sentences(99, 14)], id="extended"),
        pytest.param(lambda s: ["Lomeria (Wire) - " + s[0], *s[1:]], id="dateline"),
        pytest.param(lambda s: [*write_sentences(98, 2), *s], id="another opening"),
        pytest.param(lambda s: [" ".join(w for p, w in enumerate(x.split()) if p != 5) for x in s], id="edited"),
    ],
)
def test_a_changed_copy_is_near(change: object) -> None:
    """Each usual way to change a copy is seen through, whichever of the two comes first."""
    sentences = write_sentences(1, 10)
    original, changed = " ".join(sentences), " ".join(change(sentences))  # type: ignore[operator]  # of the parameters
    for first, second in ((original, changed), (changed, original)):
        _, copy = System().run(Candidate(key="a", body=first), Candidate(key="b", body=second))
        assert (copy.kind, copy.of) == ("near", "a")
        assert 0.4 <= copy.similarity <= 1.0


def test_another_article_is_no_copy() -> None:
    """Articles that share a stock sentence are not copies."""
    stock = write_sentences(7, 1)
    first, second = (" ".join([*write_sentences(seed, 9), *stock]) for seed in (1, 2))
    one, two = System().run(Candidate(key="a", body=first), Candidate(key="b", body=second))
    assert (two.kind, one.id == two.id) == ("unique", False)


def test_a_long_quotation_is_no_copy() -> None:
    """A page that quotes most of an article in its middle, under its own opening, is another article."""
    quoted = write_sentences(1, 8)
    page = [*write_sentences(2, 25), *quoted[2:], *write_sentences(3, 25)]
    _, cluster = System().run(Candidate(key="a", body=" ".join(quoted)), Candidate(key="b", body=" ".join(page)))
    assert cluster.kind == "unique"


def test_joins_the_best_match_and_chains_nothing() -> None:
    """An article that resembles two joins the more similar one; the two stay apart."""
    left, right = write_sentences(1, 10), write_sentences(2, 10)
    system = System()
    one, two, both = system.run(
        Candidate(key="a", body=" ".join(left)),
        Candidate(key="b", body=" ".join(right)),
        Candidate(key="c", body=" ".join(left[:9] + right[:5])),
    )
    assert one.id != two.id
    assert (both.id, both.of) == (one.id, "a")


@pytest.mark.parametrize(
    ("first", "second", "canonical", "reason"),
    [
        ({"published_at": day(2)}, {"published_at": day(1)}, "b", "earliest"),
        ({}, {"published_at": day(1)}, "b", "earliest"),
        ({"published_at": day(1), "syndicated": True}, {"published_at": day(1)}, "b", "original"),
        ({"published_at": day(1)}, {"published_at": day(1)}, "a", "lowest_id"),
        ({"published_at": day(1).replace(tzinfo=None)}, {"published_at": day(1)}, "a", "lowest_id"),
    ],
)
def test_canonical_is_the_first_in_the_total_order(
    first: dict[str, object], second: dict[str, object], canonical: str, reason: str
) -> None:
    """Earliest, then original, then by key; and the record says which of them decided."""
    body = write_body(1)
    one = replace(Candidate(key="a", body=body), **first)  # type: ignore[arg-type]  # of the parameters
    two = replace(Candidate(key="b", body=body), **second)  # type: ignore[arg-type]  # of the parameters
    clusters = dict(zip("ab", System().run(one, two), strict=True))
    assert [key for key, cluster in clusters.items() if cluster.canonical] == [canonical]
    assert clusters["b"].reason == reason


def test_canonical_is_the_most_complete_of_one_day() -> None:
    """Of two copies published at once the longer one stands for both."""
    sentences = write_sentences(1, 10)
    short, whole = " ".join(sentences[:6]), " ".join(sentences)
    one, two = System().run(Candidate(key="a", body=short), Candidate(key="b", body=whole))
    assert (one.canonical, two.canonical, two.reason) == (False, True, "most_complete")


def test_displaces_earlier_batches_only() -> None:
    """The index must be told of members that it holds; those of the same batch come corrected."""
    system = System()
    first, second, third, fourth = (replace(c, published_at=day(-p)) for p, c in enumerate(copies(4, write_body(1))))
    system.run(first, second)
    clusters = system.run(third, fourth)
    assert [cluster.canonical for cluster in clusters] == [False, True]
    assert [cluster.displaced for cluster in clusters] == [(second.key,), (second.key,)]
    assert system.leaders() == {clusters[0].id: [fourth.key]}


def test_a_second_run_gives_the_same_records() -> None:
    """Nothing is decided twice: an identical run must write nothing."""
    system = System()
    sentences = write_sentences(1, 10)
    batch = [
        Candidate(key="a", body=" ".join(sentences), published_at=day(3)),
        Candidate(key="b", body=" ".join(sentences[:5]), published_at=day(2)),
        Candidate(key="c", body=" ".join(sentences), published_at=day(4)),
        Candidate(key="d", body=write_body(2)),
    ]
    first = system.run(*batch)
    system.restart()
    assert system.deduplicator.assign(batch) == first


def test_pending_articles_are_seen_and_lost_with_the_process() -> None:
    """A copy finds what is not committed yet; after a crash before the commit the same run decides the same."""
    system = System()
    one, two = copies(2, write_body(1))
    before = [*system.deduplicator.assign([one]), *system.deduplicator.assign([two])]
    assert [cluster.kind for cluster in before] == ["unique", "exact"]
    assert system.library.asked == []
    system.restart()
    assert [*system.deduplicator.assign([one]), *system.deduplicator.assign([two])] == before


def test_discarded_articles_are_forgotten() -> None:
    """An article that the index refused is nobody's original."""
    system = System()
    one, two = copies(2, write_body(1))
    system.deduplicator.assign([one])
    system.deduplicator.discard([one.key])
    system.deduplicator.commit([one.key])
    (cluster,) = system.run(two)
    assert (cluster.kind, system.store.standing([one.key])) == ("unique", {})


def test_a_changed_founder_founds_another_cluster() -> None:
    """The cluster keeps its name and its members; the founder's new text gets a name of its own."""
    system = System()
    one, two = copies(2, write_body(1))
    founded, joined = system.run(one, two)
    (moved,) = system.run(replace(one, body=write_body(2)))
    assert (joined.id, moved.kind, moved.canonical) == (founded.id, "unique", True)
    assert moved.id != founded.id
    assert moved.promoted == (two.key,)
    assert system.leaders() == {founded.id: [two.key], moved.id: [one.key]}


def test_a_changed_article_is_no_copy_of_itself() -> None:
    """A version belongs to one identity: it is compared with others only."""
    system = System()
    (before,) = system.run(Candidate(key="a", body=write_body(1)))
    (after,) = system.run(Candidate(key="a", body=f"{write_body(1)} {write_body(2, 1)}"))
    assert (before.kind, after.kind, after.of) == ("unique", "unique", None)


def test_a_new_date_moves_the_canonical_mark() -> None:
    """The same text with a later date decides nothing anew but the order."""
    system = System()
    one, two = copies(2, write_body(1))
    system.run(one, two)
    (cluster,) = system.run(replace(one, published_at=day(9)))
    assert (cluster.kind, cluster.canonical, cluster.promoted) == ("unique", False, (two.key,))
    assert system.leaders() == {cluster.id: [two.key]}


def test_two_captures_of_one_article_in_a_batch() -> None:
    """The last capture counts; what joined the first one stays together."""
    system = System()
    one, two = copies(2, write_body(1))
    clusters = system.run(one, two, replace(one, body=write_body(2)))
    assert [cluster.canonical for cluster in clusters] == [True, True, True]
    assert clusters[1].id == clusters[0].id != clusters[2].id
    assert system.store.standing([one.key])[one.key].cluster == clusters[2].id


def test_other_settings_compare_nothing_with_old_signatures() -> None:
    """Schemes never mix: under another one the same article is signed and decided again."""
    library, store = Library(), System().store
    one, two = copies(2, write_body(1))
    System(store, library).run(one)
    changed = System(store, library, DedupSettings(bands=10))
    (cluster,) = changed.run(two)
    assert cluster.kind == "unique"
    assert [c.kind for c in changed.run(one)] == ["exact"]


def test_adopts_what_another_process_assigned() -> None:
    """Where one task assigns and another writes, the second commits the decisions of the first."""
    system = System()
    batch = copies(2, write_body(1))
    clusters = system.deduplicator.assign(batch)
    system.restart()
    system.deduplicator.adopt(batch, clusters)
    system.deduplicator.commit([candidate.key for candidate in batch])
    system.restart()
    assert system.deduplicator.assign(batch) == clusters


def test_a_body_that_the_index_has_lost_is_no_match() -> None:
    """A candidate that cannot be verified is none."""
    system = System()
    system.run(Candidate(key="a", body=write_body(1)))
    system.restart()
    system.library.by_key.clear()
    (cluster,) = system.run(Candidate(key="b", body=f"{write_body(1)} {write_body(2, 1)}"))
    assert cluster.kind == "unique"


def test_empty_bodies_are_nobodys_copies() -> None:
    """Nothing is not the same text as nothing."""
    clusters = System().run(*copies(2, " \n "), Candidate(key="a", body="... !"), Candidate(key="b", body="?"))
    assert [cluster.kind for cluster in clusters] == ["unique"] * 4
    assert len({cluster.id for cluster in clusters}) == 4


def test_very_short_bodies_are_copies_only_exactly() -> None:
    """Two words in common say nothing about a text of three."""
    clusters = System().run(
        Candidate(key="a", body="Results follow"),
        Candidate(key="b", body="results  follow"),
        Candidate(key="c", body="Results follow soon"),
        Candidate(key="d", body=f"Results follow soon. {write_body(1)}"),
    )
    assert [cluster.kind for cluster in clusters] == ["unique", "exact", "unique", "unique"]


def test_an_article_that_copies_itself_is_near_to_its_single_self() -> None:
    """A body pasted twice is the same article."""
    _, cluster = System().run(
        Candidate(key="a", body=write_body(1)), Candidate(key="b", body=f"{write_body(1)}\n\n{write_body(1)}")
    )
    assert (cluster.kind, cluster.of) == ("near", "a")
    assert cluster.similarity > 0.95


def test_a_thousand_identical_articles_verify_nothing() -> None:
    """The content hash comes first, so a flood of one text costs no comparison."""
    system = System()
    batch = copies(1000, write_body(1))
    clusters = [*system.run(*batch[:400]), *system.run(*batch[400:])]
    assert {cluster.kind for cluster in clusters[1:]} == {"exact"}
    assert {cluster.of for cluster in clusters[1:]} == {batch[0].key}
    assert system.leaders() == {clusters[0].id: [batch[0].key]}
    assert system.library.asked == []


def test_verification_is_bounded() -> None:
    """However many near copies there are, only so many bodies are compared for one article."""
    system = System(settings=DedupSettings(max_candidates=5))
    sentences = write_sentences(1, 8)
    system.run(
        *(Candidate(key=f"k{seed}", body=" ".join([*sentences, *write_sentences(seed, 1)])) for seed in range(50))
    )
    system.restart()
    (cluster,) = system.run(Candidate(key="z", body=" ".join(sentences)))
    assert cluster.kind == "near"
    assert len(set(system.library.asked)) <= 6


def test_comparing_long_bodies_is_bounded() -> None:
    """Very long bodies are compared until enough was looked at, and with one candidate at least."""
    system = System(settings=DedupSettings(max_compared_shingles=1))
    sentences = write_sentences(1, 8)
    system.run(
        *(Candidate(key=f"k{seed}", body=" ".join([*sentences, *write_sentences(seed, 1)])) for seed in range(5))
    )
    (cluster,) = system.run(Candidate(key="z", body=" ".join([*sentences, *write_sentences(3, 1), "Done."])))
    assert (cluster.kind, cluster.of) == ("near", "k3")


def test_pending_articles_are_bounded() -> None:
    """What is never acknowledged is forgotten in the end, the oldest first."""
    system = System(settings=DedupSettings(pending_documents=2))
    batch = [Candidate(key=f"k{seed}", body=write_body(seed)) for seed in range(3)]
    system.deduplicator.assign(batch)
    system.deduplicator.commit([candidate.key for candidate in batch])
    assert sorted(system.store.standing(["k0", "k1", "k2"])) == ["k1", "k2"]


def test_cached_shingles_are_bounded() -> None:
    """With a cache too small for one body every comparison still has its body."""
    system = System(settings=DedupSettings(cached_shingles=10))
    system.run(*(Candidate(key=f"k{seed}", body=write_body(seed)) for seed in range(3)))
    clusters = system.run(*(Candidate(key=f"z{seed}", body=f"{write_body(seed)} More.") for seed in range(3)))
    assert [cluster.of for cluster in clusters] == ["k0", "k1", "k2"]
