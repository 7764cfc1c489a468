"""The stage `index`: decides indexed, updated or unchanged, writes with external versions, and then commits signatures.

An external version is capture order x 2^16 + generation. Same capture and same document: unchanged, nothing is
written. Same capture and another document (new rules, new code, another cluster): the generation is raised. A newer
capture starts at generation 0, and an older one never wins; it only finds its place in the article's history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.batching import RunSettings, cut_batches
from ingest.crash_points import passing
from ingest.dedup import Deduplicator
from ingest.errors import DocumentRejected, IndexUnavailable
from ingest.index.document import mark_member
from ingest.index.protocol import Document, Index, Receipt, Standing, Write
from ingest.model import Article, Dropped, DropReason, Failed, Indexed, IndexOutcome
from ingest.stage import Stage, failure
from ingest.versioning import revise

NAME = "index"
GENERATION_BITS = 16
MAX_ROUNDS = 5

Made = tuple[Document, tuple[Document, ...]]
ToWrite = Callable[[Article], Made]
Marks = dict[str, bool | str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of one article: a write, or nothing."""

    outcome: IndexOutcome
    write: Write | None


UNCHANGED = Decision("unchanged", None)


def index_stage(
    index: Index, deduplicator: Deduplicator, to_documents: ToWrite, settings: RunSettings
) -> Stage[Article, Indexed]:
    """Make the stage; `to_documents` gives an article's document and its comments' documents."""

    def run(articles: Iterable[Article]) -> Iterator[Indexed | Dropped | Failed]:
        for batch in cut_batches(articles, settings, lambda article: len(article.cleaning.body)):
            yield from index_batch(index, deduplicator, to_documents, batch)

    return Stage(NAME, run)


def index_batch(
    index: Index, deduplicator: Deduplicator, to_documents: ToWrite, batch: Sequence[Article]
) -> Iterator[Indexed | Dropped | Failed]:
    """Write a batch, move the canonical marks that it moves, commit its signatures; one outcome each."""
    outcomes: list[Indexed | Dropped | Failed] = []
    for group in without_repeats(batch):
        outcomes += write_group(index, to_documents, group)
    kept = [article for article, outcome in zip(batch, outcomes, strict=True) if isinstance(outcome, Indexed)]
    passing("after_bulk")
    move_marks(index, collect_marks(kept))
    deduplicator.commit([article.document.id for article in kept if article.cluster])
    passing("signatures_written")
    deduplicator.discard([outcome.trace.id for outcome in outcomes if not isinstance(outcome, Indexed)])
    yield from outcomes


def without_repeats(batch: Sequence[Article]) -> Iterator[list[Article]]:
    """Cut a batch where an identity comes again, so that each group holds an identity once; order is kept."""
    group: list[Article] = []
    seen: set[str] = set()
    for article in batch:
        if article.document.id in seen:
            yield group
            group, seen = [], set()
        group.append(article)
        seen.add(article.document.id)
    if group:
        yield group


def write_group(index: Index, to_documents: ToWrite, group: Sequence[Article]) -> list[Indexed | Dropped | Failed]:
    """Decide and write, again where another writer came in between; raise IndexUnavailable where that never ends."""
    documents = {article.document.id: to_documents(article) for article in group}
    settled: dict[str, Indexed | Dropped | Failed] = {}
    for _ in range(MAX_ROUNDS):
        open_articles = [article for article in group if article.document.id not in settled]
        if not open_articles:
            return [settled[article.document.id] for article in group]
        standing = index.standing([article.document.id for article in open_articles])
        decisions = decide_all(index, open_articles, documents, standing)
        passing("before_bulk")
        receipts = {r.id: r for r in index.write([d.write for _, d in decisions if d.write is not None])}
        for article, decision in decisions:
            outcome = settle(article, decision, receipts)
            if outcome is not None:
                settled[article.document.id] = outcome
    raise IndexUnavailable(f"other writers kept overtaking this one, {MAX_ROUNDS} times in a row; run again")


