"""The lead is found where the page shows it, and nothing else is taken for one."""

import pytest

from ingest.extract.lead import find_lead
from tests.extract.pages import BODY, PROSE, extract, parse

LEAD = "Fourteen months after the storm the council of Norholm opens its quay; fishermen have waited for it since."
META = f"<title>Quay reopens</title><meta name='description' content='{LEAD}'>"


@pytest.mark.parametrize(
    "markup",
    [
        f"<h1>Quay</h1><header><p>{LEAD}</p></header>",
        f"<h1>Quay</h1><div><h2 class='entry'>{LEAD}</h2></div>",
        f"<h1>Quay</h1><p>{LEAD.removesuffix('.')}, and longer than the page says elsewhere.</p>",
    ],
)
def test_the_description_below_the_headline_is_the_lead(markup: str) -> None:
    """Whatever its element is called, and though it goes on."""
    found = find_lead(parse(markup), [LEAD])
    assert found is not None
    assert found.text.startswith(LEAD.removesuffix("."))


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{LEAD}</p><h1>Quay</h1>",
        f"<h1>Quay</h1><aside><p>{LEAD}</p></aside>",
        f"<h1>Quay</h1><a href='/x'><p>{LEAD}</p></a>",
        f"<h1>Quay</h1><p class='dek'>{LEAD}</p>",
        "<h1>Quay</h1><p>Something else altogether, which the page does not state as what it is about.</p>",
    ],
)
def test_other_places_hold_no_lead(markup: str) -> None:
    """Above the headline, in a card or beside the article it is a teaser; a deck is a second headline."""
    assert find_lead(parse(markup), [LEAD]) is None


def test_a_label_tells_a_lead() -> None:
    """Without a description; an element with a picture is something else."""
    found = find_lead(parse(f"<h1>Quay</h1><div class='article-intro'>{LEAD}</div>"), [])
    assert found is not None
    assert found.element == "/html/body/div"
    assert find_lead(parse(f"<h1>Quay</h1><div class='media-lead'><img>{LEAD}</div>"), []) is None


def test_the_lead_begins_the_text_once() -> None:
    """Where extraction left it out it is put back, with its element; where it did not, nothing is said twice."""
    page = extract(f"<header><h1>Quay reopens</h1><p>{LEAD}</p></header><article>{BODY}</article>", META)
    assert page.text.split("\n") == [LEAD, *PROSE]
    assert page.blocks[0].element == "/html/body/header/p"
    inside = extract(f"<article><h1>Quay reopens</h1><p>{LEAD}</p>{BODY}</article>", META)
    assert inside.text.count(LEAD) == 1
