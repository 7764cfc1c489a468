"""Paywalls and texts that are cut short."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingest.enrich.access import find_access
from ingest.enrich.enricher import open_draft
from ingest.enrich.settings import AccessSettings
from ingest.model import Access, Cleaning, Page, Pruned, Span, SpanClass
from tests.enrich.records import article, cleaning, page, stated

NOW = datetime(2026, 5, 1, tzinfo=UTC)
WHOLE = "The ferry sails again on Monday.\n\nIt had been out of service since the storm."


def access_of(source: Page, found: Cleaning) -> Access:
    """Find the access of an article."""
    access = find_access(open_draft(article(source, found), NOW), AccessSettings()).metadata.access
    assert access is not None
    return access


@pytest.mark.parametrize(
    ("field", "value", "paywalled"),
    [
        ("is_free", "false", True),
        ("is_free", "true", False),
        ("is_free", "perhaps", None),
        ("tier", "locked", True),
        ("tier", "Metered", True),
        ("tier", "free", False),
    ],
)
def test_what_the_page_states(field: str, value: str, paywalled: bool | None) -> None:
    """A statement counts, and its reason names the origin; nonsense tells nothing."""
    access = access_of(page(None, (stated(field, value),)), cleaning(WHOLE))
    assert access.paywalled is paywalled
    assert access.reasons == (() if paywalled is None else (f"json-ld:{field}",))


def test_a_notice_that_was_cut_tells() -> None:
    """Whether it stood in the text or in an element of its own."""
    span = Span(start=0, end=5, span_class=SpanClass.PAYWALL, rule="paywall")
    pruned = Pruned(element="div#wall", span_class=SpanClass.PAYWALL, length=40)
    assert access_of(page(), replace(cleaning(WHOLE), spans=(span,))).reasons == ("notice:text",)
    assert access_of(replace(page(), pruned=(pruned,)), cleaning(WHOLE)).paywalled is True


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("The mayor said that it would", None),
        ("The mayor said that it would be some days before the quay could be used by", "body:open_sentence"),
        ("The mayor said that ...", "body:ellipsis"),
        ("The mayor said that it [+1204 chars]", "body:ellipsis"),
        ("The mayor said so. Continue reading", "body:go_on"),
        ("Weiterlesen ...", "body:ellipsis"),
        ("“It was a long night, and the longest that any of us on the quay remembers.”", None),
        ("Anna Bell is our harbour correspondent", None),
        (
            "港口的渡輪星期一重新開航，市長說碼頭的修復工程已經完成，居民表示歡迎，他們已經等待了很長時間，希望不再有風暴，也希望以後的船票不會太貴。",
            None,
        ),
    ],
)
def test_an_end_that_is_none(end: str, reason: str | None) -> None:
    """An ellipsis, an offer to read on, or a long last line without a full stop; a short one is a signature."""
    access = access_of(page(), cleaning(f"{WHOLE}\n\n{end}"))
    assert access.cut_short is (reason is not None)
    assert access.reasons == ((reason,) if reason else ())


def test_no_text_tells_nothing() -> None:
    """An empty body is not cut short: there was none."""
    assert access_of(page(), cleaning()) == Access()
