"""The index in Elasticsearch: articles and their comments behind aliases, written under external versions.

Comments are written before their article, so that an article that stands has its comments; a reader takes those that
carry the article's own version. What must be up to date is read by id, never by search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from elasticsearch import ApiError

from ingest.elastic.bulk import Action, BulkWriter, Outcome
from ingest.elastic.client import check_server, connect, name_server
from ingest.elastic.faults import AnswerError, read_exception, read_item_error
from ingest.elastic.retries import Clock, Retries, SystemClock, call
from ingest.errors import UsageError
from ingest.index.backends.elasticsearch_layout import check_layout, create_layout
from ingest.index.document import comment_id, fill_stemmed
from ingest.index.names import Kind, read_alias, write_alias
from ingest.index.protocol import Document, Receipt, Standing, Write
from ingest.index.settings import IndexSettings

ARTICLES: Kind = "articles"
COMMENTS: Kind = "article-comments"
MGET_DOCUMENTS = 1000


class ElasticsearchIndex:
    """An `Index` in Elasticsearch; several writers may work at once, the versions arbitrate."""

    def __init__(self, settings: IndexSettings, *, write: bool, clock: Clock | None = None) -> None:
        self._settings = settings
        self._write = write
        self._clock = clock or SystemClock()
        self._client = connect(settings)
        patience = settings.write_patience_seconds if write else settings.open_patience_seconds
        self._retries = self._be_patient(patience)
        self._bulk = BulkWriter(
            client=self._client,
            retries=self._retries,
            max_actions=settings.bulk_documents,
            max_bytes=settings.bulk_bytes,
        )

    def prepare(self) -> None:
        """Check server and mapping versions, and for a writer create what is missing.

        Raises UsageError where client and server do not fit, MappingMismatch where another mapping version stands.
        """
        retries = self._be_patient(self._settings.open_patience_seconds)
        check_server(self._client, retries)
        for kind in (ARTICLES, COMMENTS):
            if self._write:
                create_layout(self._client, retries, kind, self._settings)
            else:
                check_layout(self._client, retries, kind, self._settings)

    def standing(self, ids: Sequence[str]) -> Mapping[str, Standing]:
        """Look up versions and fingerprints by minted id; absent ids are absent."""
        found = self._get(ARTICLES, ids, source="fingerprint")
        return {hit["_id"]: Standing(hit["_version"], hit["_source"]["fingerprint"]) for hit in found}

    def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole documents by minted id, without their stemmed fields; absent ids are absent."""
        return {hit["_id"]: hit["_source"] for hit in self._get(ARTICLES, ids)}

    def find(self, any_id: str) -> Document | None:
        """Fetch one document by its minted or its given id; of several with that given id the one captured last."""
        by_minted_id = self.documents([any_id]).get(any_id)
        if by_minted_id is not None:
            return by_minted_id
        query = {"query": {"term": {"given_id": any_id}}, "sort": [{"capture": "desc"}], "size": 1}
        hits = self.search(query)["hits"]["hits"]
        return hits[0]["_source"] if hits else None

    def comments(self, article_id: str) -> Sequence[Document]:
        """Fetch an article's comments in the order of the thread, up to the last acknowledged write."""
        for article in self._get(ARTICLES, [article_id], source="comment_count"):
            ids = [comment_id(article_id, place) for place in range(article["_source"]["comment_count"])]
            hits = self._get(COMMENTS, ids)
            return [hit["_source"] for hit in hits if hit["_version"] == article["_version"]]
        return []

    def write(self, writes: Sequence[Write]) -> list[Receipt]:
        """Write articles whole with their comments; one receipt a write, in order, durable."""
        refused = self._write_comments(writes)
        accepted = [place for place in range(len(writes)) if place not in refused]
        outcomes = self._bulk.write([self._to_action(writes[place]) for place in accepted])
        by_place = refused | dict(zip(accepted, outcomes, strict=True))
        receipts = [self._to_receipt(write, by_place[place]) for place, write in enumerate(writes)]
        self._sweep([write for write, receipt in zip(writes, receipts, strict=True) if receipt.outcome == "stale"])
        return receipts

    def refresh(self) -> None:
        """Make every acknowledged write visible to `search`."""
        names = [self._alias(ARTICLES), self._alias(COMMENTS)]
        call(lambda: self._client.indices.refresh(index=names), self._retries)

    def search(self, query: Document) -> Document:
        """Run a search body over the articles and give the body of the answer; raise UsageError where it is refused."""
        path = f"/{read_alias(ARTICLES, self._settings.prefix)}/_search"
        headers = {"accept": "application/json", "content-type": "application/json"}
        try:
            answer = call(
                lambda: self._client.perform_request("POST", path, headers=headers, body=query),
                self._retries,
            )
        except ApiError as error:
            raise UsageError(f"the index refuses the query: {read_exception(error).message}") from error
        body: Document = answer.body
        return body

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _be_patient(self, seconds: float) -> Retries:
        return Retries(
            patience_seconds=seconds,
            backoff_start_seconds=self._settings.backoff_start_seconds,
            backoff_cap_seconds=self._settings.backoff_cap_seconds,
            target=name_server(self._settings.url),
            clock=self._clock,
        )

    def _alias(self, kind: Kind) -> str:
        """Name the alias to read by id: a writer compares with what it writes to."""
        return (write_alias if self._write else read_alias)(kind, self._settings.prefix)

    def _get(self, kind: Kind, ids: Sequence[str], source: str | None = None) -> Iterator[dict[str, Any]]:
        """Fetch by id, in order, up to the last acknowledged write."""
        remaining = iter(ids)
        while some := list(islice(remaining, MGET_DOCUMENTS)):
            yield from call(partial(self._get_some, kind, some, source), self._retries)

    def _get_some(self, kind: Kind, ids: Sequence[str], source: str | None) -> list[dict[str, Any]]:
        answer = self._client.mget(index=self._alias(kind), ids=ids, source_includes=source)
        for document in answer["docs"]:
            if "error" in document:
                raise AnswerError(read_item_error(document["error"], 500))
        return [document for document in answer["docs"] if document["found"]]

    def _to_action(self, write: Write) -> Action:
        alias = write_alias(ARTICLES, self._settings.prefix)
        return Action(alias=alias, id=write.id, version=write.version, source=fill_stemmed(write.document))

    def _to_receipt(self, write: Write, outcome: Outcome) -> Receipt:
        if outcome.result == "stale" and outcome.unsure and self._is_ours(write):
            return Receipt(write.id, "written")
        return Receipt(write.id, outcome.result, outcome.error, outcome.message)

    def _is_ours(self, write: Write) -> bool:
        """Say whether an attempt whose answer was lost is what stands now."""
        return self.standing([write.id]).get(write.id) == Standing(write.version, write.document["fingerprint"])

    def _write_comments(self, writes: Sequence[Write]) -> dict[int, Outcome]:
        """Write the comments of all articles and delete those that are no more; give what was refused by article.

        Equal versions overwrite: an attempt that died before its article was written may have left other comments.
        """
        counts = self._count_comments([write.id for write in writes])
        actions: list[Action] = []
        owners: list[int] = []
        for place, write in enumerate(writes):
            sources: dict[str, Document | None] = {comment["id"]: comment for comment in write.comments}
            surplus = range(len(write.comments), counts.get(write.id, 0))
            sources |= {comment_id(write.id, position): None for position in surplus}
            actions += self._to_comment_actions(sources, write.version)
            owners += [place] * len(sources)
            counts[write.id] = max(counts.get(write.id, 0), len(write.comments))
        outcomes = self._bulk.write(actions)
        return {place: outcome for place, outcome in zip(owners, outcomes, strict=True) if outcome.result == "rejected"}

    def _to_comment_actions(self, sources: Mapping[str, Document | None], version: int) -> list[Action]:
        alias = write_alias(COMMENTS, self._settings.prefix)
        return [
            Action(alias=alias, id=key, version=version, source=source, version_type="external_gte")
            for key, source in sources.items()
        ]

    def _count_comments(self, ids: Sequence[str]) -> dict[str, int]:
        found = self._get(ARTICLES, ids, source="comment_count")
        return {hit["_id"]: hit["_source"]["comment_count"] for hit in found}

    def _sweep(self, stale: Sequence[Write]) -> None:
        """Delete the comments of writes that came too late, where the newer version has none in their places."""
        late = {write.id: write for write in stale if write.comments}
        actions: list[Action] = []
        for hit in self._get(ARTICLES, list(late), source="comment_count"):
            places = range(hit["_source"]["comment_count"], len(late[hit["_id"]].comments))
            gone = {comment_id(hit["_id"], place): None for place in places}
            actions += self._to_comment_actions(gone, hit["_version"])
        self._bulk.write(actions)
