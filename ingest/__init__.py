"""Broadsheet: clean scraped news articles, keep a record of what was removed, and index them.

For programs: `from ingest import clean, Settings`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

# The room is loaded before the function that carries its name, since loading a submodule sets the attribute.
import ingest.clean  # noqa: F401 - loaded for the reason above

if TYPE_CHECKING:
    from ingest.model import Cleaning
    from ingest.settings import Settings

__version__ = "0.1.0"
__all__ = ["Settings", "__version__", "clean"]


def clean(text: str, *, url: str | None = None, publisher: str | None = None) -> Cleaning:
    """Clean a scraped text with the default settings and give its body, its spans and what they said.

    Offsets of spans and comments count code points of `text`; `body` is the uncovered rest, joined in order. The rules
    that were accepted for the page's publisher apply, told by the address or else by the name.
    """
    from ingest.clean.cleaner import clean_text  # noqa: PLC0415 - loads the rules at the first use, not at import
    from ingest.clean.learned.packaged import accepted_for  # noqa: PLC0415 - likewise
    from ingest.clean.settings import CleanSettings  # noqa: PLC0415 - likewise

    accepted = accepted_for(url, publisher) if url or publisher else ()
    return clean_text(text, CleanSettings(), url=url, publisher=publisher, accepted=accepted)


def __getattr__(name: str) -> Any:
    """Load Settings at its first use: it brings every room's record and pydantic."""
    if name == "Settings":
        from ingest.settings import Settings  # noqa: PLC0415 - see the docstring

        return Settings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
