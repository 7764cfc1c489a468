"""Searching the index, and looking at one article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from ingest.errors import ArticleMissing, UsageError
from ingest.index.mapping import articles_mapping, stem_of
from ingest.index.opening import open_index
from ingest.index.protocol import Document, Index
from ingest.jobs.paging import Paging, find_secret, is_past
from ingest.jobs.versions import find_version, list_versions
from ingest.lake import Lake, open_lake
from ingest.model import Page, Payload
from ingest.pipeline import Rooms, extracting_stage, open_pool, reading_stage
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


class Reader:
    """Searches and shows articles over one index, opened when it is first asked; several threads may ask at once.

    What languages the index holds may be believed for `hold_seconds`. Every method raises Unavailable where the index
    does not answer.
    """

    def __init__(self, settings: Settings, *, hold_seconds: float = 0.0) -> None:
        self._settings = settings
        self._index = open_index(settings.index, write=False)
        self._paging = Paging(
            self._index, cache(lambda: CursorSigner(find_secret(settings))), hold_seconds=hold_seconds
        )

    def search(self, parameters: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Search; parameters are those of the API, the answer is its body. UsageError where one cannot be read."""
        request = self._read(parameters)
        response = self._paging.search(request)
        clusters = [hit.cluster_id for hit in response.hits if hit.cluster_id is not None]
        if clusters:
            counting = build_clusters_query(clusters, request.as_of)
            response = add_duplicates(response, self._index.search(counting, versions=is_past(request)))
        elif not response.total and request.cursor is None:
            response = replace(response, did_you_mean=self._find_meant(request.q))
        return response.to_json()

    def suggest(self, typed: str, size: int | None = None) -> dict[str, Any]:
        """Give what may follow what is being typed, and what was probably meant; RequestError where it is too long."""
        settings = self._settings.search
        query = build_completion_query(typed, settings)
        found = (
            () if query is None else read_completions(typed, self._index.search(query), size or settings.suggestions)
        )
        meant = self._find_meant(typed) if query is not None and not found else None
        return {"q": typed, "completions": [asdict(each) for each in found], "did_you_mean": meant}

    def _find_meant(self, text: str) -> str | None:
        query = build_words_query(text)
        return read_words(text, self._index.search(query)) if query["suggest"][WORDS]["text"] else None

    def show_similar(self, any_id: str, size: int | None = None) -> dict[str, Any]:
        """Give the articles most like one, its copies left out; ArticleMissing where there is no such article."""
        document = find(self._index, any_id)
        query = build_similar_query(document, stem_of(document["language"]), size or self._settings.search.similar)
        hits = read_hits(self._index.search(query))
        return {"id": document["id"], "similar": [hit.to_json() for hit in hits]}

    def walk(self, parameters: Iterable[tuple[str, str]], page_size: int = 1000) -> Iterator[dict[str, Any]]:
        """Yield every hit of a search once, as pages `{"hits", "next"}` without counts; `cursor` goes on from a page.

        For exports and feeds: pages may be larger than those of a search. The parameters are checked before the first
        page is asked for.
        """
        most = replace(self._settings.search, max_size=page_size, default_size=page_size)
        given = [(name, text) for name, text in parameters if name not in ("size", "facets")]
        return self._pages(self._read([("highlight", "false"), *given], most))

    def leave(self, parameters: Iterable[tuple[str, str]]) -> None:
        """Let go of what is held for the walk that a `cursor` goes on with; the cursor ends with it."""
        self._paging.leave(self._read([pair for pair in parameters if pair[0] not in ("size", "facets")]))

    def check(self, parameters: Iterable[tuple[str, str]]) -> None:
        """Raise UsageError where the parameters of a search cannot be read; nothing is searched."""
        self._read(parameters)

    def _pages(self, request: SearchRequest) -> Iterator[dict[str, Any]]:
        while True:
            page = self._paging.search(request, counted=False)
            yield {"hits": [hit.to_json() for hit in page.hits], "next": page.next}
            if page.next is None:
                return
            request = replace(request, cursor=page.next)

    def _read(self, parameters: Iterable[tuple[str, str]], settings: SearchSettings | None = None) -> SearchRequest:
        mapping = articles_mapping()
        return read_request(parameters, mapping.facets, settings or self._settings.search, HIT_FIELDS)

    def fetch(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Give whole articles by their minted ids, with their comments; those that are gone are left out."""
        documents = self._index.documents(ids)
        found = [documents[key] for key in ids if key in documents]
        return [
            {**document, "comments": list(self._index.comments(document["id"])) if document["comment_count"] else []}
            for document in found
        ]

    def show(self, any_id: str, view: View | None = None) -> dict[str, Any]:
        """Give one article by its minted or given id; ArticleMissing where there is none, or none stood then."""
        view = view or View()
        current = find(self._index, any_id)
        document = current if view.as_of is None else find_version(self._index, current, view.as_of)
        shown = {key: value for key, value in document.items() if key not in NOT_SHOWN}
        if view.comments:
            shown["comments"] = [dict(comment) for comment in self._index.comments(document["id"])]
        if view.versions:
            shown["versions"] = list_versions(self._index, current)
        return shown | show_spans(document, read_original(document, self._settings)) if view.spans else shown

    def show_cleaning(self, any_id: str) -> dict[str, Any]:
        """Give an article's original text and what was removed from it."""
        document = find(self._index, any_id)
        original = read_original(document, self._settings)
        return {"id": document["id"], "original": original, **show_spans(document, original)}

    def show_cluster(self, any_id: str) -> dict[str, Any]:
        """Give the members of an article's cluster, at most 1,000, the canonical one first."""
        document = find(self._index, any_id)
        query = {
            "query": {"terms": {"cluster_id": [document["cluster_id"]]}},
            "sort": [{"published_at": {"order": "asc", "missing": "_last"}}, {"id": {"order": "asc"}}],
            "size": MAX_MEMBERS,
            "_source": list(MEMBER_FIELDS),
        }
        members = [hit["_source"] for hit in self._index.search(query)["hits"]["hits"]]
        return {
            "cluster_id": document["cluster_id"],
            "members": sorted(members, key=lambda each: not each["canonical"]),
        }

    def count(self) -> int:
        """Count the articles of the index."""
        return int(self._index.search({"size": 0, "track_total_hits": True})["hits"]["total"]["value"])

    def close(self) -> None:
        """Let go of connections."""
        self._index.close()


def search(parameters: Iterable[tuple[str, str]], settings: Settings) -> dict[str, Any]:
    """Search as the API does; see Reader.search."""
    with closing(Reader(settings)) as reader:
        return reader.search(parameters)


def show(any_id: str, settings: Settings, view: View | None = None) -> dict[str, Any]:
    """Give one article by its minted or given id; see Reader.show."""
    with closing(Reader(settings)) as reader:
        return reader.show(any_id, view)


def show_spans(document: Document, original: str) -> dict[str, Any]:
    """Give what was removed from an article's original, and what was only suggested, with its text and its number."""
    kinds = zip(("spans", "suggested_spans"), number_spans(document), strict=True)
    return {kind: [{**span, "text": original[span["start"] : span["end"]]} for span in spans] for kind, spans in kinds}


def read_original(document: Document, settings: Settings) -> str:
    """Make the text that an article's spans cover again; see `extract_original`."""
    with open_lake(settings.lake, create=False) as lake, open_pool(settings) as pool:
        return extract_original(document, lake, Rooms(settings=settings, pool=pool)).text


def number_spans(document: Document) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give spans and suggested spans with their numbers from 1; the suggested ones go on where the others end."""
    spans, suggested = document["spans"], document["suggested_spans"]
    return (
        [{"number": number, **span} for number, span in enumerate(spans, start=1)],
        [{"number": number, **span} for number, span in enumerate(suggested, start=len(spans) + 1)],
    )


def extract_original(document: Document, lake: Lake, rooms: Rooms) -> Page:
    """Make the page whose text an article's spans cover again, from its bytes in the lake.

    Raises UsageError where the lake at hand does not hold them, or where this code extracts another text than the one
    that the spans were taken on.
    """
    payloads = [take_payload(lake, document)]
    page = next(extracting_stage(rooms).run(reading_stage(rooms.settings, None).run(payloads)))
    if not isinstance(page, Page) or len(page.text) != document["original_characters"]:
        raise UsageError(
            f"{document['id']}: its text was made by another version ({document['extractor']}); ingest it again"
        )
    return page


def take_payload(lake: Lake, document: Document) -> Payload:
    """Take an article's payload from the lake; raise UsageError where this lake does not have it."""
    capture = lake.capture(document["capture"])
    if capture is None or capture.id != document["id"]:
        raise UsageError(f"{document['id']}: its bytes are not in this lake; name the right one with --lake")
    return lake.read(capture).payload


def show_raw(any_id: str, settings: Settings) -> bytes:
    """Give an article's bytes as they came, from the lake."""
    with open_to_read(settings) as index:
        document = find(index, any_id)
    with open_lake(settings.lake, create=False) as lake:
        return take_payload(lake, document).content


def find(index: Index, any_id: str) -> Document:
    """Fetch a document; raise ArticleMissing where there is none."""
    document = index.find(any_id)
    if document is None:
        raise ArticleMissing(f"{any_id}: no such article in the index")
    return document


@contextmanager
def open_to_read(settings: Settings) -> Iterator[Index]:
    """Open the index for reading."""
    index = open_index(settings.index, write=False)
    try:
        yield index
    finally:
        index.close()
