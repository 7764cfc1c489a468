"""From a document to its page."""

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import LimitExceeded
from ingest.extract import ExtractSettings, extract_page
from ingest.model import ContentKind, Dropped, DropReason, Encoding, Given, Page, Payload, RawDocument, SpanClass

SETTINGS = ExtractSettings()
PARAGRAPHS = [
    "The harbour council of Norholm voted on Tuesday to reopen the eastern quay, closed since the storm.",
    "Engineers said the repairs, which took fourteen months, had cost less than the town had feared at the beginning.",
    "Fishing boats will be let in first; the ferry to the islands is to follow before the end of the summer season.",
    "Ida Holt, who runs the fish market, said that she had waited for this day longer than she cared to remember.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
THREAD = """<div id="comments"><h3>2 comments</h3><ol class="comment-list">
<li class="comment" id="comment-1"><div class="comment-author">Old Salt</div>
<time datetime="2024-05-02T10:00:00Z">2 May</time>
<div class="comment-content"><p>About time, I say.</p><p>My boat has been rotting.</p></div>
<a class="comment-reply-link">Reply</a>
<ul class="children"><li class="comment" id="comment-2"><div class="comment-author">Gull</div>
<div class="comment-content"><p>So has mine, neighbour.</p></div></li></ul></li></ol></div>"""


def document(text: str, kind: ContentKind = "html") -> RawDocument:
    """Make a document of invented origin."""
    payload = Payload(content=text.encode("utf-8", "replace"), media_type="text/html", source="s", origin="o")
    encoding = Encoding(name="utf-8", origin="utf-8")
    return RawDocument(
        id="a" * 32, digest="d", payload=payload, kind=kind, text=text, encoding=encoding, given=Given(url=None)
    )


def page(body: str, head: str = "<title>Quay reopens</title>") -> Page:
    """Extract what must be a page."""
    extracted = extract_page(document(f"<html><head>{head}</head><body>{body}</body></html>"), SETTINGS)
    assert isinstance(extracted, Page)
    return extracted


def values(extracted: Page, field: str) -> list[tuple[str, str]]:
    """List a field's candidates with their origins."""
    return [(found.value, found.origin) for found in extracted.candidates if found.field == field]


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_text_passes_through_unchanged(text: str) -> None:
    """The ledger covers the given text, to the code point."""
    extracted = extract_page(document(text, "text"), SETTINGS)
    assert isinstance(extracted, Page)
    assert (extracted.text, extracted.extractor, extracted.candidates) == (text, "text", ())


def test_article_is_found_and_its_method_recorded() -> None:
    """Blocks are lines; navigation and footer are not among them; the method is named with its version."""
    extracted = page(f"<nav><a href='/'>Home</a></nav><article>{BODY}</article><footer>Imprint, contact</footer>")
    assert extracted.text.split("\n") == PARAGRAPHS
    assert re.fullmatch(r"trafilatura/\d+\.\d+\.\d+\+readability", extracted.extractor)


def test_headline_is_a_candidate_and_not_repeated_in_the_text() -> None:
    """A title has a field of its own; in the text it would count twice."""
    extracted = page(f"<article><h1>Quay reopens</h1>{BODY}</article>", "<title>Quay reopens - Norholm Post</title>")
    assert extracted.text.split("\n") == PARAGRAPHS
    assert ("Quay reopens", "element") in values(extracted, "title")


def test_linked_paragraphs_are_cut_out_and_listed() -> None:
    """Links to other articles between paragraphs are no text of this one; a link inside a sentence is."""
    related = "<p>READ MORE: <a href='/x'>Storm damage is worse than feared, says town</a></p>"
    inside = "<p>The <a href='/y'>repairs</a> were described in an earlier report by the harbour master.</p>"
    extracted = page(f"<article>{BODY}{related}{inside}</article>")
    assert "READ MORE" not in extracted.text
    assert "The repairs were described" in extracted.text
    assert [(cut.span_class, cut.length) for cut in extracted.pruned] == [(SpanClass.RELATED, 55)]


def test_comments_are_cut_out_and_kept() -> None:
    """A thread is data: who, when, what, and to whom; nothing of it stays in the text."""
    extracted = page(f"<article>{BODY}</article>{THREAD}")
    assert extracted.text.split("\n") == PARAGRAPHS
    first, second = extracted.comments
    assert (first.number, first.author, first.published_at) == (1, "Old Salt", "2024-05-02T10:00:00Z")
    assert first.text == "About time, I say.\nMy boat has been rotting."
    assert (second.number, second.author, second.reply_to) == (2, "Gull", 1)
    assert second.text == "So has mine, neighbour."
    assert first.start is None
    assert first.element == "/html/body/div/ol/li"
    assert [(cut.element, cut.span_class) for cut in extracted.pruned] == [("/html/body/div", SpanClass.COMMENT)]


@pytest.mark.parametrize(
    "opening",
    [
        "<div id='disqus_thread'>", "<section class='reader-comments'>", "<section aria-label='Comments'>",
        "<details><summary>12 comments</summary>", "<div class='post-comments'>", "<section id='Kommentare'>",
    ],
)  # fmt: skip
def test_containers_are_known_by_many_signs(opening: str) -> None:
    """Id, class, label for screen readers, or a folded box's summary."""
    closing = re.sub("<([a-z]+).*", r"</\1>", opening)
    words = "<div><p>What rubbish is this, I ask each and every one of you.</p></div>"
    extracted = page(f"<article>{BODY}</article>{opening}{words}{closing}")
    assert extracted.text.split("\n") == PARAGRAPHS
    assert "What rubbish" in extracted.comments[0].text


def test_microdata_comments_are_read() -> None:
    """Properties of schema.org say it without any class."""
    thread = """<div itemprop="comment" itemscope itemtype="https://schema.org/Comment">
    <span itemprop="author">Gull</span>
    <meta itemprop="dateCreated" content="2024-05-03"><p itemprop="text">A fine day.</p></div>"""
    (comment,) = page(f"<article>{BODY}</article>{thread}").comments
    assert (comment.author, comment.published_at, comment.text) == ("Gull", "2024-05-03", "A fine day.")


def test_wrappers_of_one_comment_are_one_and_replies_are_others() -> None:
    """Each comment is an item with a body inside, under which its replies hang; their times do not date the article."""

    def item(number: int, words: str, replies: str = "") -> str:
        body = f"<cite class='fn'>Reader {number}</cite><time datetime='2024-05-0{number}'>x</time>"
        return (
            f"<li class='comment' id='comment-{number}'><div class='comment-body'>{body}"
            f"<div class='comment-content'><p>{words}</p></div></div><ol class='children'>{replies}</ol></li>"
        )

    thread = item(1, "One.", item(2, "Two.", item(3, "Three."))) + item(4, "Four.")
    extracted = page(f"<article>{BODY}</article><ol class='comment-list'>{thread}</ol>")
    assert [(found.number, found.author, found.text, found.reply_to) for found in extracted.comments] == [
        (1, "Reader 1", "One.", None),
        (2, "Reader 2", "Two.", 1),
        (3, "Reader 3", "Three.", 2),
        (4, "Reader 4", "Four.", None),
    ]
    assert values(extracted, "published_at") == []


def test_article_about_comments_stays() -> None:
    """A container's name must not cost the article: one that holds the headline is left alone."""
    extracted = page(f"<div class='comments'><h1>Quay reopens</h1>{BODY}</div>")
    assert extracted.text.split("\n") == PARAGRAPHS
    assert page(f"<article class='commentary'>{BODY}</article>").text.split("\n") == PARAGRAPHS


def test_empty_comment_form_is_listed_as_such() -> None:
    """An invitation to comment is no comment."""
    extracted = page(f"<article>{BODY}</article><div id='respond'><form><textarea></textarea></form></div>")
    assert extracted.comments == ()
    assert [cut.span_class for cut in extracted.pruned] == [SpanClass.COMMENT_UI]


HEAD = """<title>T</title><link rel="canonical" href="https://norholm.example/quay">
<meta property="og:title" content="Quay &amp; ferry">
<meta property="article:published_time" content="2024-05-01T08:00:00+99:99">
<meta property="article:author" content="https://social.example/ida"><meta name="author" content="Ida Holt">
<meta name="keywords" content="harbour, ferry; quay"><meta property="og:site_name" content="Norholm Post">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "Person", "@id": "#ida", "name": "Ida Holt"}, {"@type": "WebPage", "name": "Other"},
 {"@type": ["NewsArticle"], "headline": "Quay reopens", "datePublished": "2024-05-01", "dateModified": "2024-05-02",
  "author": [{"@id": "#ida"}, "Bo Lind"],
  "publisher": {"@type": "Organization", "name": "Norholm Post"}, "articleSection": ["Local"], "keywords": "a,b",
  "inLanguage": "en", "mainEntityOfPage": {"@id": "https://norholm.example/quay"},}]}</script>"""


def test_page_metadata_are_candidates_with_their_origin() -> None:
    """JSON-LD (a graph with references, even with a comma too many), OpenGraph, meta and elements, in that order."""
    extracted = page(f"<article>{BODY}<time datetime='2024-05-01T08:05'>1 May</time></article>", HEAD)
    assert values(extracted, "title") == [("Quay reopens", "json-ld"), ("Quay & ferry", "opengraph"), ("T", "element")]
    assert values(extracted, "author") == [("Ida Holt", "json-ld"), ("Bo Lind", "json-ld"), ("Ida Holt", "meta")]
    assert values(extracted, "publisher") == [("Norholm Post", "json-ld"), ("Norholm Post", "opengraph")]
    assert values(extracted, "published_at")[0] == ("2024-05-01", "json-ld")
    assert values(extracted, "modified_at") == [("2024-05-02", "json-ld")]
    assert ("2024-05-01T08:00:00+99:99", "opengraph") in values(extracted, "published_at")
    assert values(extracted, "url")[0] == ("https://norholm.example/quay", "json-ld")
    assert values(extracted, "section") == [("Local", "json-ld")]
    assert [value for value, _ in values(extracted, "keyword")] == ["a", "b", "harbour", "ferry", "quay"]
    assert extracted.text.startswith(PARAGRAPHS[0])


@pytest.mark.parametrize(
    "script",
    ["{", "[[[[", "null", '{"@type": 5}', '{"@graph": {"@type": "NewsArticle", "author": {"name": 7}}}', "[" * 9999],
)
def test_broken_json_ld_is_passed_over(script: str) -> None:
    """Nobody's mistake in a script costs the article."""
    extracted = page(f"<article>{BODY}</article>", f"<script type='application/ld+json'>{script}</script>")
    assert extracted.text.split("\n") == PARAGRAPHS


def test_stated_values_are_bounded() -> None:
    """A title of a megabyte is cut, an author of one is none, a page of authors has twenty."""
    authors = "".join(f"<meta name='author' content='Author {number}'>" for number in range(99))
    head = f"<title>{'t' * 5000}</title><meta name='author' content='{'a' * 500}'>{authors}"
    extracted = page(f"<article>{BODY}</article>", head)
    assert [len(value) for value, _ in values(extracted, "title")] == [1000]
    assert len(values(extracted, "author")) == 20


@pytest.mark.parametrize(
    "html", ["<html></html>", "<p></p>", "<!-- -->", "&nbsp;", "<html><body><script>x()</script></body></html>"]
)
def test_page_without_text_is_dropped(html: str) -> None:
    """A page of scripts has no article; that is policy, not an error."""
    extracted = extract_page(document(html), SETTINGS)
    assert isinstance(extracted, Dropped)
    assert (extracted.reason, extracted.stage) == (DropReason.NO_ARTICLE_TEXT, "extract")


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("<div>" * 1001 + "x", "nested deeper than 1,000"),
        ("<p>x<br>" * 60_000, "more than 100,000 tags"),
        ("<div " + "a='1' " * 5000 + ">x", "more than 1,000 attributes"),
        ("<div " + "a " * 5000 + ">x", "more than 1,000 attributes"),
        ("<div title='>'" + " a='1'" * 5000 + ">x", "more than 1,000 attributes"),
        ("<div title='" + "x" * 1_000_001 + "'>x", "a tag is longer"),
        ("<div " * 50_000, "attributes|deeper"),
        ("é" * 5_000_001, "larger than 10,000,000 bytes"),
    ],
    ids=str.__len__,
)
def test_pages_that_stall_parsers_are_refused(html: Any, message: str) -> None:
    """Each of these takes a parser seconds to minutes, or makes it lose text in silence."""
    with pytest.raises(LimitExceeded, match=message):
        extract_page(document(html), SETTINGS)


