"""Which language a text is in, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """An ISO 639-1 code (`zh-cn`, `zh-tw` as langdetect names them; `und` where nothing tells) and 0 to 1.

    `others` are languages that parts of the text are in, the commonest first.
    """

    code: str
    confidence: float
    others: tuple[str, ...] = ()

    @property
    def mixed(self) -> bool:
        """Whether the text is in more than one language."""
        return bool(self.others)


UNDETERMINED = Language(code="und", confidence=0.0)
