"""What may be set about decisions that people make."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSettings:
    """Who decides.

    Attributes:
        by: Who is named in a decision made with this command line; empty for the system's name of the user.
    """

    by: str = ""
