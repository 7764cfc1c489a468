"""How clean plain texts become: scored on labelled articles, by the shared scorer; and how often each rule is wrong."""

from benchmarks.cleaning.scoring import measure

__all__ = ["measure"]
