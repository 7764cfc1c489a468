"""What JSON-LD says of access, and of whom and what the article is about."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml.html import fromstring

from ingest.extract.json_ld import read_json_ld


def stated(node: dict[str, Any]) -> list[tuple[str, str]]:
    """Read one article node in a page."""
    source = json.dumps({"@type": "NewsArticle", **node})
    tree = fromstring(f'<html><head><script type="application/ld+json">{source}</script></head><body></body></html>')
    return [(each.field, each.value) for each in read_json_ld(tree) if each.field != "kind"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (False, ["false"]),
        (True, ["true"]),
        ("False", ["false"]),
        ("http://schema.org/True", ["true"]),
        ("perhaps", []),
        ([False], []),
        (None, []),
    ],
)
def test_access_as_templates_write_it(value: Any, said: list[str]) -> None:
    """A boolean, its name or its address."""
    assert stated({"isAccessibleForFree": value}) == [("is_free", each) for each in said]


def test_subjects_by_their_types() -> None:
    """A subject without a type that is known is a topic, not a name."""
    subjects = [
        {"@type": "Person", "name": "Nell Quayside"},
        {"@type": ["Thing", "Corporation"], "name": "Port Union"},
        {"@type": "Thing", "name": "ferries"},
        "ferries",
        7,
    ]
    found = stated({"about": subjects, "mentions": {"@type": "City", "name": "Bergen"}})
    assert found == [("about_person", "Nell Quayside"), ("about_organization", "Port Union"), ("about_place", "Bergen")]


def test_the_type_of_the_article_is_stated() -> None:
    """The kind of a text is told by it."""
    tree = fromstring(
        '<html><head><script type="application/ld+json">{"@type": "LiveBlogPosting"}</script></head></html>'
    )
    assert [(each.field, each.value) for each in read_json_ld(tree)] == [("kind", "LiveBlogPosting")]
