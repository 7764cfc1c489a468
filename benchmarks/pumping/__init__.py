"""Whether the time of cleaning grows with the length of its text and no faster, over hostile texts."""

from benchmarks.pumping.growth import measure

__all__ = ["measure"]
