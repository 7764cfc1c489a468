"""What a user would pick instead, measured beside Broadsheet by the same script in the same run."""

from benchmarks.peers.comparison import measure

__all__ = ["measure"]
