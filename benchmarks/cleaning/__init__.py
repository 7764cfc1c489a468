"""How clean plain texts become: every figure by document, label, class, rule and half of the publishers."""

from benchmarks.cleaning.scoring import explain, measure

__all__ = ["explain", "measure"]
