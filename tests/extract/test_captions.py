"""Captions and credits become data and leave the text."""

import pytest

from ingest.extract.captions import prune_captions
from ingest.model import Caption
from tests.extract.pages import BODY, PROSE, extract, parse


@pytest.mark.parametrize(
    ("markup", "caption"),
    [
        (
            "<figure><img><figcaption>The quay in May. <span class='credit'>Ole Brandt</span></figcaption></figure>",
            Caption(text="The quay in May. Ole Brandt", credit="Ole Brandt"),
        ),
        (
            "<figure><figcaption>The quay in May. Photo: Ole Brandt</figcaption></figure>",
            Caption(text="The quay in May. Photo: Ole Brandt", credit="Ole Brandt"),
        ),
        (
            "<div class='image-caption'>The quay (© Brandt/NPA)</div>",
            Caption(text="The quay (© Brandt/NPA)", credit="Brandt/NPA"),
        ),
        ("<p class='wp-caption-text'>The quay in May.</p>", Caption(text="The quay in May.", credit=None)),
        (
            "<figcaption><p class='copyright'>Ole Brandt</p></figcaption>",
            Caption(text="Ole Brandt", credit="Ole Brandt"),
        ),
    ],
)
def test_shapes_of_captions(markup: str, caption: Caption) -> None:
    """Text and credit, wherever the credit stands."""
    pruned, captions = prune_captions(parse(f"{BODY}{markup}"))
    assert captions == (caption,)
    assert len(pruned) == 1


def test_captions_stay_with_the_article_and_out_of_its_text() -> None:
    """They are kept once each; sentences about photos are text."""
    figure = "<figure><img><figcaption>The quay in May. Photo: Ole Brandt</figcaption></figure>"
    about = "<p>Photo: that was the first word of the letter which the council found in its post box that morning.</p>"
    page = extract(f"<article>{figure}{BODY}{about}{figure}</article>")
    assert [caption.credit for caption in page.captions] == ["Ole Brandt"]
    assert "The quay in May" not in page.text
    assert "that was the first word of the letter" in page.text


def test_a_footer_has_no_captions() -> None:
    """Pictures of the page's furniture are not the article's."""
    assert prune_captions(parse("<footer><div class='caption'>Our building</div></footer>")) == ((), ())


def test_prose_is_read_whole() -> None:
    """Nothing of the article is taken for a caption."""
    assert extract(f"<article>{BODY}</article>").text.split("\n") == list(PROSE)
