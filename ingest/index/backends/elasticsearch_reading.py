"""Reading by id from Elasticsearch: up to the last acknowledged write, without a refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch

from ingest.elastic.faults import AnswerError, read_item_error
from ingest.elastic.retries import Retries, call
from ingest.index.names import Kind

ARTICLES: Kind = "articles"
COMMENTS: Kind = "article-comments"
VERSIONS: Kind = "article-versions"
MGET_DOCUMENTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RealtimeReader:
    """Fetches documents by id through the alias that `alias_of` names."""

    client: Elasticsearch
    retries: Retries
    alias_of: Callable[[Kind], str]

    def get(self, kind: Kind, ids: Sequence[str], source: str | bool = True) -> Iterator[dict[str, Any]]:
        """Yield what is found, in order, as hits with `_id`, `_version` and `_source` (whole, one field, or none)."""
        remaining = iter(ids)
        while some := list(islice(remaining, MGET_DOCUMENTS)):
            yield from call(partial(self._get_some, kind, some, source), self.retries)

    def _get_some(self, kind: Kind, ids: Sequence[str], source: str | bool) -> list[dict[str, Any]]:
        answer = self.client.mget(index=self.alias_of(kind), ids=ids, source=source)
        for document in answer["docs"]:
            if "error" in document:
                raise AnswerError(read_item_error(document["error"], 500))
        return [document for document in answer["docs"] if document["found"]]
