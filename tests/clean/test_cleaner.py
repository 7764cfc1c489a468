"""Cleaning a text and a page: what goes, what stays, where the guard steps in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.clean.cleaner import clean_page, clean_text
from ingest.clean.settings import CleanSettings
from ingest.model import Comment, ContentKind, Encoding, Given, Page, Payload, RawDocument, SpanClass

SETTINGS = CleanSettings()
RIGHTS = "Copyright 2019 Harbour Gazette. All rights reserved."


def make_page(text: str, kind: ContentKind = "text", comments: tuple[Comment, ...] = ()) -> Page:
    """Make the least page that can be cleaned."""
    payload = Payload(content=text.encode(), media_type="text/plain", source="test", origin="test.txt")
    document = RawDocument(
        id="0" * 32,
        digest="0" * 64,
        payload=payload,
        kind=kind,
        text=text,
        encoding=Encoding(name="utf-8", origin="utf-8"),
        given=Given(publisher="Harbour Gazette"),
        url="https://gazette.example/ferry",
    )
    return Page(document=document, text=text, extractor="none", comments=comments)


def test_article_without_chrome_is_its_own_body(article: str) -> None:
    """Where there is nothing to take, nothing is taken."""
    cleaning = clean_text(article, SETTINGS)
    assert (cleaning.body, cleaning.spans, cleaning.flags) == (article, (), ())


def test_headline_stays_and_is_the_title(article: str) -> None:
    """A headline is the article's; repeating it spares everyone the search for it."""
    cleaning = clean_text(article, SETTINGS)
    assert cleaning.title == article.splitlines()[0]
    assert cleaning.body.startswith(cleaning.title)


@pytest.mark.parametrize(
    "line",
    [
        "BERGEN (AP) - The harbour was closed on Tuesday after a storm tore off the roof of the fish hall.",
        "LONDON (Reuters) — A bank said that it would move its office to the fish hall in the spring.",
        "“We use cookies to bribe the gulls,” the baker said, and then she sold the last of them.",
        "“Sign up for our newsletter,” said the poster on the pier, and nobody had taken it down.",
        "The court found that copyright in the charts belonged to the harbour office until 2004.",
        "She said that readers may share this story with their neighbours, as they always had.",
        "Friday's storms",
        "What comes next?",
        "TIMELINE",
        "- 'The last crossing' -",
        "The comments drew 300 replies within an hour, a spokeswoman for the harbour office said.",
    ],
)
def test_the_articles_own_words_stay(line: str, article: str) -> None:
    """Datelines, quotations that mention chrome, and subheads are what rules most easily take by mistake."""
    first, rest = article.split("\n\n", 2)[0], article.split("\n\n", 2)[2]
    text = f"{first}\n\n{rest}\n\n{line}\n\n{rest}"
    assert clean_text(text, SETTINGS).body == text


def test_cut_between_paragraphs_leaves_one_blank_line(article: str) -> None:
    """A hole where chrome was would show that it was there."""
    text = article.replace("\n\n", "\n\n\nAdvertisement\n\n\n", 2)
    assert "\n\n\n" not in clean_text(text, SETTINGS).body


def test_short_document_that_loses_its_rights_line_is_not_flagged() -> None:
    """The guard is about what was cut, not about how short a notice in the paper is."""
    cleaning = clean_text(f"The ferry sails at nine tomorrow.\n\n{RIGHTS}", SETTINGS)
    assert cleaning.body == "The ferry sails at nine tomorrow."
    assert cleaning.flags == ()
    assert cleaning.rights[0].holder == "Harbour Gazette"


def test_too_much_removal_is_only_suggested(article: str) -> None:
    """Half of a text is never chrome without a thread to explain it: such a cut is more likely our mistake."""
    first = "\n\n".join(article.split("\n\n")[:2])
    text = first + "\n\nMost read\n" + "\n".join(f"{n}. The storm of the year {1900 + n}" for n in range(1, 20))
    cleaning = clean_text(text, SETTINGS)
    assert cleaning.flags == ("over_removal",)
    assert (cleaning.body, cleaning.spans) == (text, ())
    assert {span.span_class for span in cleaning.suggested_spans} >= {SpanClass.RELATED}


