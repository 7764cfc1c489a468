"""Passages of readers' comments that a search found, marked as HTML, the same on every backend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ingest.index.mapping import articles_mapping
from ingest.index.protocol import Document

# Who a comment is by, beside its passage.
TOLD = ("number", "author", "published_at", "reply_to")


def mark_comments(
    comments: Sequence[Document], highlight: Mapping[str, Any], language: str | None, most: int
) -> list[Document]:
    """Give the first comments that match, each with its `snippet`; `highlight` is one of `search.query`."""
    return list(islice(_mark(comments, highlight, language), most))


def _mark(comments: Sequence[Document], highlight: Mapping[str, Any], language: str | None) -> Iterator[Document]:
    from ingest.index.backends.tantivy_highlights import Highlighter  # noqa: PLC0415 - only where it is used
    from ingest.index.backends.tantivy_query import QueryCompiler  # noqa: PLC0415 - likewise
    from ingest.index.backends.tantivy_schema import MappedSchema  # noqa: PLC0415 - likewise

    highlighter = Highlighter(highlight, QueryCompiler(MappedSchema(articles_mapping())))
    for comment in comments:
        # Comments are stemmed as their article's language.
        marked = highlighter.highlight({"text": comment["text"], "language": language})
        if "text" in marked:
            yield {**{name: comment.get(name) for name in TOLD}, "snippet": marked["text"][0]}
