"""How well extraction finds the article in labelled pages, what the page says of itself, and what that costs."""

from benchmarks.extraction.scoring import measure
from benchmarks.extraction.telling import explain

__all__ = ["explain", "measure"]
