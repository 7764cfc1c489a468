"""What is read of each comment."""

import pytest

from ingest.extract.comments import prune_comments
from tests.extract.pages import BODY, parse

ITEM = "<li class='comment' {attributes}><b class='author'>{name}</b>{more}<div class='comment-text'>{text}</div></li>"


def item(name: str, text: str, *, attributes: str = "", more: str = "") -> str:
    """Write a comment."""
    return ITEM.format(name=name, text=text, attributes=attributes, more=more)


@pytest.mark.parametrize(
    ("more", "rating"),
    [
        ("<span class='vote-count'>+12</span>", 12),
        ("<span class='comment-score'>\N{MINUS SIGN}3 points</span>", -3),
        ("<meta itemprop='upvoteCount' content='7'>", 7),
        ("<span class='likes'>Like</span>", None),
        ("<span class='avatar'>12</span>", None),
    ],
)
def test_ratings(more: str, rating: int | None) -> None:
    """A number in what is labelled as a score; a button without one says nothing."""
    _, [comment] = prune_comments(parse(f"<ol id='comments'>{item('Gull', 'So has mine.', more=more)}</ol>"))
    assert (comment.author, comment.rating, comment.text.endswith("So has mine.")) == ("Gull", rating, True)


def test_whom_a_flat_reply_answers() -> None:
    """Attributes name the comment that one answers, where it does not stand inside it."""
    thread = [
        item("Old Salt", "About time.", attributes="id='comment-71'"),
        item("Gull", "So it is.", attributes="id='comment-72' data-parent-id='71'"),
        item("Tern", "Hardly.", attributes="id='comment-73' data-parent-id='0'"),
    ]
    _, comments = prune_comments(parse(f"<ol id='comments'>{''.join(thread)}</ol>"))
    assert [(comment.number, comment.reply_to) for comment in comments] == [(1, None), (2, 1), (3, None)]


def test_camel_case_and_prefixes_name_comments() -> None:
    """Content systems put their own name before the word; the first post of a thread is no comment of it."""
    posts = [
        f"<div id='{name}' class='HpComment'><p>{text}</p></div>"
        for name, text in (
            ("HpCommentFirst", "Question, with more words than one."),
            ("a", "Answer one, in some words."),
            ("b", "Answer two, in some words."),
        )
    ]
    pruned, comments = prune_comments(parse("".join(posts)))
    assert [comment.text for comment in comments] == ["Answer one, in some words.", "Answer two, in some words."]
    assert len(pruned) == 2


def test_one_opinion_piece_is_no_comment() -> None:
    """A single element that is called a comment by its section is the article."""
    assert prune_comments(parse(f"<div class='politics-comment'>{BODY}</div>")) == ((), ())
