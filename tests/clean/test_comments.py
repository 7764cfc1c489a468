"""Threads of readers' comments: found with and without a header, read whole, known to be incomplete."""

from __future__ import annotations

import pytest

from ingest.clean.cleaner import clean_text
from ingest.clean.settings import CleanSettings
from ingest.model import Cleaning, SpanClass

SETTINGS = CleanSettings()
NUMBERED = """

This entry is now closed for comments

Jump to comments pagination
  • rate this

    Comment number 12.

    A bridge would be cheaper than it looks.

    Has anybody asked the fishermen?
    They would know.

  • rate this

    Comment number 11.

    @10 Skerry
    The last one fell into the sea, remember.

  • rate this

    Comment number 10.

    Build it.

Page 2 of 3

Harbour Gazette © 2016 The Gazette is not responsible for the content of external sites.
"""
NESTED = """

3 responses to “Ferry returns”

  1. Ann Lee says:
    August 15, 2020 at 9:35 am

    About time.

    Reply

    1. Skerry says:
      August 15, 2020 at 1:05 pm

      It was time in May.

      Reply

  2. Bo says:
    August 16, 2020 at 12:10 am

    The band was fine.

    Reply

Most read
1. Storm closes the harbour
2. The last fish hall
"""


def bodies(cleaning: Cleaning) -> list[str]:
    """Give the comments' texts."""
    return [comment.text for comment in cleaning.comments]


def test_numbered_thread_is_read_whole(article: str) -> None:
    """Numbers, paragraphs and replies are what a comment is; its place in the text is kept."""
    text = article + NUMBERED
    cleaning = clean_text(text, SETTINGS)
    assert [comment.number for comment in cleaning.comments] == [12, 11, 10]
    assert bodies(cleaning)[0] == (
        "A bridge would be cheaper than it looks.\n\nHas anybody asked the fishermen?\nThey would know."
    )
    assert [comment.reply_to for comment in cleaning.comments] == [None, 10, None]
    first = cleaning.comments[0]
    assert text[first.start : first.end].startswith("Comment number 12.")
    assert cleaning.body == article


def test_page_of_a_thread_is_incomplete(article: str) -> None:
    """Numbers that begin at ten and `Page 2 of 3` each say that more was written."""
    assert clean_text(article + NUMBERED, SETTINGS).comments_complete is False
    assert clean_text(article + NUMBERED.replace("Page 2 of 3", ""), SETTINGS).comments_complete is False


def test_nested_thread_names_authors_times_and_parents(article: str) -> None:
    """A reply's parent is the comment that it is indented under; a nested list counts anew."""
    cleaning = clean_text(article + NESTED, SETTINGS)
    said = [(c.number, c.author, c.published_at, c.reply_to, c.text) for c in cleaning.comments]
    assert said == [
        (1, "Ann Lee", "2020-08-15T09:35:00", None, "About time."),
        (None, "Skerry", "2020-08-15T13:05:00", 1, "It was time in May."),
        (2, "Bo", "2020-08-16T00:10:00", None, "The band was fine."),
    ]
    assert cleaning.comments_complete is True
    assert cleaning.body == article


def test_header_that_counts_more_is_incomplete(article: str) -> None:
    """A header that promises nine comments above three shows that six are missing."""
    text = article + NESTED.replace("3 responses", "9 responses")
    assert clean_text(text, SETTINGS).comments_complete is False


def test_thread_without_header_is_found(article: str) -> None:
    """Many scrapes lose the header; names with times after the article are enough."""
    first = "ann lee\n\n1 November 2012 11:08PM\n\nBuild it."
    text = f"{article}\n\n{first}\n\nSkerry\n\n1 November 2012 11:13PM\n\nNo!\nNever."
    cleaning = clean_text(text, SETTINGS)
    assert [(c.author, c.text) for c in cleaning.comments] == [("ann lee", "Build it."), ("Skerry", "No!\nNever.")]
    assert cleaning.body == article


def test_author_below_the_comment_is_its_author(article: str) -> None:
    """Some outlets sign comments below; the first comment then begins with the paragraph before the signature."""
    text = (
        f"{article}\n\nSplendid news.\nPosted by: Ann Lee | September 12, 2012 at 10:58 AM\n"
        "Skerry\nNot for the gulls.\nPosted by: Skerry | September 12, 2012 at 11:13 AM"
    )
    cleaning = clean_text(text, SETTINGS)
    assert [(c.author, c.text) for c in cleaning.comments] == [
        ("Ann Lee", "Splendid news."),
        ("Skerry", "Not for the gulls."),
    ]


def test_quote_within_a_comment_is_no_comment(article: str) -> None:
    """Forums quote with `X said:`, which elsewhere begins a comment."""
    text = (
        f"{article}\n\n2 Comments Comment from the forums\n  • skerry 17 September 2020 14:17\n    Build it.\n"
        "    Reply\n"
        "  • ann.lee 17 September 2020 15:03\n    skerry said:\n    Build it.\n    With what?\n    Reply"
    )
    cleaning = clean_text(text, SETTINGS)
    assert bodies(cleaning) == ["Build it.", "skerry said:\nBuild it.\nWith what?"]


def test_no_thread_is_no_statement(article: str) -> None:
    """An article without comments says nothing on whether any are missing."""
    cleaning = clean_text(article, SETTINGS)
    assert cleaning.comments == ()
    assert cleaning.comments_complete is None


