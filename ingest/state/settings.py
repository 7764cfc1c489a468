"""What may be set about the records beside the index."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSettings:
    """Who decides, and how long runs are remembered.

    Attributes:
        by: Who is named in a decision made with this command line; empty for the system's name of the user.
        run_days: How long the record of a run is kept after its last entry, in days, where retention is applied; 0 for
            ever.
    """

    by: str = ""
    run_days: int = 90
