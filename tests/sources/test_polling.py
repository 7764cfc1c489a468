"""When a source is looked at again, and how its standing follows from what happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.polling import ASKED, LIKELY, PASSING, SURE, Poll, SourceState, advance, is_due, standing
from ingest.sources.settings import PollSettings
from ingest.sources.texts import MIN_DOCUMENTS, Sighting, TextState

SETTINGS = PollSettings()
START = datetime(2026, 11, 27, 5, tzinfo=UTC)


def go(state: SourceState, *polls: Poll, every: float | None = None) -> SourceState:
    """Look at a source time and again, each time when it is due."""
    for poll in polls:
        moment = datetime.fromisoformat(state.next_at) if state.next_at else START
        state = advance(state, poll, moment, every, SETTINGS)
    return state


def test_a_source_that_brings_much_is_looked_at_often_and_a_still_one_seldom() -> None:
    """The time between two looks follows the share of new items, between its bounds."""
    rich, still = Poll(items=20, new=20), Poll(items=20)
    assert go(SourceState(), rich, rich).interval_seconds < go(SourceState(), rich).interval_seconds
    assert go(SourceState(), *[rich] * 9).interval_seconds == SETTINGS.min_interval_seconds
    assert go(SourceState(), *[still] * 30).interval_seconds == SETTINGS.max_interval_seconds
    assert go(SourceState(), *[Poll(unchanged=True)] * 30).interval_seconds == SETTINGS.max_interval_seconds
    steady = go(SourceState(), rich, *[Poll(items=20, new=1)] * 5)
    assert steady.interval_seconds == go(SourceState(), rich).interval_seconds


def test_a_schedule_is_kept() -> None:
    """Who asks for every quarter of an hour gets that, whatever comes of it."""
    assert go(SourceState(), *[Poll(items=20)] * 9, every=900).interval_seconds == 900


def test_failures_add_up_in_fractions_and_pass() -> None:
    """What may pass weighs little, what is sure at once; each success halves the score."""
    assert SURE > LIKELY > PASSING > ASKED
    failing = go(SourceState(), *[Poll(error="timeout", weight=PASSING)] * 3)
    assert (failing.score, standing(failing, SETTINGS)) == (0.75, "failing")
    broken = go(SourceState(), *[Poll(error="gone", weight=SURE)] * 3)
    assert (broken.score, standing(broken, SETTINGS)) == (3.0, "broken")
    mended = go(broken, Poll(items=20, new=2))
    assert (mended.score, mended.error, standing(mended, SETTINGS)) == (1.5, "", "working")
    dead = go(SourceState(), *[Poll(error="gone", weight=SURE)] * 40)
    assert dead.interval_seconds == SETTINGS.dead_interval_seconds


def test_a_failure_forgets_nothing() -> None:
    """What was seen and how to ask again outlive a failure."""
    before = go(SourceState(), Poll(items=2, new=2, seen=("a", "b"), validators={"u": ("e", "")}))
    after = go(before, Poll(error="timeout", weight=PASSING))
    assert (after.seen, after.validators) == (before.seen, before.validators)


def test_an_emptied_source_is_told() -> None:
    """A feed that had items and has none any more is not silently empty."""
    emptied = go(SourceState(), Poll(items=20, new=20), Poll(items=0))
    assert (standing(emptied, SETTINGS), emptied.error) == ("failing", "it has no items any more")
    assert standing(go(SourceState(), Poll(items=0)), SETTINGS) == "quiet"
    assert standing(SourceState(), SETTINGS) == "new"


def test_patience_that_was_asked_for_and_what_is_left_over() -> None:
    """Retry-After holds against the schedule; what the limits left is fetched at once."""
    state = go(SourceState(), Poll(error="429", weight=ASKED, wait_seconds=7200), every=60)
    assert datetime.fromisoformat(state.next_at) == START + timedelta(hours=2)
    assert not is_due(state, START + timedelta(minutes=119))
    assert is_due(state, START + timedelta(hours=2))
    assert is_due(go(SourceState(), Poll(items=900, new=200, left_over=True)), START)


def test_of_the_times_that_a_group_asks_at_the_nearest_is_taken() -> None:
    """An hour that begins after the look ends after the group has asked; what fails or shall wait is not hurried."""
    well = go(SourceState(), Poll(items=20), every=3600)
    asked = START + timedelta(minutes=59)
    assert not is_due(well, asked)
    assert is_due(well, asked, asked + timedelta(hours=1))
    assert not is_due(well, asked - timedelta(minutes=31), asked + timedelta(minutes=29))
    told_to_wait = go(SourceState(), Poll(error="429", weight=ASKED, wait_seconds=3600), every=60)
    assert not is_due(told_to_wait, asked, asked + timedelta(hours=1))


polls = st.builds(
    Poll,
    items=st.integers(0, 50),
    new=st.integers(0, 50),
    error=st.sampled_from(["", "", "broken"]),
    weight=st.sampled_from([SURE, LIKELY, PASSING, ASKED]),
    seen=st.lists(st.text("abc", min_size=1, max_size=3), max_size=4).map(tuple),
)


@given(st.lists(polls, max_size=20), st.sampled_from([None, 60.0, 90_000.0]))
def test_every_state_survives_its_record_and_stays_in_bounds(given_polls: list[Poll], every: float | None) -> None:
    """Whatever happens, a source comes round again, and its record gives it back."""
    state = go(SourceState(), *given_polls, every=every)
    assert SourceState.from_json(state.to_json()) == SourceState.from_json(
        SourceState.from_json(state.to_json()).to_json()
    )
    assert 0 <= state.score <= len(given_polls)
    assert state.interval_seconds <= max(SETTINGS.dead_interval_seconds, every or 0)
    assert len(set(state.seen)) == len(state.seen)


def test_drift_of_texts_is_told() -> None:
    """A site that changes its pages shows in the shares of chrome and of empty pages; a single odd page does not."""
    usual = TextState().after([Sighting(0.1)] * 100)
    assert usual.drifts(0.2) == []
    assert usual.after([Sighting(0.9)]).drifts(0.2) == []
    assert "of late" in usual.after([Sighting(0.9)] * 10).drifts(0.2)[0]
    assert "without an article" in usual.after([Sighting(None)] * 10).drifts(0.2)[0]
    assert TextState().after([Sighting(0.1), Sighting(0.9)] * (MIN_DOCUMENTS // 2 - 1)).drifts(0.0) == []
    assert TextState.from_json(usual.to_json()) == usual
    assert TextState().after([Sighting(0.5)] * 3).usual_chrome == pytest.approx(0.5)
