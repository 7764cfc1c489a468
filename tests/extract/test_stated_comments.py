"""Comments that only JSON-LD states are kept as those that the page shows."""

import json
from typing import Any

import pytest

from ingest.model import Comment
from tests.extract.pages import BODY, PROSE, extract

STATED: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": "Quay reopens",
    "author": {"@type": "Person", "name": "Ida Holt"},
    "comment": [
        {
            "@type": "Comment",
            "author": {"@type": "Person", "name": "Gull"},
            "dateCreated": "2024-05-02",
            "upvoteCount": 4,
            "text": "A fine  day.\n\nIt is.",
            "comment": {"@type": "Comment", "author": "Tern", "text": "Hardly."},
        },
        {"@type": "Comment", "text": " "},
        {"@type": "Comment", "text": "Third.", "author": 5, "upvoteCount": "many"},
    ],
}


def script(value: Any) -> str:
    """Write JSON-LD as a page holds it."""
    return f"<script type='application/ld+json'>{json.dumps(value)}</script>"


def test_stated_comments_are_read_with_their_answers() -> None:
    """Author, time, rating, text; a nested one answers the one around it; empty ones are none."""
    page = extract(f"<article>{BODY}</article>", script({"@graph": [STATED]}))
    assert page.comments == (
        Comment(text="A fine day.\nIt is.", number=1, author="Gull", published_at="2024-05-02", rating=4),
        Comment(text="Hardly.", number=2, author="Tern", reply_to=1),
        Comment(text="Third.", number=3),
    )
    assert page.text.split("\n") == list(PROSE)
    assert [found.value for found in page.candidates if found.field == "author"] == ["Ida Holt"]


def test_shown_comments_come_first() -> None:
    """What the page shows has an element; the same said twice would be two comments."""
    shown = "<ol id='comments'><li class='comment'><cite class='fn'>Gull</cite><p>A fine day. It is.</p></li></ol>"
    page = extract(f"<article>{BODY}</article>{shown}", script(STATED))
    assert [(found.author, found.element is not None) for found in page.comments] == [("Gull", True)]


@pytest.mark.parametrize("value", ["Comment", [["Comment"]], {"@type": "Comment"}, {"@type": ["Comment"], "text": 7}])
def test_other_shapes_state_none(value: Any) -> None:
    """Nobody's mistake in a script becomes a comment, or an error."""
    assert extract(f"<article>{BODY}</article>", script(value)).comments == ()


def test_a_hostile_depth_is_bounded() -> None:
    """Two hundred answers inside each other are read as far as they may be deep."""
    nested: dict[str, Any] = {"@type": "Comment", "text": "x"}
    for _ in range(200):
        nested = {"@type": "Comment", "text": "x", "comment": nested}
    assert 1 < len(extract(f"<article>{BODY}</article>", script(nested)).comments) <= 31
