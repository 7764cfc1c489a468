"""What cleaning may be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanSettings:
    """Limits of cleaning; what is chrome is in the rules, not here.

    Attributes:
        min_body_chars: A body that cuts would bring under this many visible characters is kept whole and flagged.
        min_body_share: A body that cuts would bring under this share (0 to 1) of its text is kept whole and flagged.
        max_mark_run: Combining marks kept in a row; the rest of a longer run is taken as `control`.
        max_passes: How often a body is cleaned again at most, so that what a cut uncovers is seen.
    """

    min_body_chars: int = 300
    min_body_share: float = 0.5
    max_mark_run: int = 30
    max_passes: int = 4
