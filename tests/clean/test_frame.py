"""Above the headline and below the article: what goes for its place alone, and what stays all the same."""

from __future__ import annotations

import pytest

from ingest.clean.cleaner import clean_text
from ingest.clean.frame import find_headline
from ingest.clean.lines import split_lines
from ingest.clean.settings import CleanSettings
from ingest.model import SpanClass
from tests.clean.conftest import CLOSING, HEADLINE, OPENING

SETTINGS = CleanSettings()
URL = "https://gazette.example/2019/harbour/ferry-outer-islands-returns-after-winter-repairs-8812.html"
ARTICLE = (HEADLINE, *OPENING, *CLOSING)


def body_of(*lines: str, url: str | None = URL) -> str:
    """Clean lines set apart by blank ones."""
    return clean_text("\n\n".join(lines), SETTINGS, url=url).body


def test_labels_above_the_headline_go() -> None:
    """The address tells which line is the headline, and a page has menus and mottos above it."""
    above = ("Harbour & Weather", "  • Tides", "  • Ferries 2019", "The paper that smells of the sea", "Ships")
    assert body_of(*above, *ARTICLE) == "\n\n".join(ARTICLE)


@pytest.mark.parametrize(
    "kept",
    [
        "A WINTER WITHOUT A SHIP",
        "  • Ferry to the outer islands returns after winter",
        "The harbour was quiet, and then it was not.",
        "Our correspondent writes:",
        "- Ada Lind on Sunday, March 3rd, 2019 in a letter to the harbour board",
    ],
)
def test_lines_above_the_headline_that_stay(kept: str) -> None:
    """A line over the headline, the headline said twice and sentences may be the article's."""
    assert body_of(kept, *ARTICLE) == "\n\n".join((kept.strip(), *ARTICLE))


def test_nothing_above_goes_without_an_address() -> None:
    """Without an address nothing tells the headline from what stands over it."""
    assert body_of("The paper that smells of the sea", *ARTICLE, url=None).startswith("The paper that smells")


def test_links_and_teasers_after_closing_chrome_go() -> None:
    """After the buttons a page has titles, each with its teaser or none, and no prose follows them."""
    below = (
        "Share on Facebook",
        "Ten islands that had no bread for a month",
        "The baker of the northern island tells what he baked from seaweed and oats in the long winter.",
        "Harbour office wants a new clock",
        "Tides",
        "Brass band looks for a second tuba",
    )
    cleaning = clean_text("\n\n".join((*ARTICLE, *below)), SETTINGS, url=URL)
    assert cleaning.body == "\n\n".join(ARTICLE)
    classes = {span.span_class for span in cleaning.spans if span.rule == "frame.below_article"}
    assert classes == {SpanClass.RELATED, SpanClass.NAVIGATION}


@pytest.mark.parametrize(
    "below",
    [
        ("Crossings", "First ship: six in the morning", "Last ship: nine at night"),
        ("Advertisement", "Crossings on weekdays", "First ship: six in the morning"),
        ("Share on Facebook", *CLOSING),
    ],
)
def test_lists_and_prose_below_stay(below: tuple[str, ...]) -> None:
    """A list that no closing chrome announces is the article's, and so is prose wherever it stands."""
    body = body_of(*ARTICLE, *below)
    assert all(line in body for line in below if line not in ("Advertisement", "Share on Facebook"))


def test_headline_is_the_first_of_lines_alike() -> None:
    """Of the headline and its repetition in the links the first counts, and a trail's item never does."""
    lines = split_lines("\n".join(("• Ferry to the outer islands returns", "Tides", HEADLINE, "x", HEADLINE)))
    found = find_headline(lines, (URL, None))
    assert found is not None
    assert (found.index, sorted(found.alike)) == (2, [0, 2, 4])


@pytest.mark.parametrize("url", [None, "https://gazette.example/a/8812", "https://gazette.example/weather-of-the-week"])
def test_address_that_says_nothing_finds_nothing(url: str | None) -> None:
    """Many addresses hold a number only, or another subject."""
    assert find_headline(split_lines("\n".join(ARTICLE)), (url,)) is None


