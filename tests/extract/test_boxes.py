"""What is cut out of a page before its article is looked for."""

import pytest

from ingest.extract.boxes import prune_boxes
from ingest.extract.related import prune_cards
from ingest.model import SpanClass
from tests.extract.pages import BODY, PROSE, extract, parse

LINKS = "".join(f"<li><a href='/{place}'>Another story of the harbour, number {place}</a></li>" for place in range(3))


@pytest.mark.parametrize(
    ("box", "kind"),
    [
        (f"<ul>{LINKS}</ul>", SpanClass.RELATED),
        ("<div class='story-factbox'><h3>The quay</h3><p>It is 300 metres long.</p></div>", SpanClass.RELATED),
        ("<fact-view class='faktaboks'><p>Kaien er 300 meter lang.</p></fact-view>", SpanClass.RELATED),
        ("<div style='color: red; display:none'>Subscribe for 12 crowns a month.</div>", SpanClass.NOTICE),
        ("<p hidden>Subscribe for 12 crowns a month.</p>", SpanClass.NOTICE),
    ],
)
def test_boxes_are_cut_out_and_listed(box: str, kind: SpanClass) -> None:
    """Each is beside the article, and its path and length stay known."""
    tree = parse(f"<article>{BODY}{box}</article>")
    [pruned] = prune_boxes(tree)
    assert pruned.span_class == kind
    assert pruned.length > 0
    assert " ".join(tree.text_content().split()) == "".join(PROSE)


@pytest.mark.parametrize(
    "box",
    [
        "<ul><li>Bring a <a href='/coat'>coat</a></li><li>Bring a lamp, and somebody to hold it</li></ul>",
        f"<div style='display:none'>{BODY * 3}</div>",
        "<div class='infobox'><h1>Quay reopens</h1></div>",
        "<div class='boxer-profile'><p>He won the fight.</p></div>",
    ],
)
def test_what_may_be_the_article_stays(box: str) -> None:
    """A list with words of its own, a hidden article, a box around the headline, a word that only resembles."""
    tree = parse(box)
    before = tree.text_content()
    assert prune_boxes(tree) == ()
    assert tree.text_content() == before


def test_cards_are_cut_out_and_links_stay() -> None:
    """A link around a heading leads elsewhere; a link in a sentence is part of it."""
    card = "<a href='/x'><h3>Storm damage</h3><p>It is worse than feared, says the town.</p></a>"
    tree = parse(f"<div>{card}<p>See the <a href='/y'>report</a> of May.</p></div>")
    assert [pruned.length for pruned in prune_cards(tree)] == [
        len("Storm damageIt is worse than feared, says the town.")
    ]
    assert " ".join(tree.text_content().split()) == "See the report of May."


def test_cutting_moves_no_path() -> None:
    """What was cut out leaves its place empty, so the paths of what stands behind it are those of the page given."""
    page = extract(f"<article><ul>{LINKS}</ul><div class='factbox'><p>Old</p></div><div>{BODY}</div></article>")
    assert page.blocks[0].element == "/html/body/article/div[2]/p[1]"
