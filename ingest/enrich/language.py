"""The language of a text: langdetect's profiles and walk, by langdetect-rs, else by langdetect itself.

Both are seeded, so that the same text always has the same answer; tests hold the two to identical answers.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.settings import LanguageSettings
from ingest.model import UNDETERMINED, Language

SEED = 0


class Detector:
    """The profiles of 55 languages, loaded once, in one of the two implementations."""

    def __init__(self, factory: Any, profiles: str, no_features: type[Exception]) -> None:
        factory.load_profile(profiles)
        factory.set_seed(SEED)
        self._factory = factory
        self._no_features = no_features

    def detect(self, text: str) -> Language:
        """Name the likeliest language; `und` where the text has no features or nothing is likely.

        The last bits of a probability depend on the order of the profiles on the disk: it is rounded to four places.
        """
        detector = self._factory.create()
        detector.append(text)
        try:
            likely = detector.get_probabilities()
        except self._no_features:
            return UNDETERMINED
        return Language(code=likely[0].lang, confidence=round(likely[0].prob, 4)) if likely else UNDETERMINED


@lru_cache(maxsize=1)
def load_detector() -> Detector:
    """Load langdetect-rs, or the reference where there is no wheel of it for this machine."""
    try:
        from langdetect_rs import PROFILES_DIRECTORY, DetectorFactory, LangDetectException  # noqa: PLC0415 - may be absent
    except ImportError:
        return load_reference()
    return Detector(DetectorFactory(), PROFILES_DIRECTORY, LangDetectException)


@lru_cache(maxsize=1)
def load_reference() -> Detector:
    """Load langdetect, the reference."""
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory  # noqa: PLC0415 - loaded where needed
    from langdetect.lang_detect_exception import LangDetectException  # noqa: PLC0415 - likewise

    return Detector(DetectorFactory(), PROFILES_DIRECTORY, LangDetectException)


def find_language(draft: Draft, settings: LanguageSettings) -> Finding:
    """Find the language of the cleaned body."""
    language = detect_language(draft.cleaning.body, settings)
    return Finding(replace(draft.metadata, language=language), [] if language is UNDETERMINED else ["body"])


def detect_language(text: str, settings: LanguageSettings, detector: Detector | None = None) -> Language:
    """Detect the language of a text, reading only its head; `und` with confidence 0 where there are too few letters.

    A text in capitals is read in small letters, for the profiles pass over words in capitals.
    """
    head = text.lstrip()[: settings.max_characters]
    if not has_evidence(head, settings.min_bytes):
        return UNDETERMINED
    return (detector or load_detector()).detect(head.lower() if head.isupper() else head)


def has_evidence(text: str, min_bytes: int) -> bool:
    """Tell whether a text has letters of that many bytes in UTF-8: a letter tells more, the more its script has."""
    letters = "".join(islice(filter(str.isalpha, text), min_bytes))
    return len(letters.encode()) >= min_bytes