def test_a_list_of_teasers_under_its_titles_goes() -> None:
    """A block of links ends at its first teaser: the titles and teasers after it are no more the article's."""
    teasers = [
        "Ten islands had no bread for a month, and the baker walked over the ice with a sledge of flour.",
        "The last fish hall of the town is to be a museum of nets, says a plan that nobody has read.",
    ]
    titles = ["Ten islands without bread", "The last fish hall", "Bees in winter", "Nets on show", "Partner news"]
    listed = (titles[0], teasers[0], titles[1], teasers[1], *titles[2:])
    assert body_of(*ARTICLE, "Top stories", *listed) == "\n\n".join(ARTICLE)


def test_a_paragraph_below_one_link_stays() -> None:
    """The last paragraph after a link, with labels below it, is the article's."""
    last = (
        "The ferry will sail twice a day until the ice comes back, and the baker, who had brought flour over the ice "
        "with a sledge all winter, has sold the sledge to the fish hall, where it is to be shown beside the nets."
    )
    body = body_of(*ARTICLE, "Related stories", "Ten islands without bread", last, "Harbour", "Ferry", "Ice", "Bread")
    assert last in body


def test_the_trail_that_ends_in_the_headline_goes() -> None:
    """A page runs the names of its sections into the headline above it."""
    trail = f"HomeHarbour News{HEADLINE}"
    assert body_of(trail, *ARTICLE, url=None) == "\n\n".join(ARTICLE)


def test_single_paragraphs_among_final_chrome_go() -> None:
    """Notes about the writer and the paper stand between the tags, the form and the rights."""
    below = (
        "Tags: ferry, islands, winter",
        "Ada Lind is a freelance writer who lives in Bergen and keeps bees.",
        "The Gazette comes out on every day of the week but Sunday, and it smells of the sea, as its readers say.",
        "Your email address will not be published. Required fields are marked *",
        "Leave a Reply",
        "Prices of fish are those of the morning auction and are given without any warranty by the fish hall.",
        "© 2021 Harbour Gazette",
    )
    assert body_of(*ARTICLE, *below) == "\n\n".join(ARTICLE)


def test_paragraphs_below_single_chrome_stay() -> None:
    """One list of tags amid an article does not end it."""
    last = "Nobody knows who will pay for it, and the captain does not ask, since she has the ship to look after."
    assert last in body_of(*ARTICLE, "Tags: ferry, islands, winter", last)


def test_a_menu_below_a_lone_sentence_goes() -> None:
    """A sentence of the page's own does not make an article of the menu around it."""
    menu = ("• Courses", "• Free Articles", "• Coaching", "• About", "• Contact Form", "• Books", "• Podcast")
    below = ("© 2021 Harbour Gazette", "Click to watch a film about how a ship is painted and what that takes.", *menu)
    body = body_of(*ARTICLE, *below)
    assert not any(line in body for line in menu)


def test_a_row_of_sections_above_a_headline_goes() -> None:
    """Without an address, too, a row of section names above the first longer line is the page's."""
    sections = ("World", "Arts & Showbiz", "Harbour", "Calendar", "Local Weather Map")
    assert body_of(*sections, *ARTICLE, url=None) == "\n\n".join(ARTICLE)


def test_a_long_menu_below_the_article_goes_unannounced() -> None:
    """Many bulleted items of a word or two each are a menu, also where nothing closes the article before them."""
    menu = [
        f"• {name}"
        for name in [
            "World",
            "Africa",
            "Americas",
            "Asia",
            "Europe",
            "Business",
            "Markets",
            "Tech",
            "Media",
            "Space",
            "45",
            "2020",
        ]
    ]
    assert body_of(*ARTICLE, *menu) == "\n\n".join(ARTICLE)


def test_a_list_of_works_below_the_article_stays() -> None:
    """What an article lists at its end has more to say of each."""
    works = [
        f"• The song of the {name} that came back"
        for name in ["ship", "ferry", "ice", "wind", "pier", "gull", "net", "eel", "tide", "bell", "oar"]
    ]
    works.append("• The last song of all of them")
    assert body_of(*ARTICLE, *works) == "\n\n".join((*ARTICLE, *works))
