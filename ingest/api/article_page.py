"""What the page of an article shows: text, captions, where each fact came from, versions, copies, comments, cuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest import jobs
from ingest.errors import UsageError
from ingest.jobs import AsyncReader

Comment = Mapping[str, Any]
MAX_DEPTH = 6
SIMILAR = 6


@dataclass(frozen=True, slots=True)
class Node:
    """A comment with the replies to it."""

    comment: Comment
    depth: int
    replies: list[Node] = field(default_factory=list)


async def build_page(any_id: str, reader: AsyncReader, *, removed: bool, as_of: str | None) -> dict[str, Any]:
    """Give what the template shows; raise ArticleMissing where there is no such article."""
    article = await reader.show(any_id, jobs.View(comments=True, versions=True, as_of=as_of))
    cleaning, unreadable = await show_cleaning(article["id"], reader) if removed else (None, None)
    event = await reader.show_event(article["id"])
    cluster = await reader.show_cluster(article["id"])
    similar = await reader.show_similar(article["id"], SIMILAR)
    return {
        "article": article,
        "title": article["title"] or "Untitled",
        "paragraphs": split_body(article["body"], article["title"]),
        "removed": removed,
        "as_of": as_of,
        "cleaning": cleaning,
        "unreadable": unreadable,
        "facts": list_facts(article),
        "threads": nest_comments(article["comments"]),
        "copies": [member for member in cluster["members"] if member["id"] != article["id"]],
        "event": event["event"],
        "told": [each for each in event["articles"] if each["cluster_id"] != article["cluster_id"]],
        "similar": similar["similar"],
        "versions": list(reversed(article["versions"])),
    }


def split_body(body: str, title: str | None) -> list[str]:
    """Give a body's paragraphs; the headline that it begins with stands above it already."""
    paragraphs = [part for part in body.split("\n\n") if part.strip()]
    return paragraphs[1:] if paragraphs and paragraphs[0].strip() == (title or "").strip() else paragraphs


async def show_cleaning(article_id: str, reader: AsyncReader) -> tuple[dict[str, Any] | None, str | None]:
    """Give the original in pieces with what was removed from it, or why it cannot be shown."""
    try:
        shown = await reader.show_cleaning(article_id)
    except UsageError as error:
        return None, str(error)
    spans = shown["spans"] or shown["suggested_spans"]
    counts: dict[str, int] = {}
    for span in spans:
        counts[span["class"]] = counts.get(span["class"], 0) + 1
    return {
        "pieces": cut_pieces(shown["original"], spans),
        "classes": sorted(counts.items()),
        "suggested": bool(not shown["spans"] and shown["suggested_spans"]),
    }, None


def cut_pieces(original: str, spans: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any] | None]]:
    """Cut an original at its spans: each piece with the span that it is, or None for body."""
    pieces: list[tuple[str, Mapping[str, Any] | None]] = []
    at = 0
    for span in sorted(spans, key=lambda each: each["start"]):
        if span["start"] > at:
            pieces.append((original[at : span["start"]], None))
        pieces.append((original[span["start"] : span["end"]], span))
        at = span["end"]
    return [*pieces, (original[at:], None)] if at < len(original) else pieces


def list_facts(article: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """List what is known, each as name, value and where it came from; what is not known is left out."""
    facts = [
        ("Publisher", article["publisher"], explain(article["publisher_origin"], article["publisher_confidence"])),
        ("Authors", ", ".join(article["author"]), explain(article["author_origin"])),
        ("Contributors", ", ".join(article["contributor"]), "credits"),
        ("Agency", ", ".join(article["agency"]), ""),
        ("Language", article["language"], f"{article['language_confidence']:.0%} sure"),
        ("Section", ", ".join(article["section"]), explain(article["section_origin"])),
        ("Keywords", ", ".join(article["keyword"]), explain(article["keyword_origin"])),
        ("Places", ", ".join(article["place"]), ""),
        ("People", ", ".join(article["person"]), ""),
        ("Organisations", ", ".join(article["organization"]), ""),
        ("Rights", "; ".join(right["notice"] for right in article["rights"]), ""),
        ("Kind", article["kind"], ", ".join(article["kind_reasons"])),
        ("Words", f"{article['word_count']:,}", f"{article['reading_minutes']} min to read"),
        ("Source", article["source"], article["origin"]),
        ("Flags", ", ".join(article["flags"]), ""),
    ]
    return [(name, str(value), origin or "") for name, value, origin in facts if value]


def explain(origin: str | None, confidence: float | None = None) -> str:
    """Say where a fact came from, and how sure it is where that is known."""
    sure = f"{confidence:.0%} sure" if confidence is not None and confidence < 1 else ""
    return ", ".join(part for part in (origin, sure) if part)


def nest_comments(comments: Sequence[Comment]) -> list[Node]:
    """Put each reply under what it answers, a thread in its order; a reply to what is not there stands alone."""
    roots: list[Node] = []
    by_number: dict[int, Node] = {}
    for comment in comments:
        above = by_number.get(comment["reply_to"] or -1)
        node = Node(comment, 0 if above is None else above.depth + 1)
        if above is None or node.depth > MAX_DEPTH:
            roots.append(node)
        else:
            above.replies.append(node)
        if comment["number"] is not None:
            by_number.setdefault(comment["number"], node)
    return roots
