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


def post(name: str, text: str, when: str, replies: str = "") -> str:
    """Write a comment whose labels say nothing."""
    return (
        f"<div class='x1'><div><a href='/u/{name}'>{name}</a> <span>{when}</span></div><p>{text}</p>"
        f"<a href='#'>Reply</a>{replies}</div>"
    )


THREAD = (
    f"<div class='q9'>{post('Old Salt', 'About time, I say.', '3 hours ago')}"
    f"{post('Gull', 'So has mine, neighbour.', '02.05.2024')}"
    f"{post('Tern', 'Hardly.', 'May 3, 2024')}</div>"
)


def test_a_thread_without_telling_labels_is_known_by_what_repeats() -> None:
    """Blocks of one kind, each with a name, a time and a link to reply; all three are read."""
    tree = parse(f"<h1>Quay reopens</h1><div>{BODY}</div>{THREAD}")
    [pruned], comments = prune_comments(tree)
    assert pruned.element == "/html/body/div[2]"
    assert [(found.author, found.published_at, found.text) for found in comments] == [
        ("Old Salt", "3 hours ago", "About time, I say."),
        ("Gull", "02.05.2024", "So has mine, neighbour."),
        ("Tern", "May 3, 2024", "Hardly."),
    ]
    assert "neighbour" not in tree.text_content()


def test_a_thread_that_is_all_the_page_has_stays() -> None:
    """A forum's page has no article beside its posts; an article that may be answered twice is no thread."""
    assert prune_comments(parse(f"<h1>Quay</h1>{THREAD}")) == ((), ())
    answered = f"<article><h1>Quay reopens</h1><a href='#'>Reply</a>{BODY}<a href='#'>Reply</a></article>"
    assert prune_comments(parse(answered)) == ((), ())


@pytest.mark.parametrize("heading", ["2 Comments", "Kommentare (2)", "2 thoughts on “Quay reopens”", "コメント"])
def test_a_heading_announces_a_thread(heading: str) -> None:
    """What follows it is the thread where each block has a time or a name; other text is left alone."""
    blocks = "".join(
        f"<li><img class='avatar' alt=''><b>{name}</b><p>{text}</p></li>"
        for name, text in (("Gull", "A fine day it is, out here."), ("Tern", "It is, on the water too."))
    )
    _, comments = prune_comments(parse(f"<h1>Quay reopens</h1>{BODY}<h3>{heading}</h3><ul class='z'>{blocks}</ul>"))
    assert "A fine day it is" in comments[0].text
    assert prune_comments(parse(f"<h1>Quay reopens</h1>{BODY}<h3>{heading}</h3><div><p>{BODY}</p></div>")) == ((), ())


def test_lists_and_parts_of_comments_are_no_comments() -> None:
    """`comment-thread` around them, `comment-box` inside them: each comment is read once, with its name and time."""

    def nest(number: int, text: str, replies: str = "") -> str:
        return (
            f"<li class='comment' id='c{number}00'><div class='comment-block'><cite class='user'>Reader {number}</cite>"
            f"<div class='comment-box'><p>{text}</p></div><i class='date'>Day {number}</i></div>"
            f"<div class='comment-replies'><div class='comment-thread'><ol>{replies}</ol></div></div></li>"
        )

    thread = nest(1, "One, which is first.", nest(2, "Two answers it.")) + nest(3, "Three stands alone.")
    _, comments = prune_comments(
        parse(f"{BODY}<div id='comments'><div class='comment-thread'><ol>{thread}</ol></div></div>")
    )
    assert [(found.author, found.published_at, found.text, found.reply_to) for found in comments] == [
        ("Reader 1", "Day 1", "One, which is first.", None),
        ("Reader 2", "Day 2", "Two answers it.", 1),
        ("Reader 3", "Day 3", "Three stands alone.", None),
    ]


def test_words_inside_the_name_s_element_are_kept() -> None:
    """Some templates put the comment's paragraph into the element of its author: it is a comment all the same."""
    thread = (
        "<li class='comment'><div class='comment-author'><p>So has mine, neighbour.</p><cite>Gull</cite></div></li>"
    )
    _, [comment] = prune_comments(parse(f"{BODY}<ol class='commentlist'>{thread}</ol>"))
    assert (comment.author, comment.text) == ("Gull", "So has mine, neighbour.")


def test_an_opinion_piece_in_a_box_called_comment_stays() -> None:
    """What has no thread in it and is most of the page's prose is the article, whatever it is called."""
    assert prune_comments(parse(f"<div class='kommentar'>{BODY}</div>")) == ((), ())


@pytest.mark.parametrize(
    "opening",
    [
        "<hyvor-talk-comments>", "<div role='comment'>", "<div data-testid='comments-section'>", "<vf-conversations>",
        "<div class='wpdcom'>", "<div class='spcv_conversation'>", "<section aria-label='Комментарии'>",
        "<div class='field--name-field-comments'>", "<div id='hyvor-talk-view'>",
    ],
)  # fmt: skip
def test_comment_systems(opening: str) -> None:
    """Elements of their own, roles, test marks and labels for screen readers."""
    name = opening.strip("<>").split()[0]
    words = f"{opening}<p>What rubbish is this, I ask each and every one of you.</p></{name}>"
    tree = parse(f"<h1>Quay reopens</h1><div>{BODY}</div>{words}")
    pruned, comments = prune_comments(tree)
    assert len(pruned) == 1
    assert "What rubbish" in comments[0].text