def decide_all(
    index: Index, articles: Sequence[Article], made: Mapping[str, Made], standing: Mapping[str, Standing]
) -> list[tuple[Article, Decision]]:
    """Decide on each article; whole documents are read only of those that stand and may change."""
    ids = [article.document.id for article in articles]
    moving = [a.document.id for a in articles if not is_same(a, made[a.document.id], standing.get(a.document.id))]
    held = index.documents([key for key in moving if key in standing])
    decisions = [
        decide(index, article, made[key], standing.get(key), held.get(key)) if key in moving else UNCHANGED
        for key, article in zip(ids, articles, strict=True)
    ]
    return list(zip(articles, decisions, strict=True))


def is_same(article: Article, made: Made, standing: Standing | None) -> bool:
    """Tell whether the index holds this very document of this very capture."""
    if standing is None or standing.version >> GENERATION_BITS != article.document.capture:
        return False
    return bool(standing.fingerprint == made[0]["fingerprint"])


def decide(index: Index, article: Article, made: Made, standing: Standing | None, held: Document | None) -> Decision:
    """Compare with what stands in the index; see the module's docstring for the rule."""
    document, comments = made
    raw = article.document
    revision = revise(raw, document, held, index.versions)
    if standing is None:
        return Decision("indexed", Write(raw.id, raw.capture << GENERATION_BITS, revision.document, comments))
    standing_capture = standing.version >> GENERATION_BITS
    version = raw.capture << GENERATION_BITS if raw.capture > standing_capture else standing.version + 1
    if raw.capture < standing_capture:
        if not revision.is_news or held is None:
            return UNCHANGED
        comments = tuple(index.comments(raw.id))
    return Decision("updated", Write(raw.id, version, revision.document, comments, revision.others))


def settle(article: Article, decision: Decision, receipts: Mapping[str, Receipt]) -> Indexed | Dropped | Failed | None:
    """Turn a decision and its receipt into an outcome; None where it must be decided again."""
    if decision.write is not None:
        receipt = receipts[article.document.id]
        if receipt.outcome == "stale":
            return None
        if receipt.outcome == "erased":
            return Dropped(trace=article.trace, stage=NAME, reason=DropReason.ERASED)
        if receipt.outcome == "rejected":
            return failure(article.trace, NAME, DocumentRejected(f"{receipt.error}: {receipt.message}"))
    canonical = article.cluster is None or article.cluster.canonical
    return Indexed(trace=article.trace, outcome=decision.outcome, canonical=canonical)


def collect_marks(articles: Iterable[Article]) -> dict[str, Marks]:
    """Say which other articles are canonical from now on or no longer, and why; the last word counts."""
    marks: defaultdict[str, Marks] = defaultdict(dict)
    for article in articles:
        if article.cluster:
            for key in article.cluster.displaced:
                marks[key]["canonical"] = False
            for key in article.cluster.promoted:
                marks[key]["canonical"] = True
            for key, reason in article.cluster.reasons:
                marks[key]["canonical_reason"] = reason
    return dict(marks)


def move_marks(index: Index, marks: Mapping[str, Marks]) -> None:
    """Rewrite indexed articles whose marks are to change, each under a raised generation."""
    remaining = dict(marks)
    for _ in range(MAX_ROUNDS):
        keys = sorted(remaining)
        standing = index.standing(keys)
        writes = [
            Write(key, standing[key].version + 1, changed, tuple(index.comments(key)))
            for key, document in index.documents(keys).items()
            if key in standing and (changed := mark_member(document, remaining[key])) is not None
        ]
        if not writes:
            return
        stale = {receipt.id for receipt in index.write(writes) if receipt.outcome == "stale"}
        remaining = {key: mark for key, mark in remaining.items() if key in stale}
    raise IndexUnavailable(f"other writers kept overtaking this one, {MAX_ROUNDS} times in a row; run again")