def test_what_only_looks_deep_or_long_is_let_in() -> None:
    """Elements that do not nest count no level however they are spelled, and a `>` in quotes ends no tag."""
    assert page("<BR><Img src='x'>" * 2000 + BODY).text.split("\n") == PARAGRAPHS
    assert page("<i title='a > b'></i>" * 2000 + "<div>" * 900 + BODY).text.split("\n") == PARAGRAPHS


def test_deep_and_long_pages_lose_nothing() -> None:
    """900 levels and a text of a megabyte are within the limits: their text arrives whole."""
    deep = page("<div>" * 900 + BODY + "</div>" * 900)
    assert deep.text.split("\n") == PARAGRAPHS
    assert page("<b>x" * 900 + BODY + "</b>" * 900).text.endswith("\n".join(PARAGRAPHS))
    long = "The quay is open again, said the harbour master of Norholm. " * 20_000
    assert len(page(f"<article><p>{long}</p></article>").text) > 0.99 * len(long)


@pytest.mark.slow
def test_the_longest_text_arrives_whole() -> None:
    """One text node of nearly ten megabytes, the largest page that is let in."""
    long = "The quay is open again, said the harbour master of Norholm. " * 160_000
    assert len(page(f"<article><p>{long}</p></article>").text) == len(long.strip())


