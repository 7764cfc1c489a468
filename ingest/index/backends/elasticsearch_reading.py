"""Reading from Elasticsearch, written once for both of its clients: by query, and by id without a refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from ingest.awaiting import finish
from ingest.elastic.faults import AnswerError, read_exception, read_item_error
from ingest.elastic.retries import Retries
from ingest.elastic.sending import Request, Sender
from ingest.errors import CursorExpired, UsageError
from ingest.index.document import comment_id
from ingest.index.names import Kind
from ingest.index.protocol import Document

ARTICLES: Kind = "articles"
COMMENTS: Kind = "article-comments"
VERSIONS: Kind = "article-versions"
MGET_DOCUMENTS = 1000
# Half of an answer is none: without this a shard that is away is left out in silence.
WHOLE_SEARCH = "/_search?allow_partial_search_results=false"
SNAPSHOT_GONE = "search_context_missing_exception"
SNAPSHOT_EXPIRED = "cursor: what it walks over is no longer held; begin again without it"


class Reading:
    """The reading methods of an index; by id through the alias that `alias_of` names, by query through `searched`."""

    def __init__(self, sender: Sender, alias_of: Callable[[Kind], str], searched: Callable[[Kind], str]) -> None:
        self.alias_of = alias_of
        self._sender = sender
        self._searched = searched

    async def get(self, kind: Kind, ids: Sequence[str], source: str | bool = True) -> list[dict[str, Any]]:
        """Give what is found, in order, as hits with `_id`, `_version` and `_source` (whole, one field, or none)."""
        wanted = source if isinstance(source, str) else str(source).lower()
        path = f"/{self.alias_of(kind)}/_mget?_source={wanted}"
        found: list[dict[str, Any]] = []
        for start in range(0, len(ids), MGET_DOCUMENTS):
            some = list(ids[start : start + MGET_DOCUMENTS])
            found += await self._sender.send(Request("POST", path, {"ids": some}), _read_found)
        return found

    async def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole documents by minted id, without their stemmed fields; absent ids are absent."""
        return {hit["_id"]: hit["_source"] for hit in await self.get(ARTICLES, ids)}

    async def find(self, any_id: str) -> Document | None:
        """Fetch one document by its minted or its given id; of several with that given id the one captured last."""
        by_minted_id = (await self.documents([any_id])).get(any_id)
        if by_minted_id is not None:
            return by_minted_id
        query = {"query": {"term": {"given_id": any_id}}, "sort": [{"capture": "desc"}], "size": 1}
        hits = (await self.search(query))["hits"]["hits"]
        return hits[0]["_source"] if hits else None

    async def comments(self, article_id: str) -> Sequence[Document]:
        """Fetch an article's comments in the order of the thread, up to the last acknowledged write."""
        articles = await self.get(ARTICLES, [article_id], source="comment_count")
        for article in articles:
            ids = [comment_id(article_id, place) for place in range(article["_source"]["comment_count"])]
            found = await self.get(COMMENTS, ids)
            return [hit["_source"] for hit in found if hit["_version"] == article["_version"]]
        return []

    async def versions(self, version_ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole versions by `version_id`, without their stemmed fields; absent ones are absent."""
        return {hit["_id"]: hit["_source"] for hit in await self.get(VERSIONS, version_ids)}

    async def search(self, query: Document, *, versions: bool = False) -> Document:
        """Run a search body and give the body of the answer; raise UsageError where it is refused."""
        alias = self._searched(VERSIONS if versions else ARTICLES)
        path = WHOLE_SEARCH if "pit" in query else f"/{alias}{WHOLE_SEARCH}"
        try:
            return await self._sender.send(Request("POST", path, query), _read_whole)
        except ApiError as error:
            trouble = read_exception(error)
            if trouble.error == SNAPSHOT_GONE:
                raise CursorExpired(SNAPSHOT_EXPIRED, "cursor") from error
            raise UsageError(f"the index refuses the query: {trouble.message}") from error

    async def snapshot(self, query: Document, *, seconds: int, versions: bool = False) -> str | None:
        """Open a point in time, whatever the order: it also keeps a changed article from being given twice."""
        del query
        alias = self._searched(VERSIONS if versions else ARTICLES)
        opening = Request("POST", f"/{alias}/_pit?keep_alive={seconds}s")
        return await self._sender.send(opening, lambda body: str(body["id"]))

    async def release(self, snapshot: str) -> None:
        """Close a point in time."""
        with suppress(ApiError):
            await self._sender.send(Request("DELETE", "/_pit", {"id": snapshot}), _read_whole)


def _read_found(body: Any) -> list[dict[str, Any]]:
    """Give the documents that are there; an error in the place of one (its shard is just starting, say) is raised."""
    for document in body["docs"]:
        if "error" in document:
            raise AnswerError(read_item_error(document["error"], 500))
    return [document for document in body["docs"] if document["found"]]


def _read_whole(body: Any) -> Document:
    found: Document = body
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RealtimeReader:
    """Fetches documents by id for writers, which wait for them."""

    client: Elasticsearch
    retries: Retries
    reading: Reading

    def get(self, kind: Kind, ids: Sequence[str], source: str | bool = True) -> Iterator[dict[str, Any]]:
        """Yield what is found; see `Reading.get`."""
        return iter(finish(self.reading.get(kind, ids, source)))
