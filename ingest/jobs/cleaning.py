"""Cleaning alone, and cleaning with deduplication in memory: no index, no lake, one line a document in input order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from ingest.batching import cut_batches
from ingest.clean.learned.snapshot import Learned
from ingest.clustering import to_candidate
from ingest.dedup import HandDecisions, Reclustering
from ingest.enrich.enricher import apply, open_draft
from ingest.enrich.enrichers import BYLINE, LANGUAGE, RIGHTS, TITLE
from ingest.learning import read_accepted, read_learned
from ingest.model import Article, Cluster, Comment, Dropped, DropReason, Failed, Payload, Span, Trace
from ingest.pipeline import Rooms, cleaning_stages, date_article, open_pool
from ingest.settings import Settings
from ingest.sources import decode, read_payloads
from ingest.stage import Stage
from ingest.state import read_records

Line = dict[str, Any]
Outcome = Article | Dropped | Failed


def clean(arguments: Sequence[str], settings: Settings, *, with_index: bool = False) -> Iterator[Line]:
    """Clean documents; yield the line of `clean --json` for each, also for those that were dropped or failed.

    `with_index` knows the publishers' usual shares, which live with the index; nothing is written.
    """
    for outcome in clean_documents(arguments, settings, with_index=with_index):
        yield to_line(outcome, settings) if isinstance(outcome, Article) else to_failed_line(outcome)


def clean_one(body: bytes, settings: Settings) -> Line:
    """Clean one document, given as a JSON object as in a line of input; give its line of `clean --json`.

    Raises MalformedInput for what is no document, LimitExceeded for one that is too long. What is dropped, or fails
    later on, is told in the line.
    """
    payload = Payload(content=body, media_type="application/json", source="api", origin="body")
    decode(payload, settings.sources)
    outcome = next(run_payloads([payload], settings, cleaning_stages))
    return to_line(outcome, settings) if isinstance(outcome, Article) else to_failed_line(outcome)


def clean_documents(arguments: Sequence[str], settings: Settings, *, with_index: bool = False) -> Iterator[Outcome]:
    """Run the cleaning stages, keeping dropped and failed documents in their places."""
    learned = read_known(settings) if with_index else None
    return run_payloads(read_payloads(arguments, settings.sources), settings, cleaning_stages, learned)


def read_known(settings: Settings) -> Learned:
    """Read what an index knows of publishers, as it holds now; there is nothing to read where there is no index."""
    with read_records(settings.index) as records:
        return read_learned(records, settings.learn).as_of_now()


def run_stages(
    arguments: Sequence[str], settings: Settings, choose: Callable[[Rooms], Sequence[Stage[Any, Any]]]
) -> Iterator[Any]:
    """Run stages without a lake or an index, keeping dropped and failed documents in their places."""
    yield from run_payloads(read_payloads(arguments, settings.sources), settings, choose)


def run_payloads(
    payloads: Iterable[Payload],
    settings: Settings,
    choose: Callable[[Rooms], Sequence[Stage[Any, Any]]],
    learned: Learned | None = None,
) -> Iterator[Any]:
    """Run stages over payloads; see `run_stages`. Without `learned` the accepted rules alone are known."""
    known = read_accepted(settings.learn) if learned is None else learned
    with open_pool(settings) as pool:
        outcomes: Iterator[Any] = iter(payloads)
        for stage in choose(Rooms(settings=settings, pool=pool, learned=known)):
            outcomes = carry_on(stage, outcomes)
        yield from outcomes


def carry_on(stage: Stage[Any, Any], outcomes: Iterable[Any]) -> Iterator[Any]:
    """Run a stage over what was kept, and pass what left before it through in its place."""
    places: deque[Dropped | Failed | None] = deque()

    def kept() -> Iterator[Any]:
        for outcome in outcomes:
            left = isinstance(outcome, Dropped | Failed)
            places.append(outcome if left else None)
            if not left:
                yield outcome

    for result in stage.run(kept()):
        while (before := places.popleft()) is not None:
            yield before
        yield result
    yield from (left for left in places if left is not None)


def to_line(article: Article, settings: Settings) -> Line:
    """Give the line of `clean --json`."""
    cleaning, page = article.cleaning, article.page
    metadata = apply((TITLE, LANGUAGE, RIGHTS, BYLINE), open_draft(article), settings.enrich)
    line: Line = {
        "id": reported_id(article.trace),
        "title": metadata.title,
        "body": cleaning.body,
        "spans": to_spans(cleaning.spans),
        "comments": [to_comment(comment) for comment in cleaning.comments],
        "comments_complete": cleaning.comments_complete,
        "rights": [asdict(rights) for rights in metadata.rights or cleaning.rights],
        "captions": [asdict(caption) for caption in (*page.captions, *cleaning.captions)],
        "credits": [asdict(credit) for credit in cleaning.credits],
        "authors": list(metadata.authors),
        "language": {"code": metadata.language.code, "confidence": metadata.language.confidence},
        "flags": list(cleaning.flags),
        "suggested_spans": to_spans(cleaning.suggested_spans),
        "pruned": [
            {"element": cut.element, "class": cut.span_class.value, "length": cut.length} for cut in page.pruned
        ],
        "failed": None,
    }
    if article.document.kind == "html":
        line["extracted"] = page.text
    return line


def to_comment(comment: Comment) -> Line:
    """Give a comment as it stood; its language is told where it is indexed."""
    return {name: value for name, value in asdict(comment).items() if name != "language"}


def to_spans(spans: Iterable[Span]) -> list[Line]:
    """Give spans their names on the wire."""
    return [{"start": s.start, "end": s.end, "class": s.span_class.value, "rule": s.rule} for s in spans]


def to_failed_line(left: Dropped | Failed) -> Line:
    """Give the line of a document that has no article: the same keys, empty, and what happened."""
    error = left.reason.value if isinstance(left, Dropped) else f"{left.error}: {left.message}"
    return {
        "id": reported_id(left.trace),
        "title": None,
        "body": "",
        **{key: [] for key in ("spans", "comments", "rights", "captions", "credits", "authors")},
        "comments_complete": None,
        "language": {"code": "und", "confidence": 0.0},
        **{key: [] for key in ("flags", "suggested_spans", "pruned")},
        "failed": {"stage": left.stage, "error": error, "origin": left.trace.origin},
    }


def is_failure(line: Line) -> bool:
    """Tell the line of a document that failed from one that was kept or that policy dropped."""
    failed = line.get("failed")
    return failed is not None and failed["error"] not in set(DropReason)


def reported_id(trace: Trace) -> str:
    """Name a document as its owner does, where the owner named it."""
    return trace.given_id or trace.id


def dedup(arguments: Sequence[str], settings: Settings) -> list[Line]:
    """Clean and deduplicate in memory; give the lines of `dedup --json` in input order.

    Every line is a document of its own, also where two carry one URL. The clusters are those that `recluster` would
    give, whatever the order of the input.
    """
    bodies = HeldBodies()
    bench = Reclustering(bodies, settings.dedup, HandDecisions())
    date_of = partial(date_article, settings=settings.enrich)
    left: list[tuple[str, Dropped | Failed | None]] = []
    numbered = enumerate(clean_documents(arguments, settings))
    for batch in cut_batches(numbered, settings.run, lambda pair: size_of(pair[1])):
        articles = {to_key(place): outcome for place, outcome in batch if isinstance(outcome, Article)}
        bodies.by_key.update({key: article.cleaning.body for key, article in articles.items()})
        candidates = [replace(to_candidate(article, date_of), key=key) for key, article in articles.items()]
        bench.lay(candidates, [0] * len(candidates))
        left += [(reported_id(o.trace), None if isinstance(o, Article) else o) for _, o in batch]
    clusters = {settled.entry.standing.rank.key: settled.cluster for page in bench.settle() for settled in page}
    return [
        to_failed_dedup_line(name, outcome) if outcome else to_dedup_line(name, clusters[to_key(place)], left)
        for place, (name, outcome) in enumerate(left)
    ]


def to_dedup_line(name: str, cluster: Cluster, documents: Sequence[tuple[str, Any]]) -> Line:
    """Give the line of `dedup --json` of an article; `documents` begin with their names, by place."""
    return {
        "id": name,
        "cluster": cluster.id,
        "canonical": cluster.canonical,
        "kind": cluster.kind,
        "similarity": round(cluster.similarity, 4),
        "of": documents[int(cluster.of)][0] if cluster.of else None,
        "reason": cluster.reason,
        "evidence": to_evidence(cluster),
        "agency": cluster.agency,
        "failed": None,
    }


def to_failed_dedup_line(name: str, left: Dropped | Failed) -> Line:
    """Give the line of a document that has no article: the same keys, empty, and what happened."""
    keys = ("cluster", "canonical", "kind", "similarity", "of", "reason", "evidence", "agency")
    return {"id": name, **dict.fromkeys(keys), "failed": to_failed_line(left)["failed"]}


def to_evidence(cluster: Cluster) -> Line | None:
    """Say why a document counts as a copy; None for one that does not."""
    return {**asdict(cluster.evidence), "scheme": cluster.scheme} if cluster.evidence else None


def to_key(place: int) -> str:
    """Name a document by its place in the input."""
    return f"{place:08d}"


class HeldBodies:
    """The bodies of a run without an index."""

    def __init__(self) -> None:
        self.by_key: dict[str, str] = {}

    def bodies(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Give bodies by key; absent keys are absent."""
        return {key: self.by_key[key] for key in ids if key in self.by_key}


def size_of(outcome: Outcome) -> int:
    """Count what holding an outcome costs, in characters."""
    return len(outcome.cleaning.body) if isinstance(outcome, Article) else 0
