"""The shapes of answers, for the OpenAPI document; answers are built elsewhere and checked against these in tests."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Open(BaseModel):
    """A shape that may carry more than it names."""

    model_config = ConfigDict(extra="allow")


class Problem(Open):
    """An error: what was wrong (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Bad Request"])
    status: int = Field(examples=[400])
    detail: str = Field(examples=["sort: 'best' is none of relevance, newest, oldest"])


class Hit(Open):
    """One article found. `highlights` are HTML with matches in `<em>`, everything else encoded."""

    id: str = Field(examples=["f17ca377437d45190e840a6d922ae4b5"])
    given_id: str | None = Field(default=None, examples=["desk-17"])
    score: float | None = Field(default=None, examples=[7.31])
    title: str | None = Field(default=None, examples=["Harbour pilots ask for a second cutter"])
    url: str | None = Field(default=None, examples=["https://northgatecourier.example/2023/cutter"])
    publisher: str | None = Field(default=None, examples=["Northgate Courier"])
    published_at: str | None = Field(default=None, examples=["2023-02-14T08:30:00Z"])
    language: str | None = Field(default=None, examples=["en"])
    duplicates: int | None = Field(default=None, description="Other articles of its cluster.", examples=[2])
    highlights: dict[str, list[str]] = Field(
        default_factory=dict, examples=[{"body": ["a second <em>cutter</em> for the pilots"]}]
    )


class FacetValue(Open):
    """A value of a facet, and how many articles have it."""

    value: str = Field(examples=["Northgate Courier"])
    count: int = Field(ge=0, examples=[12])


class FacetTotal(Open):
    """How many values a facet has in all, and how often those that are not listed occur."""

    values: int = Field(ge=0, examples=[31])
    others: int = Field(ge=0, examples=[204])


class Stretch(Open):
    """The days from one to another, both included, and how many articles were published in them."""

    start: str = Field(alias="from", examples=["2023-01-01"])
    to: str = Field(examples=["2023-01-31"])
    count: int = Field(ge=0, examples=[12])


class SignificantWord(Open):
    """A word that is commoner among the best hits than in the index, and in how many of each it stands."""

    word: str = Field(examples=["cutter"])
    count: int = Field(ge=1)
    background: int = Field(ge=1)
    score: float


class SearchAnswer(Open):
    """What a search found; `next` is the cursor of the next page, null on the last one."""

    total: int = Field(ge=0, description="Matching articles, duplicates included.", examples=[11])
    total_stories: int = Field(ge=0, description="Distinct clusters among them.", examples=[9])
    hits: list[Hit]
    facets: dict[str, list[FacetValue]]
    facet_totals: dict[str, FacetTotal] = Field(default_factory=dict)
    timeline: list[Stretch]
    significant: list[SignificantWord] = Field(default_factory=list)
    did_you_mean: str | None = Field(default=None, description="The query with the words that were probably meant.")
    next: str | None = Field(examples=[None])
    notes: list[str] = Field(default_factory=list, description="What of the query was read otherwise than written.")


class Completion(Open):
    """A text that goes on from what is typed: words of titles, or a name; in how many articles."""

    text: str = Field(examples=["harbour pilots"])
    kind: Literal["title", "name"]
    count: int = Field(ge=1)


class Suggestions(Open):
    """What may follow what is being typed, and what was probably meant."""

    q: str = Field(examples=["harb"])
    completions: list[Completion]
    did_you_mean: str | None = Field(examples=[None])


class SimilarArticles(Open):
    """The articles most like one, best first."""

    id: str
    similar: list[Hit]


class Article(Open):
    """One article with all its fields; docs/fields.md describes them."""

    id: str = Field(examples=["f17ca377437d45190e840a6d922ae4b5"])
    title: str | None = Field(examples=["Harbour pilots ask for a second cutter"])
    body: str = Field(examples=["The pilots of Port Meridian have asked the harbour board for a second cutter."])


class Versions(Open):
    """What an article said before, oldest first."""

    id: str
    versions: list[dict[str, Any]]


class Comments(Open):
    """The readers' comments of an article in the order of the thread."""

    id: str
    comments_complete: bool | None
    comments: list[dict[str, Any]]


class RemovedSpan(Open):
    """What was removed: `[start, end)` in code points of the original, its class, the rule that took it."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    span_class: str = Field(alias="class", examples=["copyright"])
    rule: str = Field(examples=["copyright.notice"])
    text: str


class Cleaning(Open):
    """An article's original and every span that was removed from it."""

    id: str
    original: str
    spans: list[RemovedSpan]
    suggested_spans: list[RemovedSpan]


class ClusterMembers(Open):
    """The copies of an article, the canonical one first."""

    cluster_id: str
    members: list[dict[str, Any]]


class EventMembers(Open):
    """The event that an article tells of; null for none."""

    id: str
    event: dict[str, Any] | None
    articles: list[dict[str, Any]]


class CleanLine(Open):
    """A cleaned document, as a line of `clean --json`."""

    id: str
    body: str
    spans: list[dict[str, Any]]


class Accepted(Open):
    """Documents that are safe in the lake; they are indexed soon after."""

    accepted: int = Field(ge=0, examples=[1])
    dropped: int = Field(ge=0, examples=[0])
    failed: int = Field(ge=0, examples=[0])
    documents: list[dict[str, Any]]


class SavedQuery(Open):
    """A search with a name; `query` is what follows the question mark in its address."""

    id: str = Field(examples=["0f3c9a1b2c3d"])
    name: str
    query: str
    by: str
    created_at: str
    alert: dict[str, Any] | None


class SavedQueries(Open):
    """The saved queries by their names."""

    queries: list[SavedQuery]


class JsonFeed(Open):
    """A feed (jsonfeed.org, version 1.1)."""

    version: Literal["https://jsonfeed.org/version/1.1"]
    title: str
    feed_url: str
    items: list[dict[str, Any]]


class Health(Open):
    """Whether the service answers."""

    status: Literal["ok"]


class Ready(Health):
    """Whether the index answers, and how many articles it holds."""

    articles: int = Field(ge=0, examples=[42])
