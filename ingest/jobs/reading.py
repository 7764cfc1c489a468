"""Searching and showing articles, written once: servers await it, commands run it at a stretch (see `searching`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from ingest.errors import ArticleMissing
from ingest.index.mapping import articles_mapping, stem_of
from ingest.index.opening import open_reader
from ingest.index.protocol import Document
from ingest.index.reading import IndexReader
from ingest.jobs.events import find_event
from ingest.jobs.originals import read_original, show_spans
from ingest.jobs.paging import Paging, find_secret, is_past
from ingest.jobs.versions import find_version, list_versions
from ingest.search import SearchRequest, add_duplicates, build_clusters_query, read_request
from ingest.search.cursor import CursorSigner
from ingest.search.response import read_hits
from ingest.search.settings import SearchSettings
from ingest.search.similarity import build_similar_query
from ingest.search.suggesting import WORDS, build_completion_query, build_words_query, read_completions, read_words
from ingest.settings import Settings

# What the index holds for machines; `show --spans` asks for the spans.
NOT_SHOWN = frozenset({"spans", "suggested_spans", "stemmed", "fingerprint", "comments_digest", "history"})
# What a caller may filter by and count, and the limits where no setting says otherwise.
FACETS = articles_mapping().facets
HIT_FIELDS = tuple(name for name in articles_mapping().properties if name not in NOT_SHOWN)
SEARCH_LIMITS = SearchSettings()
MAX_MEMBERS = 1000
MEMBER_FIELDS = (
    *("id", "given_id", "url", "title", "publisher", "published_at", "canonical", "canonical_reason"),
    *("cluster_kind", "similarity", "duplicate_of"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What to show of an article beside its fields.

    `spans`: what was removed. `comments`: the thread. `versions`: what it said before, with the way from each to the
    next. `as_of`: the version that stood then, in the place of the present one.
    """

    spans: bool = False
    comments: bool = False
    versions: bool = False
    as_of: str | None = None


