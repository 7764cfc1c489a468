"""What may be set about searching."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How much one search may ask for, and how words are weighed.

    Attributes:
        max_query_characters: Longest query, in characters.
        max_query_terms: Most words in a query, those of phrases included.
        max_nesting: Deepest parentheses; what goes deeper is refused.
        min_prefix_characters: Fewest characters before the star of a prefix.
        max_filter_values: Most values to filter by and to exclude, all fields together.
        default_size: Hits of a search that names no size.
        max_size: Most hits of one search.
        facet_size: Values listed for each facet where the search names no size.
        max_facet_size: Most values listed for a facet.
        cursor_seconds: How long what a cursor walks over is held for its next page.
        cursor_secret: What cursors are signed with; empty for a secret of the system's own, kept beside the index.
        exact_weight: How much a word in its exact form adds to the score, as a share of its stemmed form's.
        recency_weight: How much being new adds to the score of an article, at most; a word's score is about 1 to 10.
        recency_half_life_days: The age at which half of that is left.
        quality_weight: How much the best quality adds to the score.
        exact_story_count: Up to this many stories their number is counted exactly; above it, within about 1 %.
        timeline_buckets: Most stretches of time that a timeline is cut into.
        significant_sample: How many of the best hits significant words are taken from.
        max_significant: Most significant words of one search.
        suggestions: Completions given where a request names no number.
        similar: Similar articles given where a request names no number.
        fragment_characters: Length of a highlighted passage.
        fragments: Most highlighted passages of one article.
        comment_snippets: Most comments of one article that are shown where comments were searched.
        searched_comments: How many comments of an article are looked through for those.
        highlighted_languages: In how many languages, the commonest first, words are highlighted by their stem; each
            costs Elasticsearch time.
        max_highlighted_characters: How far into a body highlights are looked for.
    """

    max_query_characters: int = 512
    max_query_terms: int = 64
    max_nesting: int = 20
    min_prefix_characters: int = 3
    max_filter_values: int = 256
    default_size: int = 10
    max_size: int = 100
    facet_size: int = 10
    max_facet_size: int = 1000
    cursor_seconds: int = 900
    cursor_secret: str = field(default="", repr=False)
    exact_weight: float = 0.15
    recency_weight: float = 0.0
    recency_half_life_days: float = 7.0
    quality_weight: float = 0.0
    exact_story_count: int = 40_000
    timeline_buckets: int = 40
    significant_sample: int = 200
    max_significant: int = 50
    suggestions: int = 8
    similar: int = 10
    fragment_characters: int = 160
    fragments: int = 3
    comment_snippets: int = 3
    searched_comments: int = 500
    highlighted_languages: int = 6
    max_highlighted_characters: int = 200_000
