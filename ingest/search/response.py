"""What a backend answers -> what a search gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ingest.search.query import (
    CLUSTERS,
    DISTINCT,
    HIT_FIELDS,
    LANGUAGES,
    SAMPLE,
    SIGNIFICANT,
    STORIES,
    TIMELINE,
    TOTAL,
    VALUES,
    facet_name,
)
from ingest.search.request import SearchRequest
from ingest.search.timeline import Stretch, read_timeline

ASKED = re.compile(r"\w+")
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
class Facet:
    """The commonest values of a field; how many there are in all, and how often the others occur."""

    entries: tuple[FacetValue, ...]
    distinct: int
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignificantWord:
    """A word that is commoner among the best hits than in the index: in how many of each it stands."""

    word: str
    count: int
    background: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResponse:
    """What a search found.

    `total` counts matching articles, duplicates included; `total_stories` the clusters they belong to. Facets count the
    same articles as the hits: the canonical ones, unless duplicates are shown. `significant` is None where it was not
    asked for, `did_you_mean` where nothing better is known. `matching` counts the articles that are hits on this page
    or another, `last` is the place of the last hit in the order, `next` the cursor of the next page.
    """

    total: int
    total_stories: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Facet]
    notes: tuple[str, ...]
    timeline: tuple[Stretch, ...] = ()
    significant: tuple[SignificantWord, ...] | None = None
    did_you_mean: str | None = None
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
                name: [{"value": entry.value, "count": entry.count} for entry in facet.entries]
                for name, facet in self.facets.items()
            },
            "facet_totals": {
                name: {"values": facet.distinct, "others": facet.others} for name, facet in self.facets.items()
            },
            "timeline": [stretch.to_json() for stretch in self.timeline],
            **({} if self.significant is None else {"significant": [asdict(word) for word in self.significant]}),
            "did_you_mean": self.did_you_mean,
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
        facets={name: _read_facet(facet) for name, facet in facets.items() if facet is not None},
        timeline=read_timeline(aggregations[TIMELINE][VALUES]) if TIMELINE in aggregations else (),
        significant=_read_significant(aggregations.get(SIGNIFICANT), request),
        notes=request.expression().notes,
        matching=answer["hits"].get("total", {}).get("value", 0),
        last=tuple(hits[-1]["sort"]) if hits and "sort" in hits[-1] else None,
    )


def read_hits(answer: Mapping[str, Any]) -> tuple[Hit, ...]:
    """Read hits alone, with the usual fields."""
    return tuple(_read_hit(hit, HIT_FIELDS) for hit in answer["hits"]["hits"])


def add_duplicates(response: SearchResponse, answer: Mapping[str, Any]) -> SearchResponse:
    """Tell each hit how many other articles its cluster has, from the answer to `build_clusters_query`."""
    sizes = {entry.value: entry.count for entry in _read_values(answer["aggregations"][CLUSTERS])}
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
    return tuple(entry.value for entry in _read_values(answer["aggregations"][LANGUAGES]))


def _read_significant(answer: Mapping[str, Any] | None, request: SearchRequest) -> tuple[SignificantWord, ...] | None:
    """Read the significant words, without those that were asked for."""
    if answer is None:
        return () if request.significant else None
    asked = {word.lower() for word in ASKED.findall(request.q)}
    words = [
        SignificantWord(
            word=bucket["key"],
            count=bucket["doc_count"],
            background=bucket["bg_count"],
            score=round(bucket["score"], 4),
        )
        for bucket in answer[SAMPLE][VALUES]["buckets"]
        if bucket["key"] not in asked
    ]
    return tuple(words[: request.significant])


def _read_facet(answer: Mapping[str, Any]) -> Facet:
    entries = _read_values(answer[VALUES])
    return Facet(
        entries=entries,
        distinct=max(len(entries), int(answer[DISTINCT]["value"])),
        others=answer[VALUES].get("sum_other_doc_count", 0),
    )


def _read_values(terms: Mapping[str, Any]) -> tuple[FacetValue, ...]:
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
