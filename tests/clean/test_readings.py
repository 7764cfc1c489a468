"""What cut spans say: rights, captions, credits, authors, leaked fields."""

from __future__ import annotations

import pytest

from ingest.clean.byline import read_authors, read_signature
from ingest.clean.captions import read_caption, read_credit
from ingest.clean.cleaner import clean_text
from ingest.clean.moments import read_moment
from ingest.clean.rights import read_rights
from ingest.clean.settings import CleanSettings
from ingest.model import Caption, SpanClass

SETTINGS = CleanSettings()


@pytest.mark.parametrize(
    ("notice", "holder", "years"),
    [
        ("Copyright The Harbour Times Limited 2018. All rights reserved.", "The Harbour Times Limited", (2018,)),
        ("Copyright © 2023 Skerry Media, LLC.", "Skerry Media, LLC", (2023,)),
        ("HBC © 2014 The HBC is not responsible for the content of external sites. Read more.", "HBC", (2014,)),
        ("Lantern Media Group Limited [2021]", "Lantern Media Group Limited", (2021,)),
        ("© 1996-2024 The Skerry Post", "The Skerry Post", (1996, 2024)),
        ("skerrypost.example © 1996-2024 The Skerry Post", "The Skerry Post", (1996, 2024)),
        ("Copyright ©2019 Hull & Sons, Inc. All Rights Reserved", "Hull & Sons, Inc.", (2019,)),
        ("(c) 2011 by Ann Lee", "Ann Lee", (2011,)),
        ("© Fjord-Verlag GmbH. Alle Rechte vorbehalten.", "Fjord-Verlag GmbH", ()),
        ("© «Вестник Гавани», 2019. Все права защищены.", "«Вестник Гавани»", (2019,)),
        ("© جريدة الميناء 2018. جميع الحقوق محفوظة.", "جريدة الميناء", (2018,)),
        ("版权所有 © 2018 港口晚报。保留所有权利。", "港口晚报", (2018,)),
        ("港口晚报版权所有，未经书面许可不得转载", "港口晚报", ()),
        ("SNB © 2013 The SNB accepts no liability for other pages.", "SNB", (2013,)),
    ],
)
def test_rights_are_read(notice: str, holder: str, years: tuple[int, ...]) -> None:
    """Who holds the rights stands before or after the year, with or without the word."""
    rights = read_rights(notice)
    assert rights is not None
    assert (rights.holder, rights.years, rights.notice) == (holder, years, notice)


@pytest.mark.parametrize(
    "notice", ["All rights reserved.", "Reuse this content", "This material may not be published."]
)
def test_notice_without_holder_and_year_states_no_rights(notice: str) -> None:
    """A record without either would only fill the facet with noise."""
    assert read_rights(notice) is None


@pytest.mark.parametrize(
    ("line", "words", "credit"),
    [
        ("Skaters on the canal. (Photo: Mira Holm)", "Skaters on the canal", "Mira Holm"),
        ("A soldier near Lund, yesterday. Photo: Reuters", "A soldier near Lund, yesterday", "Reuters"),
        ("Image copyright Getty Images Image caption The pier", "The pier", "Getty Images"),
        ("The pier in March. ©  Reuters / Mira Holm", "The pier in March", "Reuters / Mira Holm"),
        ("The pier in May. (Fjord Photo/Mira Holm)", "The pier in May", "Fjord Photo/Mira Holm"),
        ("The mayor at the pier", "The mayor at the pier", None),
    ],
)
def test_caption_is_read(line: str, words: str, credit: str | None) -> None:
    """The credit is a field of its own, so that captions can be searched without agencies."""
    assert read_caption(line) == Caption(text=words, credit=credit)


def test_credit_below_its_caption_joins_it(article: str) -> None:
    """A caption and the credit on the next line are one picture's."""
    text = article.replace("\n\n", "\n\nSkaters on the frozen canal of the old town\nGetty Images\n\n", 2)
    cleaning = clean_text(text, SETTINGS)
    assert cleaning.captions[0] == Caption(text="Skaters on the frozen canal of the old town", credit="Getty Images")


