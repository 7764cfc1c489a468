"""The languages of comments, and what is kept of their authors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.enrich import EnrichSettings, describe
from ingest.enrich.comments import kept_since, name_commenter, pseudonymise, treat_commenters
from ingest.enrich.settings import CommenterSettings
from ingest.errors import SettingsError
from ingest.model import Comment
from ingest.settings import Settings
from tests.enrich.records import article, cleaning, page
from tests.enrich.test_enrichers import NOW

KEY = "a secret of the newsroom"
PSEUDONYMS = CommenterSettings(authors="pseudonymise", key=KEY)
MONTH = CommenterSettings(retention_days=30)
WRITTEN = datetime(2014, 3, 15, tzinfo=UTC)


def test_each_comment_has_its_language() -> None:
    """Readers answer in their own; a thumb says nothing."""
    texts = ("The owners should have listened in the spring.", "Das hätte man im Frühling sagen können.", "+1")
    found = describe(article(page(), cleaning(comments=tuple(Comment(text=t) for t in texts))), EnrichSettings())
    assert [each.language and each.language.code for each in found.comments or ()] == ["en", "de", "und"]


def test_authors_are_kept_unless_it_is_said_otherwise() -> None:
    """The default changes nothing."""
    assert name_commenter("Nell", WRITTEN, CommenterSettings(), NOW) == "Nell"
    assert name_commenter("Nell", WRITTEN, CommenterSettings(authors="drop"), NOW) is None
    assert name_commenter(None, WRITTEN, PSEUDONYMS, NOW) is None


def test_pseudonyms_are_stable_and_keyed() -> None:
    """One reader has one name under one key; without the key nobody can try names."""
    first = pseudonymise("Nell Quayside", KEY)
    assert first == pseudonymise("NELL  quayside", KEY) == pseudonymise(first, KEY)
    assert first != pseudonymise("Tom Oake", KEY)
    assert first != pseudonymise("Nell Quayside", KEY + "2")
    assert "Nell" not in first


@pytest.mark.parametrize("key", ["", "short"])
def test_pseudonyms_need_a_key(key: str) -> None:
    """A name that anybody can compute is no pseudonym; the message does not show the key."""
    with pytest.raises(SettingsError, match="at least 16 characters"):
        Settings.load(flags={"enrich.commenters.authors": "pseudonymise", "enrich.commenters.key": key})
    assert KEY not in repr(PSEUDONYMS)


@pytest.mark.parametrize(
    ("stated", "written", "days", "kept"),
    [
        ("2014-03-20", WRITTEN, 29, True),
        ("2014-03-20", WRITTEN, 35, False),
        (None, WRITTEN, 29, True),
        (None, WRITTEN, 31, False),
        ("yesterday", WRITTEN, 31, False),
        (None, None, 0, False),
    ],
)
def test_the_retention_time(stated: str | None, written: datetime | None, days: int, kept: bool) -> None:
    """It counts from when the comment was written, else from its article; where neither is known nothing is kept."""
    comment = Comment(text="Well said.", author="Nell", published_at=stated)
    (treated,) = treat_commenters([comment], written, MONTH, WRITTEN + timedelta(days=days))
    assert (treated.author is not None) is kept


def test_the_oldest_kept_author_is_known() -> None:
    """By this time the index finds what is to be forgotten."""
    comments = [
        Comment(text="a", author="Nell", published_at="2014-03-20"),
        Comment(text="b", author=None, published_at="2014-03-01"),
        Comment(text="c", author="Tom"),
    ]
    assert kept_since(comments, WRITTEN) == WRITTEN
    assert kept_since(comments, None) == datetime(1970, 1, 1, tzinfo=UTC)
    assert kept_since(comments[1:2], WRITTEN) is None


def test_the_rule_holds_without_the_enricher() -> None:
    """Switching the languages off must not bring names into the index."""
    settings = Settings.load(flags={"enrich.comments.enabled": "false", "enrich.commenters.authors": "drop"})
    found = describe(article(page(), cleaning(comments=(Comment(text="a", author="Nell"),))), settings.enrich)
    assert [each.author for each in found.comments or ()] == [None]
