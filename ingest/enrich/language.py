"""The language of a text: langdetect's profiles and walk, by langdetect-rs, else by langdetect itself.

Both are seeded, so that the same text always has the same answer; tests hold the two to identical answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.mixture import find_others
from ingest.enrich.settings import LanguageSettings
from ingest.model import UNDETERMINED, Language

SEED = 0
PARTS = 3
"""Of a long text the beginning, the middle and the end are read: a quotation at its head is not its language."""


HINT = ("language", "source")
HINT_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Detector:
    """The profiles of 55 languages, loaded once, in one of the two implementations."""

    detect_langs: Callable[[str], Sequence[Any]]
    no_features: type[Exception]

    def detect(self, text: str) -> Language:
        """Name the likeliest language; `und` where the text has no features or nothing is likely.

        The last bits of a probability depend on the order of the profiles on the disk: it is rounded to four places.
        """
        try:
            likely = self.detect_langs(text)
        except self.no_features:
            return UNDETERMINED
        return Language(code=likely[0].lang, confidence=round(likely[0].prob, 4)) if likely else UNDETERMINED


@lru_cache(maxsize=1)
def load_detector() -> Detector:
    """Load langdetect-rs, or the reference where there is no wheel of it for this machine.

    Its functions for whole texts walk over a text once; its `Detector` objects, made to be langdetect's, walk twice.
    """
    try:
        from langdetect_rs import DetectorFactory, LangDetectException, detect_langs  # noqa: PLC0415 - may be absent
    except ImportError:
        return load_reference()
    DetectorFactory.seed = SEED
    return Detector(detect_langs, LangDetectException)


@lru_cache(maxsize=1)
def load_reference() -> Detector:
    """Load langdetect, the reference."""
    from langdetect import DetectorFactory, LangDetectException, detect_langs  # noqa: PLC0415 - loaded where needed

    DetectorFactory.seed = SEED
    return Detector(detect_langs, LangDetectException)


def find_language(draft: Draft, settings: LanguageSettings) -> Finding:
    """Find the language of the cleaned body, and other languages that parts of it are in."""
    body = draft.cleaning.body
    language = detect_language(body, settings)
    if language is UNDETERMINED:
        return take_hint(draft)
    others = find_others(body, language.code, load_detector().detect, settings) if settings.find_mixed else ()
    return Finding(replace(draft.metadata, language=replace(language, others=others)), ["body"])


def take_hint(draft: Draft) -> Finding:
    """Take the language that the catalogue names for a text's source, where the text says too little of its own."""
    said = (each.value for each in draft.page.document.payload.stated if (each.field, each.origin) == HINT)
    code = next(said, None)
    if not code:
        return Finding(draft.metadata)
    return Finding(replace(draft.metadata, language=Language(code=code, confidence=HINT_CONFIDENCE)), ["source"])


def detect_language(text: str, settings: LanguageSettings, detector: Detector | None = None) -> Language:
    """Detect the language of a text by parts of it; `und` with confidence 0 where there are too few letters.

    A text in capitals is read in small letters, for the profiles pass over words in capitals.
    """
    sample = take_sample(text.strip(), settings.max_characters)
    if not has_evidence(sample, settings.min_bytes):
        return UNDETERMINED
    return (detector or load_detector()).detect(sample.lower() if sample.isupper() else sample)


def take_sample(text: str, characters: int) -> str:
    """Take the beginning, the middle and the end of a text, so many characters together."""
    if len(text) <= characters:
        return text
    size = characters // PARTS
    step = (len(text) - size) // (PARTS - 1)
    return "\n".join(text[start : start + size] for start in range(0, step * PARTS, step))


def has_evidence(text: str, min_bytes: int) -> bool:
    """Tell whether a text has letters of that many bytes in UTF-8: a letter tells more, the more its script has."""
    letters = "".join(islice(filter(str.isalpha, text), min_bytes))
    return len(letters.encode()) >= min_bytes
