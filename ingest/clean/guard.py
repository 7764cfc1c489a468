"""The over-removal guard: whether what was cut is more than chrome can be."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.clean.settings import CleanSettings
from ingest.model import Span, SpanClass

OVER_REMOVAL = "over_removal"
# What a thread, a rights tail or repair takes needs no body to weigh against.
_EXPLAINED = (SpanClass.COMMENT, SpanClass.COMMENT_UI, SpanClass.COPYRIGHT, SpanClass.CONTROL, SpanClass.WHITESPACE)
_SMALL_SHARE = 0.2


def is_over_removal(text: str, spans: Sequence[Span], settings: CleanSettings) -> bool:
    """Tell whether a body is too small for what was cut, threads and rights lines aside.

    So it is under the settings' share of the rest, or where cuts of a fifth or more bring it under their length, or
    where nothing is left and no thread says why.
    """
    if _leaves_nothing(text, spans):
        return True
    if all(span.span_class in _EXPLAINED for span in spans):
        return False
    cut = sum(_visible(text[s.start : s.end]) for s in spans if s.span_class not in _EXPLAINED)
    explained = sum(_visible(text[s.start : s.end]) for s in spans if s.span_class in _EXPLAINED)
    whole = _visible(text) - explained
    body = whole - cut
    too_short = body < settings.min_body_chars <= whole and cut >= whole * _SMALL_SHARE
    return too_short or body < whole * settings.min_body_share


def _leaves_nothing(text: str, spans: Sequence[Span]) -> bool:
    classes = {span.span_class for span in spans} - {SpanClass.CONTROL, SpanClass.WHITESPACE}
    kept = _visible(text) - sum(_visible(text[s.start : s.end]) for s in spans)
    return kept == 0 and bool(classes) and SpanClass.COMMENT not in classes


def _visible(text: str) -> int:
    return len("".join(text.split()))
