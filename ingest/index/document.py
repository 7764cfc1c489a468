"""Article -> the documents that the index holds, and what is done to them when they are rewritten. Pure.

The keys are those of `index_mappings/`; a test compares them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.index.mapping import stem_of
from ingest.index.protocol import Document, Write
from ingest.model import Access, Article, Cluster, Comment, DateCandidate, Metadata, Names, Span, SpanClass, Topics

# Filled in where the article is written: they depend on what stands there.
VERSION_FIELDS = ("version", "version_id", "valid_from", "valid_to", "correction", "history")

NOT_CHROME = frozenset({SpanClass.CONTROL, SpanClass.WHITESPACE})

# Where and when the bytes were found does not change what the document is: a copy in another folder is unchanged.
# Nor does what the index knows of its earlier versions.
NOT_IN_FINGERPRINT = frozenset(
    {"fingerprint", "stemmed", "indexed_at", "source", "origin", "captured_at", *VERSION_FIELDS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made a document, and when (any time zone; a naive time is taken as UTC)."""

    code_version: str
    rules_version: str
    indexed_at: datetime


def to_document(article: Article, provenance: Provenance) -> Document:
    """Make the document of an article, with its stemmed fields and its fingerprint.

    An article without a cluster stands for itself. What no JSON reader accepts (lone surrogates, NUL) becomes U+FFFD.
    """
    document: Document = scrub(
        {
            **_identity(article),
            **_text(article),
            **_description(article),
            **_cluster(article),
            **_ledger(article),
            **dict.fromkeys(VERSION_FIELDS),
            "code_version": provenance.code_version,
            "rules_version": provenance.rules_version,
            "indexed_at": format_time(provenance.indexed_at),
        }
    )
    document["comments_digest"] = _digest(to_comments(article)) if article.cleaning.comments else None
    document["fingerprint"] = fingerprint(document)
    return fill_stemmed(document)


def to_comments(article: Article) -> tuple[Document, ...]:
    """Make a document of each comment, in the order of the thread."""
    article_id = article.document.id
    return tuple(
        scrub({"id": comment_id(article_id, place), "article_id": article_id, "position": place, **_tell(comment)})
        for place, comment in enumerate(comments_of(article))
    )


def comments_of(article: Article) -> tuple[Comment, ...]:
    """Give an article's comments, as enrichment left them."""
    enriched = article.metadata.comments if article.metadata else None
    return article.cleaning.comments if enriched is None else enriched


def _tell(comment: Comment) -> Document:
    language = comment.language
    told = {"language": language and language.code, "language_confidence": language and language.confidence}
    return {**asdict(comment), **told}


def comment_id(article_id: str, position: int) -> str:
    """Name a comment by its article and its place in the thread (from 0), so that a rewrite replaces it."""
    return f"{article_id}-{position}"


def fill_stemmed(document: Document, comments: Sequence[Document] = ()) -> Document:
    """Copy title, body and comments into the stemmed fields of the document's own language; the index keeps none.

    Comments are also copied as they are, for phrases.
    """
    stem = stem_of(document["language"])
    stemmed = {name: {stem: document[name]} for name in ("title", "body") if document[name] is not None}
    if texts := [comment["text"] for comment in comments if comment.get("text")]:
        stemmed["comments"] = {stem: texts, "exact": texts}
    return {**document, "stemmed": stemmed}


def fingerprint(document: Document) -> str:
    """Digest what a document says, whenever and from wherever it came; an absent field and a null one are the same.

    Keywords that were weighed against other articles are left out: more articles alone make no news of this one.
    """
    left_out = NOT_IN_FINGERPRINT | {"keyword"} if document.get("keyword_origin") == "body" else NOT_IN_FINGERPRINT
    return _digest({k: v for k, v in document.items() if k not in left_out and v is not None})


def mark_member(document: Document, marks: Mapping[str, bool | str]) -> Document | None:
    """Give the document with other `canonical` or `canonical_reason`; None where it says so already."""
    if all(document.get(name) == value for name, value in marks.items()):
        return None
    changed = {**document, **marks}
    return fill_stemmed({**changed, "fingerprint": fingerprint(changed)})