def test_dates_within_an_article_are_no_thread(article: str) -> None:
    """A chronicle has times and a quotation; neither makes its paragraphs comments."""
    text = f"{article}\n\nThe captain said:\n\n{article}\n\nOn Monday at 3:30 pm the band left.\n\n{article}"
    spans = clean_text(text, SETTINGS).spans
    assert not {SpanClass.COMMENT, SpanClass.COMMENT_UI} & {span.span_class for span in spans}


def test_counter_above_an_article_opens_no_thread(article: str) -> None:
    """A share bar counts comments above the article, and posts within it have times: none of that makes it a thread."""
    posts = "\n\nAugust 3, 2020 at 9:15 am\n\n".join(article.split("\n\n"))
    text = f"Comments (32)\n\n3 hours ago\n\n{posts}"
    cleaning = clean_text(text, SETTINGS)
    assert cleaning.comments == ()
    assert all(paragraph in cleaning.body for paragraph in article.split("\n\n"))


def test_count_without_comments_is_an_incomplete_thread(article: str) -> None:
    """Where a text says that there are comments and holds none, they are known to be missing."""
    assert clean_text(f"{article}\n\n32 Comments", SETTINGS).comments_complete is False


@pytest.mark.parametrize(
    "mark",
    [
        "17. Jul, 2012 / {name} says:",
        "by {name} (21{at}) on Tuesday July 24, @09:0{at}AM",
        "{name} On Thursday, November 1 at 2:5{at} pm",
        "on 2012-10-0{at} at 9:03 am {name}",
        "Fri, 2012-11-0{at} 18:05 - {name} (not verified)",
        "{name} - October 2{at}, 2012",
        "{name}, on November {at}th, 2012   @skerry",
        "{name} says: 11/{at}/2012",
        "{name} 3{at} minutes ago (12:39 PM)",
        "{name} said,",
        "https://people.example/{at} {name}",
        "skerry_{at}7",
    ],
)
def test_thread_without_a_header_is_known_by_marks_that_recur(article: str, mark: str) -> None:
    """Where no header announces comments, the same shape above each of them does."""
    said = ("About time.", "It was late in May too!", "My boat never stopped, thank you.", "Who pays for the ramp?")
    names = ("Ann Lee", "Skerry", "Bo", "Mira H")
    turns = [
        f"{mark.format(name=name, at=at)}\n\n{text}" for at, (name, text) in enumerate(zip(names, said, strict=True), 1)
    ]
    cleaning = clean_text("\n\n".join((article, *turns)), SETTINGS)
    assert cleaning.body == article
    assert [comment.text for comment in cleaning.comments] == list(said)


def test_interview_is_no_thread(article: str) -> None:
    """An article that lets several people speak in turn quotes them."""
    names = ("Ann Lee", "Jon Berg", "Mira Holm", "Bo Skerry", "Ada Lind")
    turns = [f'{name} said:\n\n"The ferry was late again, and nobody on the pier knew why."' for name in names]
    text = "\n\n".join((article, *turns))
    assert clean_text(text, SETTINGS).body == text


def test_datelines_are_no_thread(article: str) -> None:
    """A place with a date above a paragraph is a diary's, two or three times; many in a row are a list."""
    tour = [f"Bergen - October {day}, 2012" for day in range(3, 10)]
    assert clean_text("\n\n".join((article, *tour)), SETTINGS).body == "\n\n".join((article, *tour))
    entries = [f"Bergen - October {day}, 2012\n\nThe ferry was late again." for day in (3, 4)]
    text = "\n\n".join((article, *entries))
    assert clean_text(text, SETTINGS).body == text


@pytest.mark.parametrize(
    ("header", "earlier", "later", "button"),
    [
        ("3 Kommentare", "vor 3 Stunden", "vor einem Tag", "Antworten"),
        ("Commentaires", "il y a 3 heures", "il y a un jour", "Répondre"),
        ("Comentarios", "hace 3 horas", "hace 2 días", "Responder"),
        ("Reacties", "3 uur geleden", "2 dagen geleden", "Reply"),
    ],
)
def test_ages_are_told_in_other_languages(article: str, header: str, earlier: str, later: str, button: str) -> None:
    """How long ago a reader wrote marks a comment in whatever language the page speaks."""
    thread = [header, "Gullwatcher", earlier, "It was time.", button, "Ada B.", later, "So it was, my friend.", button]
    cleaning = clean_text("\n\n".join([article, *thread]), SETTINGS)
    assert cleaning.body == article
    assert [(each.author, each.text) for each in cleaning.comments] == [
        ("Gullwatcher", "It was time."),
        ("Ada B.", "So it was, my friend."),
    ]


FOOTER = ("Harbour Gazette", "Timetables", "Fish auction", "Tide tables", "Boat market", "Letters", "Advertise")


def test_a_lone_sentence_in_the_footer_goes_with_it(article: str) -> None:
    """Below the comments a page has its menus, and a sentence about itself among them."""
    lone = "Click to watch a film about how a ship is painted and about what that takes."
    text = article + NUMBERED + "\n\n".join((*FOOTER[:3], lone, *FOOTER[3:]))
    cleaning = clean_text(text, SETTINGS)
    assert cleaning.body == article
    assert "edge.footer" in {span.rule for span in cleaning.spans}


def test_prose_below_the_comments_stays(article: str) -> None:
    """Paragraphs after a thread are an article's, whatever stands between them."""
    more = [
        "The second ship will be sold in autumn, the owners say, and nobody on the islands is sorry to see it go.",
        "A buyer has been found in the south, where there is less ice and where nobody minds the noise of it.",
    ]
    body = clean_text("\n\n".join((article + NESTED, *FOOTER[:2], *more)), SETTINGS).body
    assert all(line in body for line in more)