def test_guard_follows_its_settings(article: str) -> None:
    """Whoever knows their sources may move the limits."""
    first = "\n\n".join(article.split("\n\n")[:2])
    text = first + "\n\nMost read\n" + "\n".join(f"{n}. The storm of the year {1900 + n}" for n in range(1, 20))
    lax = replace(SETTINGS, min_body_chars=0, min_body_share=0.0)
    assert clean_text(text, lax).body == first


def test_thread_explains_a_short_body() -> None:
    """A short notice under which forty readers quarrel loses most of its text rightly."""
    thread = "\n".join(
        f"{n}. Ann Lee says:\nAugust {n}, 2020 at 9:35 am\nBuild the bridge.\nReply" for n in range(1, 25)
    )
    cleaning = clean_text(f"The ferry sails at nine tomorrow.\n\n24 responses to “Ferry”\n{thread}", SETTINGS)
    assert cleaning.flags == ()
    assert len(cleaning.comments) == 24
    assert cleaning.body == "The ferry sails at nine tomorrow."


def test_html_text_is_cut_by_strict_rules_only(article: str) -> None:
    """After extraction captions and related links are mostly gone, and loose rules cost more than they bring."""
    text = f"{article}\n\nRead more: Storm closes the harbour\n\nSign up for our daily newsletter.\n\n{RIGHTS}"
    cut = {span.span_class for span in clean_text(text, SETTINGS, kind="html").spans}
    assert {SpanClass.COPYRIGHT, SpanClass.NEWSLETTER} <= cut
    assert SpanClass.RELATED not in cut
    assert SpanClass.RELATED in {span.span_class for span in clean_text(text, SETTINGS).spans}


def test_page_gives_its_address_and_publisher(article: str) -> None:
    """Lines that only repeat what is known of the document say nothing."""
    page = make_page(f"Harbour Gazette\n{article}\nhttps://gazette.example/ferry")
    cleaned = clean_page(page, SETTINGS)
    assert cleaned.page is page
    assert cleaned.cleaning.body == article


def test_comments_of_the_page_come_first(article: str) -> None:
    """Comments cut out with their elements and comments in the text are one article's comments."""
    comment = Comment(text="Build it.", element="section#comments")
    page = make_page(
        f"{article}\n\n2 Comments\n\n1. Bo says:\nAugust 1, 2020 at 9:35 am\nNo.\nReply", comments=(comment,)
    )
    cleaning = clean_page(page, SETTINGS).cleaning
    assert [each.text for each in cleaning.comments] == ["Build it.", "No."]


def test_page_comments_make_a_thread(article: str) -> None:
    """Where the text holds no thread, the page's comments are the thread, and nothing says that any are missing."""
    cleaning = clean_page(make_page(article, comments=(Comment(text="Build it."),)), SETTINGS).cleaning
    assert len(cleaning.comments) == 1
    assert cleaning.comments_complete is True


def test_several_passes_see_what_a_cut_uncovers(article: str) -> None:
    """What stands at the head only once a label above it is gone must not wait for the next run."""
    text = f"Home > News > Harbour\n\nSport\n{article}"
    once = clean_text(text, SETTINGS)
    assert once.body == article
    assert clean_text(once.body, SETTINGS).body == article


def test_menu_goes_and_list_stays(article: str) -> None:
    """A long row of short bulleted lines above an article is its site's menu; below one it may be its recipe."""
    items = "\n".join(f"• {word}" for word in ("Harbour", "Weather", "Island life", "Sports", "Letters", "Bees"))
    assert clean_text(f"{items}\n\n{article}", SETTINGS).body == article
    assert clean_text(f"{article}\n\n{items}", SETTINGS).body == f"{article}\n\n{items}"
