"""Containers of comments are known by many names, and what only resembles one is not taken for it."""

import time

import pytest

from ingest.extract.comment_signs import announces, is_named, may_name, offers_reply

CONTAINERS = [
    "comments", "comments-area", "post-comments", "reader-comments", "commentlist", "disqus_thread",
    "fb-comments", "article__comments", "article-page-comments", "story-comments-section",
    "hyvor-talk-comments", "commento", "coral_thread", "viafoura", "wpdcom", "wpd-threads", "spot-im-comments",
    "spcv_conversation", "kommentare", "leserkommentare", "field--name-field-comments", "node-comments",
    "respond", "c-comments", "js-comments-container", "comments_wrap", "livefyre-app", "talkbacks",
    "reacties-lijst", "vf-conversations", "giscus", "isso-thread", "diskuze", "komentarze-lista",
    "fyre-comment-stream", "comment-thread", "facebook-comments-widget", "comments-div",
    "gig-comments-container", "view-comments", "page-comments", "insticator-unit-comments", "commentaires",
    "comentarios", "commenti", "yorumlar", "hozzaszolasok", "binh-luan", "user-discussion", "comments-loop",
]  # fmt: skip
OTHERS = [
    "spotlight", "spotlight-section", "commentary", "no-comments", "has-comments", "comment-count", "commented",
    "recommended", "user", "user-menu", "forum", "talk", "talking-points", "hyper", "hyperlink", "respondents",
    "discussion-paper", "coral-reef", "article-body", "remarks", "isolation", "commentator", "muutos", "story",
    "latest-news", "discussion",
]  # fmt: skip
HEADINGS = [
    "Comments", "3 Comments", "Comments (12)", "Kommentare", "Alle Kommentare", "(23) Comments", "1,204 Comments",
    "One thought on “The quay”", "2 responses to The quay", "Reader comments", "Комментарии (4)", "4 комментария",
    "コメント", "Commentaires (3)", "Réactions", "Comentários", "Yorumlar", "Kommentare zu diesem Artikel", "댓글 3",
]  # fmt: skip


@pytest.mark.parametrize("label", CONTAINERS)
def test_names_of_containers(label: str) -> None:
    """Comment systems, content systems and languages; the quick look must let each of them through."""
    assert is_named(label)
    assert may_name(label)


@pytest.mark.parametrize("label", OTHERS)
def test_names_of_other_things(label: str) -> None:
    """A word that contains or resembles one costs an article if it is taken for one."""
    assert not is_named(label)


@pytest.mark.parametrize("text", HEADINGS)
def test_headings_of_threads(text: str) -> None:
    """With and without their number, in many languages."""
    assert announces(text)


@pytest.mark.parametrize("text", ["", "Comments on the budget were harsh", "The quay reopens", "No comment", "7"])
def test_other_headings(text: str) -> None:
    """A headline about comments is a headline."""
    assert not announces(text)


def test_links_to_reply() -> None:
    """Whatever arrow or case they are set in; a sentence about replies is none."""
    assert all(map(offers_reply, ["Reply", "↩ Reply", " ANTWORTEN ", "Répondre", "返信", "Yanıtla"]))
    assert not any(map(offers_reply, ["", "A reply from the council", "Replying", "Report"]))


@pytest.mark.parametrize("unit", ["comments", "list", "comments-list-", "a-", "1 ", "1,", "(1", "the ", "an a ", "-_"])
def test_hostile_labels_take_no_time(unit: str) -> None:
    """Labels and headings are a stranger's: repetition must not make matching slow."""
    started = time.perf_counter()
    for text in (unit * 100, f"{unit * 30}x"):
        is_named(text[:100])
        announces(text)
    assert time.perf_counter() - started < 0.5
