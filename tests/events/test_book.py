"""Which articles join which event, whatever else they share."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from benchmarks.events import measure, read_articles, to_report
from ingest.events import Event, EventBook, EventSettings, Report, TermCounts, count_terms

DAY = 86_400.0
SETTINGS = EventSettings()


def report(article: str) -> Report:
    """Give an article of the labelled set."""
    return next(to_report(record) for record in read_articles() if record["id"] == article)


def group(*reports: Report, settings: EventSettings = SETTINGS) -> list[str]:
    """Give the event of each article, in order."""
    book = EventBook(settings)
    return [book.assign(each).event for each in reports]


def test_articles_of_one_event_come_together_and_near_misses_do_not() -> None:
    """Another publisher, other words; and the same harbour, another strike."""
    events = group(*map(report, ("pilots-strike-1", "pilots-strike-2", "dockers-strike-1", "dockers-strike-2")))
    assert events == ["pilots-strike-1"] * 2 + ["dockers-strike-1"] * 2


def test_the_labelled_set_keeps_its_figure() -> None:
    """A change of a weight shows here first; the floors are in benchmarks."""
    assert measure()["alone"]["pair_f1"] >= 0.93


def test_time_tells_events_apart() -> None:
    """A strike a year later is another strike, however alike it is told."""
    first = report("pilots-strike-1")
    assert len(set(group(first, replace(first, id="later", at=first.at + 365 * DAY)))) == 2
    assert len(set(group(first, replace(first, id="later", at=first.at + DAY)))) == 1


def test_languages_have_events_of_their_own() -> None:
    """Their words cannot be compared."""
    first = report("dam-crack-1")
    assert len(set(group(first, replace(first, id="other", language="de")))) == 2


def test_an_empty_article_founds_an_event_of_its_own() -> None:
    """Nothing to compare is no likeness."""
    empty = Report(id="a", title=None, body="", language="und", publisher=None, at=0.0)
    assert group(empty, replace(empty, id="b")) == ["a", "b"]


@pytest.mark.parametrize(
    "texts",
    [
        ("港口引航員要求購買第二艘引航船，拖網漁船整個冬天代替工作", "引航員罷工：港口沒有第二艘引航船，拖網漁船代替"),
        ("ท่าเรือเมอริเดียนต้องการเรือนำร่องลำที่สอง", "คนนำร่องขอเรือนำร่องลำที่สองของท่าเรือเมอริเดียน"),
    ],
)
def test_scripts_without_spaces(texts: tuple[str, str]) -> None:
    """A word is told by its neighbours where no blank tells it."""
    events = group(
        *(Report(id=t, title=None, body=t, language="zh", publisher=None, at=0.0) for t in texts),
    )
    assert len(set(events)) == 1


def test_what_is_compared_with_is_bounded() -> None:
    """The event that was joined longest ago is forgotten first, with all that led to it."""
    settings = replace(SETTINGS, max_events=2)
    book = EventBook(settings)
    for place, article in enumerate(("foghorn-1", "chess-open-1", "telescope-1", "vaccine-cattle-1")):
        book.assign(replace(report(article), at=float(place)))
    assert book.assign(replace(report("foghorn-2"), at=5.0)).event == "foghorn-2"
    assert book.assign(replace(report("vaccine-cattle-2"), at=6.0)).event == "vaccine-cattle-1"


def test_an_event_is_shared_where_several_publishers_tell_it() -> None:
    """Two reports of one paper are no event for others; unnamed publishers may be any."""
    event = Event(id="e", language="en", first=0.0, last=0.0)
    event.join("a", {"ferry": 1.0}, 0.0, "Ledger", SETTINGS)
    event.join("b", {"ferry": 1.0}, 0.0, "Ledger", SETTINGS)
    assert not event.is_shared
    event.join("c", {"ferry": 1.0}, 0.0, None, SETTINGS)
    assert event.is_shared


def test_joining_twice_changes_nothing() -> None:
    """A run that died is run again."""
    event = Event(id="e", language="en", first=0.0, last=0.0)
    event.join("a", {"ferry": 1.0}, 0.0, "Ledger", SETTINGS)
    before = event.to_json()
    event.join("a", {"ferry": 1.0}, 9.0, "Courier", SETTINGS)
    assert event.to_json() == before


def test_known_terms_are_bounded() -> None:
    """A stream of gibberish must not fill the memory."""
    counts = TermCounts()
    for place in range(50):
        counts.add({f"common{n}": 1 for n in range(5)} | {f"rare{place}-{n}": 1 for n in range(20)}, most=30)
    assert len(counts.terms) <= 60
    assert all(counts.terms[f"common{n}"] == 50 for n in range(5))


def test_a_huge_body_takes_little_time() -> None:
    """Only its beginning is read."""
    started = time.process_time()
    assert count_terms(None, "ferry harbour " * 1_000_000, SETTINGS)["ferry"] > 0
    assert time.process_time() - started < 1
