"""The over-removal guard: each of its three grounds alone, and what explains a small body."""

from __future__ import annotations

import pytest

from ingest.clean.cleaner import clean_text
from ingest.clean.guard import OVER_REMOVAL, body_share, is_over_removal
from ingest.clean.settings import CleanSettings
from ingest.model import Span, SpanClass

SETTINGS = CleanSettings()
CREDIT = SpanClass.NEWSLETTER


def judge(body: int, cut: int, span_class: SpanClass = CREDIT, usual: float | None = None) -> bool:
    """Judge a text of so many visible characters, of which a span takes the last."""
    spans = [Span(start=body, end=body + cut, span_class=span_class, rule="a rule")] if cut else []
    return is_over_removal("x" * (body + cut), spans, SETTINGS, usual)


@pytest.mark.parametrize(
    ("body", "cut", "flagged"),
    [
        (300, 10, False),
        (299, 1, True),
        (299, 0, False),
        (250, 49, False),
        (2000, 1999, False),
        (1999, 2000, True),
        (40, 39, False),
        (39, 40, True),
    ],
)
def test_length_and_half(body: int, cut: int, flagged: bool) -> None:
    """A body must not fall under 300 characters (a text that short before is none that falls) nor under half."""
    assert judge(body, cut) is flagged


@pytest.mark.parametrize(("usual", "flagged"), [(None, False), (0.8, False), (0.85, True), (0.1, False)])
def test_usual_share(usual: float | None, flagged: bool) -> None:
    """A publisher whose pages hold little chrome does not lose a fifth of one; a low share never lowers the half."""
    assert judge(800, 200, usual=usual) is flagged
    assert judge(499, 501, usual=usual) is True


@pytest.mark.parametrize("span_class", [SpanClass.COMMENT, SpanClass.COMMENT_UI, SpanClass.COPYRIGHT])
def test_threads_and_rights_explain_themselves(span_class: SpanClass) -> None:
    """A long thread under a short article is no reason to keep the thread."""
    assert judge(310, 9000, span_class, usual=0.9) is False
    assert judge(200, 9000, span_class) is False


def test_share_is_that_of_the_article() -> None:
    """The thread is weighed neither as text nor as cut, or long threads would make the usual share."""
    spans = [
        Span(start=80, end=100, span_class=SpanClass.RELATED, rule="r"),
        Span(start=100, end=1000, span_class=SpanClass.COMMENT, rule="c"),
    ]
    assert body_share("x" * 1000, spans) == 0.8
    assert body_share("  ", []) is None


def test_flagged_document_is_kept_whole() -> None:
    """Its cuts are suggested, and nothing of it is lost."""
    body = "\n\n".join(
        f"The {word} of the mill was mended on Monday by two of the carpenters from the yard below the bridge."
        for word in ("roof", "wheel", "door", "floor")
    )
    text = f"{body}\n\nSubscribe to our newsletter to get the day's stories in your inbox every morning"
    assert clean_text(text, SETTINGS).flags == ()
    kept = clean_text(text, SETTINGS, usual_share=0.95)
    assert (kept.flags, kept.body, kept.spans) == ((OVER_REMOVAL,), text, ())
    assert {span.span_class for span in kept.suggested_spans} == {SpanClass.NEWSLETTER, SpanClass.WHITESPACE}
