"""`more_like_this` of a text, as Lucene does it: of its most telling terms some must match."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tantivy import Occur, Query, Schema, Searcher

Body = Mapping[str, Any]


def select_terms(searcher: Searcher, field: str, terms: Sequence[str], options: Body) -> list[str]:
    """Give the terms of a text that weigh most by TF-IDF, those that few or no other documents have left out."""
    everything, weighed = searcher.num_docs, []
    for term, count in Counter(terms).items():
        frequency = searcher.doc_freq(field, term)
        if count >= options.get("min_term_freq", 2) and frequency >= options.get("min_doc_freq", 5):
            weighed.append((-count * (math.log(everything / (frequency + 1)) + 1), term))
    return [term for _, term in sorted(weighed)[: options.get("max_query_terms", 25)]]


def match_some(schema: Schema, field: str, terms: Sequence[str], share: str) -> Query:
    """Match where at least a share (`30%`) of the terms is there."""
    if not terms:
        return Query.empty_query()
    least = int(len(terms) * int(share.removesuffix("%")) / 100)
    queries = [(Occur.Should, Query.term_query(schema, field, term, index_option="freq")) for term in terms]
    return Query.boolean_query(queries, minimum_number_should_match=max(1, least))