def test_surrogates_and_control_characters_cost_nothing() -> None:
    """A lone surrogate or a zero byte in the source must not cut the page."""
    extracted = page(f"<article><p>A lone \ud800 and a \0 zero.</p>{BODY}</article>")
    assert extracted.text.endswith("\n".join(PARAGRAPHS))


TAGS = st.sampled_from(
    ["<div>", "</div>", "<p>", "<a href='x'>", "</a>", "<!--", "-->", "<script>", "</script>", "<li class=comment>",
     "<h1>", "<details>", "<summary>comments", "<time datetime=>", "<", ">", "&#0;", "&amp", "words of an article ",
     "\0", "\ud800", "<meta name=author content='a'>", "<div id=comments>", "<table><tr>", "<svg><title>", "\"'"]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(TAGS, max_size=40).map("".join))
def test_any_markup_has_an_outcome(html: str) -> None:
    """Broken markup gives a page or none, never an error."""
    assert isinstance(extract_page(document(html), SETTINGS), Page | Dropped)


def test_extraction_is_the_same_in_every_process() -> None:
    """The same page gives the same text, comments and candidates whatever the hash seed."""
    script = (
        "import sys; from tests.extract.test_page import *; "
        "print(repr(page(f'<article>{BODY}</article>{THREAD}', HEAD)))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