def move_to_cluster(document: Document, cluster: Cluster) -> Document | None:
    """Give the document with another place among its duplicates; None where it says so already."""
    fields = describe_cluster(cluster)
    if all(document.get(name) == value for name, value in fields.items()):
        return None
    changed = {**document, **fields}
    return fill_stemmed({**changed, "fingerprint": fingerprint(changed)})


def replace_comments(document: Document, comments: Sequence[Document], commenters_since: datetime | None) -> Document:
    """Give the document of an article whose comments changed."""
    since = format_time(commenters_since) if commenters_since else None
    digest = _digest(comments) if comments else None
    changed = {**document, "commenters_since": since, "comments_digest": digest}
    return fill_stemmed({**changed, "fingerprint": fingerprint(changed)})


def versions_of(write: Write) -> dict[str, Document | None]:
    """Give, by `version_id`, the versions to write with an article: its own and those that change; None is removed."""
    versions = dict(write.history)
    if key := write.document.get("version_id"):
        versions[key] = {name: value for name, value in write.document.items() if name != "history"}
    return versions


def format_time(value: datetime) -> str:
    """Write a time in UTC, as `2022-01-28T13:05:00Z`, with milliseconds where there are any."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    precision = "milliseconds" if aware.microsecond else "seconds"
    return aware.astimezone(UTC).isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def scrub(value: Any) -> Any:
    """Replace, in every string within, what JSON cannot carry by U+FFFD."""
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else _scrub_text(value)
    if isinstance(value, dict):
        return {key: scrub(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [scrub(part) for part in value]
    return value


def _scrub_text(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _identity(article: Article) -> Document:
    raw = article.document
    return {
        "id": raw.id,
        "given_id": raw.given.id,
        "url": raw.url,
        "source": raw.trace.source,
        "origin": raw.trace.origin,
        "content_kind": raw.kind,
        "extractor": article.page.extractor,
        "encoding": asdict(raw.encoding),
        "fetched_at": _read_time(raw.fetched_at),
        "capture": raw.capture,
        "captured_at": _read_time(raw.fetched_at) or _read_time(raw.accepted_at),
        "digest": raw.digest,
    }


def _text(article: Article) -> Document:
    cleaning = article.cleaning
    return {
        "body": cleaning.body,
        "captions": [asdict(caption) for caption in (*article.page.captions, *cleaning.captions)],
        "credits": [asdict(credit) for credit in cleaning.credits],
        "leaked": [asdict(candidate) for candidate in cleaning.leaked],
        "comment_count": len(cleaning.comments),
        "comments_complete": cleaning.comments_complete,
        "flags": list(cleaning.flags),
    }


def _description(article: Article) -> Document:
    metadata = article.metadata or Metadata(title=article.cleaning.title)
    published, publisher = metadata.published, metadata.publisher
    return {
        "title": metadata.title,
        "title_origin": metadata.title_origin,
        "language": metadata.language.code,
        "language_confidence": metadata.language.confidence,
        "mixed_language": metadata.language.mixed,
        "other_languages": list(metadata.language.others),
        "published_at": format_time(published.value) if published else None,
        "date_precision": published.precision if published else None,
        "date_origin": published.origin if published else None,
        "date_offset": published.offset if published else None,
        "date_conflict": metadata.date_conflict,
        "modified_at": format_time(metadata.modified.value) if metadata.modified else None,
        "dates": [_to_date(candidate) for candidate in metadata.dates],
        "year": format_time(published.value)[:4] if published else None,
        "publisher": publisher.name if publisher else None,
        "publisher_origin": publisher.origin if publisher else None,
        "publisher_confidence": publisher.confidence if publisher else None,
        "publisher_domain": publisher.domain if publisher else None,
        "publisher_country": publisher.country if publisher else None,
        "publisher_language": publisher.language if publisher else None,
        "publisher_kind": publisher.kind if publisher else None,
        "author": list(metadata.authors),
        "author_origin": metadata.author_origin,
        "contributor": list(dict.fromkeys(each.name for each in metadata.contributors if each.role != "author")),
        "agency": list(metadata.agencies),
        "commenters_since": format_time(metadata.commenters_since) if metadata.commenters_since else None,
        "byline": [asdict(each) for each in metadata.contributors],
        "rights": [asdict(each) for each in (metadata.rights or article.cleaning.rights)],
        "rights_holder": list(metadata.rights_holders),
        "word_count": metadata.word_count,
        "reading_minutes": metadata.reading_minutes,
        **_reading(metadata),
        **_names(metadata.names or Names()),
        "evidence": [{"enricher": each.enricher, "read": list(each.read)} for each in metadata.evidence],
    }


def _reading(metadata: Metadata) -> Document:
    topics, access = metadata.topics or Topics(), metadata.access or Access()
    kind, quality = metadata.kind, metadata.quality
    return {
        "section": list(topics.sections),
        "section_origin": topics.section_origin,
        "keyword": list(topics.keywords),
        "keyword_origin": topics.keyword_origin,
        "paywalled": access.paywalled,
        "cut_short": access.cut_short,
        "access_reasons": list(access.reasons),
        "kind": kind.name if kind else None,
        "kind_reasons": list(kind.reasons) if kind else [],
        "quality": quality.score if quality else None,
        "quality_parts": {k: v for k, v in asdict(quality).items() if k != "score"} if quality else None,
    }


def _names(names: Names) -> Document:
    return {
        "place": [place.name for place in names.places],
        "country": list(dict.fromkeys(place.country for place in names.places if place.country)),
        "places": [asdict(place) for place in names.places],
        "person": list(names.persons),
        "organization": list(names.organizations),
    }


def _to_date(candidate: DateCandidate) -> Document:
    date = candidate.date
    return {
        "kind": candidate.kind,
        "origin": candidate.origin,
        "stated": candidate.stated,
        "at": format_time(date.value) if date else None,
        "precision": date.precision if date else None,
        "offset": date.offset if date else None,
        "refused": candidate.refused,
    }


def _cluster(article: Article) -> Document:
    alone = Cluster(id=article.document.id, canonical=True, kind="unique", similarity=0.0, of=None, reason="")
    return describe_cluster(article.cluster or alone)


def describe_cluster(cluster: Cluster) -> Document:
    """Give the fields that say what an article is a copy of."""
    return {
        "cluster_id": cluster.id,
        "cluster_kind": cluster.kind,
        "canonical": cluster.canonical,
        "canonical_reason": cluster.reason or None,
        "similarity": cluster.similarity,
        "duplicate_of": cluster.of,
        "duplicate_evidence": _evidence(cluster),
        "wire_agency": cluster.agency,
        "wire_agency_origin": ("copy" if cluster.agency_copied else "article") if cluster.agency else None,
    }


def _evidence(cluster: Cluster) -> Document | None:
    return {**asdict(cluster.evidence), "scheme": cluster.scheme} if cluster.evidence else None


def _ledger(article: Article) -> Document:
    spans, original = article.cleaning.spans, len(article.page.text)
    by_class: Counter[str] = Counter()
    for span in spans:
        by_class[span.span_class.value] += span.end - span.start
    chrome = sum(count for name, count in by_class.items() if SpanClass(name) not in NOT_CHROME)
    return {
        "spans": _to_spans(spans),
        "suggested_spans": _to_spans(article.cleaning.suggested_spans),
        "pruned": [
            {"element": cut.element, "class": cut.span_class.value, "length": cut.length} for cut in article.page.pruned
        ],
        "chrome": dict(sorted(by_class.items())),
        "rule": sorted({span.rule for span in spans if span.span_class not in NOT_CHROME}),
        "chrome_characters": chrome,
        "chrome_share": round(chrome / original, 4) if original else 0.0,
        "original_characters": original,
    }


def _to_spans(spans: Iterable[Span]) -> list[Document]:
    return [{"start": s.start, "end": s.end, "class": s.span_class.value, "rule": s.rule} for s in spans]


def _read_time(given: str | None) -> str | None:
    try:
        return format_time(datetime.fromisoformat(given.strip())) if given else None
    except (ValueError, OverflowError):
        return None


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
