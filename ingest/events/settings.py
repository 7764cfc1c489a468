"""What may be set about events."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSettings:
    """When articles tell of the same event, and how much is remembered.

    Attributes:
        enabled: Whether ingestion groups articles into events.
        min_similarity: Least cosine of an article and an event, after decay, for the article to join.
        half_life_days: After how many days between an article and an event their similarity counts half.
        max_days: Events further away in time than this are not compared.
        title_weight: How often a word of the title counts as one of the body.
        terms_per_article: Most terms kept of an article, those that weigh most.
        terms_per_event: Most terms kept of an event.
        max_events: Events that are compared with, those last joined.
        max_members: Articles listed in an event; later ones join without being listed.
        max_known_terms: Terms of a language whose frequencies are kept, the commonest.
    """

    enabled: bool = True
    min_similarity: float = 0.25
    half_life_days: float = 14.0
    max_days: float = 30.0
    title_weight: int = 2
    terms_per_article: int = 60
    terms_per_event: int = 120
    max_events: int = 5_000
    max_members: int = 500
    max_known_terms: int = 30_000