def test_credit_names_its_agency() -> None:
    """The agency is a second witness of the publisher."""
    credit = read_credit("Associated Press writer Ann Lee contributed to this report.")
    assert credit.agency == "The Associated Press"
    assert read_credit("Additional reporting by Ann Lee").agency is None


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By Ada Lind", ("Ada Lind",)),
        ("By Ada Lind and Jon Berg, Harbour Correspondent", ("Ada Lind", "Jon Berg")),
        ("Ada Lind, harbour editor Article written by Ada Lind Ada Lind Harbour editor", ("Ada Lind",)),
        ("By Ada Lind, August 14, 2020 2:30 pm", ("Ada Lind",)),
        ("By Reuters Staff", ()),
        ("ada.lind@harbour.example", ()),
    ],
)
def test_authors_are_read(byline: str, authors: tuple[str, ...]) -> None:
    """Authors are persons: an agency or an address is none."""
    assert read_authors(byline) == authors


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Ada Lind", ("Ada Lind",)),
        ("Ada Lind Harbour editor", ("Ada Lind",)),
        ("Jon B. Lind, harbour correspondent", ("Jon B. Lind",)),
        ("Ann van der Meer - Editor", ("Ann van der Meer",)),
        ("Staff Reporter", ()),
        ("Harbour News Desk", ()),
        ("Skerry Post", ()),
    ],
)
def test_signature_without_a_by_is_read(line: str, authors: tuple[str, ...]) -> None:
    """A name beside the date is the author's, but an office or an outlet there is nobody."""
    assert read_signature(line) == authors


def test_author_beside_the_date_is_kept(article: str) -> None:
    """Where only its place made a line a byline, the name on it is the author all the same."""
    headline, rest = article.split("\n\n", 1)
    cleaning = clean_text(f"{headline}\n\nAda Lind Harbour editor\n4 March 2019 - 10:15\n\n{rest}", SETTINGS)
    assert cleaning.authors == ("Ada Lind",)


def test_headline_without_blanks_is_a_title() -> None:
    """Some scripts put no blanks between words."""
    body = "港口渡轮停航三天后恢复\n\n" + "渡轮星期二重新开航，码头上挤满了来送行的人。" * 4
    assert clean_text(body, SETTINGS).title == "港口渡轮停航三天后恢复"


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        ("August 15, 2020 at 9:35 am", "2020-08-15T09:35:00"),
        ("17 September 2020 14:17", "2020-09-17T14:17:00"),
        ("1 November 2012 12:05AM", "2012-11-01T00:05:00"),
        ("2012-11-09 17:18", "2012-11-09T17:18:00"),
        ("3. März 2019", "2019-03-03"),
        ("07.08.12 at 20:33", None),
        ("February 30, 2020", None),
        ("3 hours ago", None),
    ],
)
def test_moment_is_read_or_left(stated: str, moment: str | None) -> None:
    """A day and month in figures may be either way round, and an age has no anchor: both are left open."""
    assert read_moment(stated) == moment


def test_leaked_date_is_a_field_and_caption_keeps_its_credit(article: str) -> None:
    """A field glued to a caption is cut apart from it, and each goes where it belongs."""
    cleaning = clean_text(f" date 2022-01-28 Skaters on the canal, yesterday. Photo: Reuters\n\n{article}", SETTINGS)
    assert [(field.field, field.value, field.origin) for field in cleaning.leaked] == [("date", "2022-01-28", "leaked")]
    assert cleaning.captions == (Caption(text="Skaters on the canal, yesterday", credit="Reuters"),)
    visible = [span.span_class for span in cleaning.spans if span.span_class is not SpanClass.WHITESPACE]
    assert visible == [SpanClass.METADATA, SpanClass.CAPTION]


def test_byline_lines_are_kept_as_they_stood() -> None:
    """Roles, places and dates in a byline are read later; the names alone would lose them."""
    text = "Cranes stand still\n\nBy Anna Bell in Port Meridian\n\n" + "The cranes stood still, and all waited. " * 20
    assert clean_text(text, SETTINGS).bylines == ("By Anna Bell in Port Meridian",)
