"""Links to other articles that only their form gives away, and what looks like them and is the article's."""

from __future__ import annotations

import pytest

from ingest.clean.cleaner import clean_text
from ingest.clean.settings import CleanSettings
from ingest.model import SpanClass
from tests.clean.conftest import CLOSING, HEADLINE, OPENING

TITLE = "Ten islands that had no bread for a month"
OTHER = "The last fish hall is to become a museum"
TEASER = "The baker of the northern island tells what he baked from seaweed and oats in the long winter."
NEXT = "A plan that nobody has read says that the nets are to be shown beside the scales."


def left_of(*between: str, after: tuple[str, ...] = tuple(CLOSING)) -> list[str]:
    """Give what is left of lines between the first paragraphs and the last."""
    body = clean_text("\n\n".join((HEADLINE, *OPENING, *between, *after)), CleanSettings()).body
    left = body.splitlines()
    return [line for line in between if line in left]


@pytest.mark.parametrize("button", ["Read more", "mehr", "Lire la suite", "Leer más", "Lees meer", "читать далее"])
def test_a_title_above_its_button_goes(button: str) -> None:
    """A button to read on is a link's, and so is the title right above it."""
    assert left_of(TITLE, button) == []


def test_teasers_between_buttons_go_with_their_titles() -> None:
    """Where buttons recur, each ends a title and its teaser."""
    assert left_of("Harbour", TITLE, TEASER, "more", "Islands", OTHER, NEXT, "more") == []


@pytest.mark.parametrize(
    "kept",
    [
        (TEASER, "Read more"),
        ("What the baker said:", "more"),
        ("Bread", "more"),
    ],
)
def test_what_stands_above_one_button_stays(kept: tuple[str, str]) -> None:
    """A paragraph, an introduction or a single word above a single button is the article's."""
    assert kept[0] in left_of(*kept)


@pytest.mark.parametrize(
    "date",
    ["23. 12. 2024 13:31", "March 11, 2021", "včera 14:40", "11 mars 2021 à 08:15", "2021年3月11日 08時15分"],
)
def test_a_title_above_a_date_goes(date: str) -> None:
    """Between paragraphs, a title with nothing but a date below it is a link with its day."""
    assert left_of(TITLE, date) == []


def test_days_of_a_chronicle_stay() -> None:
    """A day with its account below it heads a part of the article."""
    days = ("March 11, 2021", TEASER, "March 12, 2021", NEXT)
    assert [line for line in left_of(*days) if line not in ("March 11, 2021", "March 12, 2021")] == [TEASER, NEXT]


def test_a_list_of_titles_with_their_ages_goes() -> None:
    """Several titles, each with how long ago it came out, are a list of links wherever they stand."""
    listed = ("• " + TITLE, "1時間前", "• " + OTHER, "6時間前", "• Bees in winter", "2日前")
    assert left_of(*listed, after=()) == []


def test_a_title_said_twice_goes() -> None:
    """A link says its title for the picture and for the text."""
    assert left_of(TITLE, TITLE) == []


def test_a_long_title_in_capitals_goes() -> None:
    """Between paragraphs, what shouts in seven words and more is a link; a subhead is shorter."""
    assert left_of("TEN ISLANDS HAD NO BREAD FOR A MONTH AND NOBODY NOTICED", OPENING[0]) == [OPENING[0]]
    assert left_of("NO BREAD ON THE ISLANDS", OPENING[0]) == ["NO BREAD ON THE ISLANDS", OPENING[0]]


def test_lines_of_a_song_that_return_stay() -> None:
    """A refrain has other short lines around it, and a table's head comes more than twice."""
    song = ("Row the boat to the northern island", "Wind is in the west and cold")
    assert left_of(*song, song[0], song[1]) == [*song, *song]


def test_titles_that_end_a_text_go() -> None:
    """Many titles in a row, written as sentences are, with no prose after them."""
    titles = (
        "PREVIOUS NEWS OF THE FERRY:",
        "Baker walks over the ice with a sledge full of flour",
        "What became of the ship that was hired from the south?",
        "Teachers who could not come back are waiting on the mainland",
        "Council asks for a bridge that nobody can pay for",
    )
    assert left_of(*titles, after=()) == []


@pytest.mark.parametrize(
    "names",
    [
        (
            "Best Ferry of the Year (Harbour Board, North)",
            "Mira Holm & Jon Berg (Three Islands, Harbour Radio)",
            "Best Brass Band - The Lighthouse Players",
            "Lifetime Award - Hedda Lind of the Northern Line",
        ),
        ("two cups of oat flour", "a spoon of dried seaweed", "salt from the harbour", "one egg, if there is one"),
    ],
)
def test_lists_of_an_article_stay(names: tuple[str, ...]) -> None:
    """Names of winners and what goes into a bread end articles, too."""
    assert left_of(*names, after=()) == list(names)


def test_tags_before_the_buttons_go() -> None:
    """A few short capitalised lines between the last paragraph and the buttons are tags."""
    text = "\n\n".join((HEADLINE, *OPENING, *CLOSING, "Ferries", "Outer Islands", "Winter", "Share on Facebook"))
    cleaning = clean_text(text, CleanSettings())
    assert cleaning.body == "\n\n".join((HEADLINE, *OPENING, *CLOSING))
    assert SpanClass.TAGS in {span.span_class for span in cleaning.spans}


def test_a_list_that_the_article_announces_stays() -> None:
    """What a sentence with a colon leads to is its list."""
    lines = ("These places are still without a ship:", "Northern Island", "Seal Rock", "Lighthouse Bay")
    assert left_of(*lines, after=("Share on Facebook",)) == list(lines)
