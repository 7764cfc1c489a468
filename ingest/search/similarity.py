"""Articles like one article. Pure: a document -> query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.search.query import CANONICAL, HIT_FIELDS

# The beginning of an article tells what it is about; its whole body may be a book.
LIKE_CHARACTERS = 10_000


def build_similar_query(document: Mapping[str, Any], stem: str, size: int) -> dict[str, Any]:
    """Build the search body for the articles that share an article's most telling words, its copies left out."""
    text = f"{document.get('title') or ''}\n{document.get('body') or ''}"[:LIKE_CHARACTERS]
    like = {
        "fields": [f"stemmed.body.{stem}"],
        "like": text,
        "min_term_freq": 1,
        "min_doc_freq": 2,
        "max_query_terms": 25,
        "minimum_should_match": "30%",
    }
    return {
        "query": {
            "bool": {
                "must": [{"more_like_this": like}],
                "filter": [CANONICAL],
                "must_not": [{"terms": {"cluster_id": [document["cluster_id"]]}}],
            }
        },
        "size": size,
        "_source": list(HIT_FIELDS),
    }
