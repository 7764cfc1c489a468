"""How well extraction finds the article in labelled pages, what the page says of itself, and what that costs."""

from benchmarks.extraction.scoring import measure

__all__ = ["measure"]