class AsyncReader:
    """Searches and shows articles over one index, which is opened when it is first asked; it serves many at once.

    What languages the index holds may be believed for `hold_seconds`. Every method raises Unavailable where the index
    does not answer. A call that is cancelled asks nothing more of the index.
    """

    def __init__(self, settings: Settings, index: IndexReader, *, hold_seconds: float = 0.0) -> None:
        self._settings = settings
        self._index = index
        self._paging = Paging(index, lambda: CursorSigner(find_secret(settings)), hold_seconds=hold_seconds)

    async def search(self, parameters: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Search; parameters are those of the API, the answer is its body. UsageError where one cannot be read."""
        request = read_parameters(parameters, self._settings.search)
        response = await self._paging.search(request)
        clusters = [hit.cluster_id for hit in response.hits if hit.cluster_id is not None]
        if clusters:
            counting = build_clusters_query(clusters, request.as_of)
            response = add_duplicates(response, await self._index.search(counting, versions=is_past(request)))
        elif not response.total and request.cursor is None:
            response = replace(response, did_you_mean=await self._find_meant(request.q))
        return response.to_json()

    async def suggest(self, typed: str, size: int | None = None) -> dict[str, Any]:
        """Give what may follow what is being typed, and what was probably meant; RequestError where it is too long."""
        settings = self._settings.search
        query = build_completion_query(typed, settings)
        if query is None:
            return {"q": typed, "completions": [], "did_you_mean": None}
        found = read_completions(typed, await self._index.search(query), size or settings.suggestions)
        meant = None if found else await self._find_meant(typed)
        return {"q": typed, "completions": [asdict(each) for each in found], "did_you_mean": meant}

    async def _find_meant(self, text: str) -> str | None:
        query = build_words_query(text)
        return read_words(text, await self._index.search(query)) if query["suggest"][WORDS]["text"] else None

    async def show_similar(self, any_id: str, size: int | None = None) -> dict[str, Any]:
        """Give the articles most like one, its copies left out; ArticleMissing where there is no such article."""
        document = await self._find(any_id)
        query = build_similar_query(document, stem_of(document["language"]), size or self._settings.search.similar)
        hits = read_hits(await self._index.search(query))
        return {"id": document["id"], "similar": [hit.to_json() for hit in hits]}

    async def page(self, parameters: Iterable[tuple[str, str]], page_size: int) -> dict[str, Any]:
        """Give a page `{"hits", "next"}` of a walk over every hit of a search, without counts; `cursor` goes on.

        For exports and alerts: it may be larger than the page of a search.
        """
        most = replace(self._settings.search, max_size=page_size, default_size=page_size)
        given = [(name, text) for name, text in parameters if name not in ("size", "facets")]
        page = await self._paging.search(read_parameters([("highlight", "false"), *given], most), counted=False)
        return {"hits": [hit.to_json() for hit in page.hits], "next": page.next}

    async def leave(self, parameters: Iterable[tuple[str, str]]) -> None:
        """Let go of what is held for the walk that a `cursor` goes on with; the cursor ends with it."""
        given = [pair for pair in parameters if pair[0] not in ("size", "facets")]
        await self._paging.leave(read_parameters(given, self._settings.search))

    async def fetch(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Give whole articles by their minted ids, with their comments; those that are gone are left out."""
        documents = await self._index.documents(ids)
        found = [documents[key] for key in ids if key in documents]
        return [
            {**each, "comments": list(await self._index.comments(each["id"])) if each["comment_count"] else []}
            for each in found
        ]

    async def show(self, any_id: str, view: View | None = None) -> dict[str, Any]:
        """Give one article by its minted or given id; ArticleMissing where there is none, or none stood then."""
        view = view or View()
        current = await self._find(any_id)
        document = current if view.as_of is None else await find_version(self._index, current, view.as_of)
        shown = {key: value for key, value in document.items() if key not in NOT_SHOWN}
        if view.comments:
            shown["comments"] = [dict(comment) for comment in await self._index.comments(document["id"])]
        if view.versions:
            shown["versions"] = await list_versions(self._index, current)
        return shown | show_spans(document, await self._read_original(document)) if view.spans else shown

    async def show_cleaning(self, any_id: str) -> dict[str, Any]:
        """Give an article's original text and what was removed from it."""
        document = await self._find(any_id)
        original = await self._read_original(document)
        return {"id": document["id"], "original": original, **show_spans(document, original)}

    async def show_cluster(self, any_id: str) -> dict[str, Any]:
        """Give the members of an article's cluster, at most 1,000, the canonical one first."""
        document = await self._find(any_id)
        query = {
            "query": {"terms": {"cluster_id": [document["cluster_id"]]}},
            "sort": [{"published_at": {"order": "asc", "missing": "_last"}}, {"id": {"order": "asc"}}],
            "size": MAX_MEMBERS,
            "_source": list(MEMBER_FIELDS),
        }
        members = [hit["_source"] for hit in (await self._index.search(query))["hits"]["hits"]]
        return {
            "cluster_id": document["cluster_id"],
            "members": sorted(members, key=lambda each: not each["canonical"]),
        }

    async def show_event(self, any_id: str) -> dict[str, Any]:
        """Give the event that an article tells of, with its articles; `event` is None for none."""
        article = await self._find(any_id)
        return await find_event(article["id"], self._index, self._settings)

    async def count(self) -> int:
        """Count the articles of the index."""
        answer = await self._index.search({"size": 0, "track_total_hits": True})
        return int(answer["hits"]["total"]["value"])

    async def close(self) -> None:
        """Let go of connections and threads."""
        await self._index.close()

    async def _find(self, any_id: str) -> Document:
        document = await self._index.find(any_id)
        if document is None:
            raise ArticleMissing(f"{any_id}: no such article in the index")
        return document

    async def _read_original(self, document: Document) -> str:
        return await self._index.aside(partial(read_original, document, self._settings))


def open_async_reader(settings: Settings) -> AsyncReader:
    """Open what a server reads with, on the loop that uses it; it asks so much of the index at once as is set."""
    index = open_reader(settings.index, at_once=settings.api.index_requests)
    return AsyncReader(settings, index, hold_seconds=settings.api.languages_hold_seconds)


def read_parameters(parameters: Iterable[tuple[str, str]], settings: SearchSettings) -> SearchRequest:
    """Read a search from its parameters; UsageError where one cannot be meant."""
    return read_request(parameters, FACETS, settings, HIT_FIELDS)
