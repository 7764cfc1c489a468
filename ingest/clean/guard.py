"""The over-removal guard: whether what was cut is more than chrome can be."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.clean.settings import CleanSettings
from ingest.model import Span, SpanClass

OVER_REMOVAL = "over_removal"
# A thread explains itself, a rights line cannot be mistaken, and repair takes nothing that shows.
_EXPLAINED = (SpanClass.COMMENT, SpanClass.COMMENT_UI, SpanClass.COPYRIGHT)
_LAYOUT = (SpanClass.CONTROL, SpanClass.WHITESPACE)


def is_over_removal(
    text: str, spans: Sequence[Span], settings: CleanSettings, usual_share: float | None = None
) -> bool:
    """Tell whether a body is too small for what was cut; comment zone and rights lines are neither text nor cut here.

    So it is where cuts bring it under the settings' length, under their share of the text, or under the publisher's
    usual share where one is known; or where nothing is left and no thread says why.
    """
    if _leaves_nothing(text, spans):
        return True
    whole, body = _weigh(text, spans)
    if body == whole:
        return False
    too_short = body < settings.min_body_chars <= whole
    return too_short or body < whole * max(settings.min_body_share, usual_share or 0.0)


def body_share(text: str, spans: Sequence[Span]) -> float | None:
    """Give the share (0 to 1) of a text, weighed as the guard does, that spans leave; None where it weighs nothing."""
    whole, body = _weigh(text, spans)
    return body / whole if whole else None


def _weigh(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    """Count visible characters outside comment zone and rights lines: of the text, and of its body."""
    explained = cut = 0
    for span in spans:
        if span.span_class in _EXPLAINED:
            explained += _visible(text[span.start : span.end])
        elif span.span_class not in _LAYOUT:
            cut += _visible(text[span.start : span.end])
    whole = _visible(text) - explained
    return whole, whole - cut


def _leaves_nothing(text: str, spans: Sequence[Span]) -> bool:
    classes = {span.span_class for span in spans} - set(_LAYOUT)
    kept = _visible(text) - sum(_visible(text[s.start : s.end]) for s in spans)
    return kept == 0 and bool(classes) and SpanClass.COMMENT not in classes


def _visible(text: str) -> int:
    return len("".join(text.split()))
