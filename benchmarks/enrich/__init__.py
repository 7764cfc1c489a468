"""How well enrichers read the lines of `samples.toml`: `python -m benchmarks.run enrich`.

What labelled pages and corpora measure of them is in the suites `extraction` (title, dates, authors) and `language`.
"""

from benchmarks.enrich.samples import measure_samples as measure

__all__ = ["measure"]
