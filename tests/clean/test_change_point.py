"""Comments that no header and no mark announces, known by how they read and are set; and articles that stay whole."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from ingest.clean.change_point import Judged, best_stretch, load_model, reach
from ingest.clean.cleaner import clean_text
from ingest.clean.comment_zone import CHANGE_POINT
from ingest.clean.layout import name_kinds, read_layout
from ingest.clean.lines import split_lines
from ingest.clean.reasons import SURROUNDINGS
from ingest.clean.register import read_register
from ingest.clean.settings import CleanSettings
from ingest.model import Cleaning, SpanClass

SETTINGS = CleanSettings()
HANDLES = """
tidepool88
I've lived across from that pier my whole life and I still can't believe they want to charge us for it!

gull_watcher
Thanks for this. You're the only paper that bothered to ask the crew what they think...

tidepool88
@gull_watcher exactly, nobody else did. lol

mossback
Sorry, but I don't agree. My kids take that boat to school and it's never on time.
"""
UNSIGNED = """
Great piece, thank you! I really hope the mayor reads this, but I'm not holding my breath...

You people are ridiculous. Why don't you just buy a car like everyone else?

lol, a car. On an island with no roads. Did you even read the article??

I think you're both right :) My dad worked on that boat and he'd have loved this debate.

Haha, thanks for that! You made my day.

please tell me this is a joke... who on earth would pay that much for a ferry

Sorry, but I live there and I don't see the problem. If you don't like it, don't come!
"""
ANSWERED = """
Q: How did you come to write for children?

A: I don't think that I chose it. My daughter asked me for a story, and I told her one. I loved that!

Q: Do you read what people say about you?

A: No, never. Would you? I tried it once and I could not sleep, so now my husband reads it.

Q: What are you working on?

A: You will laugh: a cookbook. I can't cook, as my friends know, but I love to eat, and I hope that is enough.
"""
COLUMN = """
I have crossed this water all my life, and I am tired of being told that I am a tourist.

You know the kind of letter I mean. It comes in March, it thanks you for your patience, and it wants your money!

My neighbour says that I should move. Perhaps I should. But would you leave a house that your mother was born in?

So no, I won't pay. And if you see the minister, please tell her that I said so.
"""
LIVE = """
9:15 am

The gates are open, and the first families are on the pier.

9:40 am

The captain tells reporters that she expects a calm crossing.

10:05 am

The boat is off. We will be back at noon with the arrival.
"""
LETTERS = """
Sir, I was surprised to read that the school has no need of a second bus. My own children wait for it every day.

Hugh Marsh, Northport

Sir, your report on the pier was fair. I wish that your drawing of it had been, too.

Elena Costa, Skerry
"""
TRANSCRIPT = """
HOLM: I want to thank you for coming. Do you hear me?

BERG: I hear you. I think that we should begin with the accounts.

HOLM: You have them before you. I'm sorry for the handwriting.

BERG: It is legible. Who signed for the timber?
"""
POSTS = """
“I can't believe it sails again! 😂” — Mira H (@mira_h) March 21, 2019

“About time. You should see my mum's face.” — Bo (@skerrybo) March 21, 2019

The council plans to publish the timetable on Friday, and the harbour office said that tickets would go on sale then.

Officials expect some 4,000 passengers in the first week, twice as many as in the last year before the storm.
"""
LISTED = """
What to bring:

Warm socks

A torch

Rope

