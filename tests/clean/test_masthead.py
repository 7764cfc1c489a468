"""Dates, counters and names between the headline and the article, in whatever form a page prints them."""

from __future__ import annotations

import pytest

from ingest.clean.cleaner import clean_text
from ingest.clean.lines import split_lines
from ingest.clean.settings import CleanSettings
from ingest.clean.stamps import is_age, is_dated, is_stamp
from tests.clean.conftest import CLOSING, HEADLINE, OPENING

STAMPS = [
    "Nov 18, 2019 @17:19 PM",
    "Published 11:11 PM EST Nov 19, 2019",
    "23. 12. 2024 13:31",
    "Mittwoch, 3. März 2021 um 8.15 Uhr",
    "5 mai 2021 à 08h15",
    "3 de mayo de 2021",
    "3 марта 2021, 10:00",
    "2021年3月11日",
    "Today 12:01 AM",
    "včera 14:40",
    "vor 3 Stunden",
    "2 dakika önce",
    "1時間前",
]


@pytest.mark.parametrize("text", STAMPS)
def test_a_date_alone_is_told(text: str) -> None:
    """Dates, times and ages in the languages of the pages."""
    assert is_stamp(split_lines(text)[0])


@pytest.mark.parametrize(
    "text",
    [
        "In March 2021 the ferry was sold",
        "The winter of 1963",
        "May we sail?",
        "A crew of 12",
        "3.2 million",
        "April 24, 2013, the day the pier fell into the water",
    ],
)
def test_words_about_a_time_are_no_date(text: str) -> None:
    """A subhead may name a month or a year."""
    line = split_lines(text)[0]
    assert not is_stamp(line)
    assert not is_dated(line)


def test_an_age_is_told_from_a_date() -> None:
    """How long ago is said of links and comments; a date may be the article's."""
    assert is_age(split_lines("3 hours ago")[0])
    assert not is_age(split_lines("3 March 2021")[0])


@pytest.mark.parametrize(
    "line",
    [
        *STAMPS,
        "Harbour Gazette October 06, 2021",
        "Harbour Town, Gazette Bureau | Updated : 19 November 2021, 09:01 AM",
        "Mon 18 Nov 2019 18.54 GMT Last modified on Mon 18 Nov 2019 18.56 GMT",
        "438.3K",
        "57",
        "6:30",
    ],
)
def test_it_goes_below_the_headline(line: str) -> None:
    """What a page prints between its headline and the first paragraph is no part of either."""
    assert clean_text("\n\n".join((HEADLINE, line, *OPENING, *CLOSING)), CleanSettings()).body == "\n\n".join(
        (HEADLINE, *OPENING, *CLOSING)
    )


@pytest.mark.parametrize("line", ["The storm of November and what came after it", "A winter without a ship"])
def test_a_summary_stays(line: str) -> None:
    """A line below the headline that says something belongs to the article."""
    assert line in clean_text("\n\n".join((HEADLINE, line, *OPENING, *CLOSING)), CleanSettings()).body


def test_a_headline_with_a_date_stays() -> None:
    """A review of an evening carries its day in the headline."""
    headline = "Brass band at the lighthouse, November 18, 2021"
    text = "\n\n".join((headline, *OPENING, *CLOSING))
    assert clean_text(text, CleanSettings()).body == text


def test_a_number_below_the_article_goes() -> None:
    """How often an article was shared stands alone at its end."""
    article = "\n\n".join((HEADLINE, *OPENING, *CLOSING))
    assert clean_text(f"{article}\n\n906", CleanSettings()).body == article
