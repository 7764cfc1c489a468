"""What a backend answers -> what a search gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.search.query import CLUSTERS, HIT_FIELDS, LANGUAGES, STORIES, TOTAL, VALUES, facet_name
from ingest.search.request import SearchRequest

LISTS = ("author", "rights_holder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found; `score` is None where hits are sorted by date; `highlights` are HTML, matches in `<em>`.

    `comments` are those that matched, each with its `snippet` (see `add_comments`). `duplicates` counts the other
    articles of its cluster; None where that was not asked (see `add_duplicates`).
    """

    fields: Mapping[str, Any]
    score: float | None
    highlights: Mapping[str, list[str]]
    id: str
    cluster_id: str | None
    language: str | None = None
    comments: tuple[Mapping[str, Any], ...] = ()
    duplicates: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the shape of a hit in the answer of a search."""
        return {
            **self.fields,
            "duplicates": self.duplicates,
            "score": self.score,
            "highlights": dict(self.highlights),
            **({"comments": [dict(comment) for comment in self.comments]} if self.comments else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value of a facet and how many of the articles have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResponse:
    """What a search found.

    `total` counts matching articles, duplicates included; `total_stories` the clusters they belong to. Facets count the
    same articles as the hits: the canonical ones, unless duplicates are shown. `matching` counts the articles that are
    hits on this page or another, `last` is the place of the last hit in the order, `next` the cursor of the next page.
    """

    total: int
    total_stories: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    notes: tuple[str, ...]
    matching: int = 0
    last: tuple[Any, ...] | None = None
    next: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the answer of `search --json` and of the API."""
        return {
            "total": self.total,
            "total_stories": self.total_stories,
            "hits": [hit.to_json() for hit in self.hits],
            "facets": {
                name: [{"value": entry.value, "count": entry.count} for entry in entries]
                for name, entries in self.facets.items()
            },
            "timeline": [],
            "next": self.next,
            "notes": list(self.notes),
        }


def read_response(answer: Mapping[str, Any], request: SearchRequest) -> SearchResponse:
    """Read the body of a backend's answer to `build_query`."""
    aggregations, hits = answer.get("aggregations", {}), answer["hits"]["hits"]
    counted = aggregations.get(TOTAL, {"doc_count": 0, STORIES: {"value": 0}})
    facets = {name: aggregations.get(facet_name(name)) for name in dict.fromkeys(request.facets)}
    return SearchResponse(
        total=counted["doc_count"],
        total_stories=int(counted[STORIES]["value"]),
        hits=tuple(_read_hit(hit, request.fields or HIT_FIELDS) for hit in hits),
        facets={name: _read_facet(facet[VALUES]) for name, facet in facets.items() if facet is not None},
        notes=request.expression().notes,
        matching=answer["hits"].get("total", {}).get("value", 0),
        last=tuple(hits[-1]["sort"]) if hits and "sort" in hits[-1] else None,
    )


def add_duplicates(response: SearchResponse, answer: Mapping[str, Any]) -> SearchResponse:
    """Tell each hit how many other articles its cluster has, from the answer to `build_clusters_query`."""
    sizes = {entry.value: entry.count for entry in _read_facet(answer["aggregations"][CLUSTERS])}
    hits = tuple(replace(hit, duplicates=max(0, sizes.get(hit.cluster_id or "", 1) - 1)) for hit in response.hits)
    return replace(response, hits=hits)


def add_comments(response: SearchResponse, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> SearchResponse:
    """Give each hit the comments of it that matched, by its id; their passages are highlights too."""
    hits = []
    for hit in response.hits:
        comments = tuple(found.get(hit.id, ()))
        marked = {"comments": [str(comment["snippet"]) for comment in comments]} if comments else {}
        hits.append(replace(hit, comments=comments, highlights={**hit.highlights, **marked}))
    return replace(response, hits=tuple(hits))


def read_languages(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the answer to `build_languages_query`: the languages present, commonest first."""
    return tuple(entry.value for entry in _read_facet(answer["aggregations"][LANGUAGES]))


def _read_facet(terms: Mapping[str, Any]) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(value=str(entry["key"]), count=entry["doc_count"]) for entry in terms["buckets"])


def _read_hit(hit: Mapping[str, Any], names: Iterable[str]) -> Hit:
    source = hit["_source"]
    fields = {name: source.get(name, [] if name in LISTS else None) for name in dict.fromkeys(("id", *names))}
    highlight = hit.get("highlight", {})
    return Hit(
        id=source["id"],
        cluster_id=source.get("cluster_id"),
        language=source.get("language"),
        fields=fields,
        score=hit.get("_score"),
        highlights={name: list(highlight[name]) for name in ("title", "body") if name in highlight},
    )