The boat leaves from the north pier, and the crew asks passengers to be there a quarter of an hour before.
"""


def cut_by_change_point(cleaning: Cleaning) -> bool:
    """Tell whether the change point cut anything."""
    return any(span.rule == CHANGE_POINT for span in cleaning.spans)


def test_comments_under_names_alone_are_cut(article: str) -> None:
    """Many scrapes keep no more of a thread than names and what was said."""
    cleaning = clean_text(f"{article}\n{HANDLES}", SETTINGS)
    assert cleaning.body == article
    assert cut_by_change_point(cleaning)
    allowed = {SpanClass.COMMENT, SpanClass.COMMENT_UI, SpanClass.WHITESPACE}
    assert {span.span_class for span in cleaning.spans} <= allowed


def test_comments_without_any_name_are_cut_by_their_voice(article: str) -> None:
    """Where only what was said is left, the article stays whole, and most of what readers said goes."""
    cleaning = clean_text(f"{article}\n{UNSIGNED}", SETTINGS)
    assert cleaning.body.startswith(article)
    assert len(cleaning.body) - len(article) < len(UNSIGNED) / 2
    assert cut_by_change_point(cleaning)


def test_short_names_above_what_is_said_are_authors(article: str) -> None:
    """A comment record needs its author, also where no word or time marks the name as one."""
    comments = clean_text(f"{article}\n{HANDLES}", SETTINGS).comments
    assert [comment.author for comment in comments] == ["tidepool88", "gull_watcher", "tidepool88", "mossback"]
    assert comments[2].text == "@gull_watcher exactly, nobody else did. lol"


@pytest.mark.parametrize("text", [ANSWERED, COLUMN, LIVE, LETTERS, TRANSCRIPT, POSTS, LISTED])
@pytest.mark.parametrize("alone", [True, False])
def test_articles_that_speak_like_readers_stay_whole(article: str, text: str, alone: bool) -> None:
    """Interviews, columns, live reports, letters, transcripts, quoted posts and lists are the article's own."""
    given = text.strip() if alone else f"{article}\n{text}".strip()
    cleaning = clean_text(given, SETTINGS)
    assert not {SpanClass.COMMENT, SpanClass.COMMENT_UI} & {span.span_class for span in cleaning.spans}


def test_cut_is_not_repeated_on_its_body(article: str) -> None:
    """What a change point leaves has none."""
    body = clean_text(f"{article}\n{UNSIGNED}", SETTINGS).body
    assert clean_text(body, SETTINGS).spans == ()


def test_span_has_a_reason() -> None:
    """Whoever asks why a line went is told."""
    assert CHANGE_POINT in SURROUNDINGS


def test_best_stretch_begins_where_the_sum_does() -> None:
    """One change point: the greatest sum wins, and a likely first line moves the start to itself."""
    odds = [-2.0, -1.0, 1.0, -0.5, 3.0, 2.0, -9.0]
    kinds = ["prose"] * len(odds)
    assert (
        best_stretch(Judged(kinds, odds, [0.0] * 7), 1).first,
        best_stretch(Judged(kinds, odds, [0.0] * 7), 1).last,
    ) == (2, 5)
    starts = [0.0, 0.0, -1.0, 0.0, 2.0, 0.0, 0.0]
    stretch = best_stretch(Judged(kinds, odds, starts), 1)
    assert (stretch.first, stretch.last, stretch.score) == (4, 5, 5.0)


def test_stretch_reaches_to_the_end_unless_the_article_goes_on() -> None:
    """A dull last comment belongs to the thread; paragraphs of the article after it do not."""
    kinds, starts = ["prose"] * 5, [0.0] * 5
    assert reach(Judged(kinds, [-5.0, 4.0, 4.0, -1.0, -2.0], starts), 2, 10.0) == 4
    assert reach(Judged(kinds, [-5.0, 4.0, 4.0, -6.0, -6.0], starts), 2, 10.0) == 2


def test_register_tells_voice_from_report() -> None:
    """First and second person, thanks, scorn and smileys against who said what."""
    spoken = read_register("Thanks, I loved your idea but i don't think so!! :)")
    assert {
        "has:thanks",
        "has:me",
        "has:you",
        "has:talk",
        "has:think",
        "mark:!!",
        "emoticon",
        "small i",
    } <= spoken.keys()
    reported = read_register("The harbour office said that 4,000 people had crossed, according to the police.")
    assert {"has:report", "digits"} <= reported.keys()
    assert not {"has:me", "has:you", "emoticon"} & reported.keys()


def test_layout_names_kinds_and_neighbours() -> None:
    """A handle above a paragraph is the shape that threads repeat."""
    lines = split_lines(
        "tidepool88\nI saw it leave the harbour at night, and nobody believed me when I told them so.\nReply"
    )
    kinds = name_kinds(lines, [], {})
    assert kinds[:2] == ["handle", "prose"]
    second = read_layout(lines, kinds)[1]
    assert second["handle>prose"] == second["-2:edge"] == 1.0
    assert second["behind:handle"] == 1 / 8


def test_model_is_small_and_says_where_it_came_from() -> None:
    """Weights are shipped without the texts behind them: their origin, licence and command must stand beside them."""
    text = (resources.files("ingest.clean") / "change_point.json").read_text(encoding="utf-8")
    provenance = json.loads(text)["provenance"]
    assert len(text) < 100_000
    assert provenance["command"] == "python -m benchmarks.change_point --write"
    assert all(name.startswith("html/") for name in provenance["data"])
    assert set(provenance["data"]) <= set(provenance["licences"])
    assert load_model().min_score["bare"] > 0
