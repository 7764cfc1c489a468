"""What is remembered of a source between two looks at it, and when the next one is due. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from ingest.sources.settings import PollSettings

Standing = Literal["new", "working", "quiet", "failing", "broken"]

SURE, LIKELY, PASSING, ASKED = 1.0, 0.5, 0.25, 0.1
"""Weights of failures: gone for good; wrong, but may be mended; may pass by itself; the server asked for patience."""

FASTER, SLOWER = 0.5, 1.5
RICH_SHARE = 0.3
"""Where so many of a feed's items are new, some may have gone by unseen."""

SMOOTHING = 0.3
QUIET_POLLS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source's memory; times are ISO 8601 in UTC, empty for never.

    `validators` are ETag and Last-Modified by address; `seen` are digests of items, the newest first; `fresh` is the
    smoothed share of new items; `refused` counts by digest how often items were refused that are asked for again;
    `opt_outs` are how the source refuses training; `moved_to` is where it redirects for
    good.
    """

    validators: Mapping[str, Sequence[str]] = field(default_factory=dict)
    seen: Sequence[str] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    polled_at: str = ""
    succeeded_at: str = ""
    new_at: str = ""
    next_at: str = ""
    interval_seconds: float = 0.0
    score: float = 0.0
    fresh: float = 0.0
    empty_polls: int = 0
    error: str = ""
    failed_at: str = ""
    polls: int = 0
    items: int = 0
    new_items: int = 0
    failed_items: int = 0
    moved_to: str = ""
    opt_outs: Sequence[str] = ()
    run_id: str = ""
    batches: int = 0

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> SourceState:
        """Read what `to_json` gave; keys that are unknown by now are ignored."""
        known = {each.name for each in fields(cls)}
        return cls(**{key: held for key, held in (value or {}).items() if key in known})

    def to_json(self) -> dict[str, Any]:
        """Give the record that is kept."""
        return {key: list(held) if isinstance(held, tuple) else held for key, held in asdict(self).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What came of one look at a source.

    `items` were there, `new` of them unseen and taken, `failed` ones could not be had, of which the `refused` are asked
    for again, by digest with how often they were; `unchanged` where the server said so. `error` says why there is
    nothing, with its `weight`; `wait_seconds` is what the server asked for.
    """

    items: int = 0
    new: int = 0
    failed: int = 0
    unchanged: bool = False
    left_over: bool = False
    seen: tuple[str, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    validators: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    error: str = ""
    weight: float = 0.0
    wait_seconds: float = 0.0
    moved_to: str = ""
    opt_outs: tuple[str, ...] = ()


def is_due(state: SourceState, now: datetime, asked_again_at: datetime | None = None) -> bool:
    """Tell whether a source should be looked at; `asked_again_at` is when this will be asked the next time.

    Where that is said, a source that is well is due at the nearer of the two times. Otherwise one of an hour in an
    hourly group would be looked at every other hour: its hour begins after the look, which takes its seconds.
    """
    if not state.next_at:
        return True
    early = (asked_again_at - now) / 2 if asked_again_at and not state.error else timedelta()
    return datetime.fromisoformat(state.next_at) <= now + early


def advance(
    state: SourceState, poll: Poll, now: datetime, every_seconds: float | None, settings: PollSettings
) -> SourceState:
    """Give what is remembered after a look; `every_seconds` is the schedule, None for an adaptive one."""
    after = _fail(state, poll, now) if poll.error else _succeed(state, poll, now, settings)
    interval = _interval(after, poll, every_seconds, settings)
    wait = max(poll.wait_seconds, 0.0 if poll.left_over else interval)
    return replace(
        after,
        polled_at=_stamp(now),
        polls=state.polls + 1,
        interval_seconds=round(interval, 1),
        next_at=_stamp(now + timedelta(seconds=wait)),
    )


def _fail(state: SourceState, poll: Poll, now: datetime) -> SourceState:
    return replace(
        state,
        score=round(state.score + poll.weight, 3),
        error=poll.error[:500],
        failed_at=_stamp(now),
        failed_items=state.failed_items + poll.failed,
        refused=poll.refused or state.refused,  # those of one list, so that they do not add up
    )


def _succeed(state: SourceState, poll: Poll, now: datetime, settings: PollSettings) -> SourceState:
    fresh = poll.new / poll.items if poll.items else 0.0
    # An empty feed is no failure at once, but a feed that had articles and shows none time and again is one.
    emptied = not poll.unchanged and not poll.items and state.items > 0
    empty_polls = state.empty_polls + 1 if emptied else 0
    return replace(
        state,
        score=round(state.score + PASSING if emptied else state.score / 2, 3),
        error="it has no items any more" if emptied else "",
        failed_at=_stamp(now) if emptied else state.failed_at,
        empty_polls=empty_polls,
        succeeded_at=_stamp(now),
        new_at=_stamp(now) if poll.new else state.new_at,
        fresh=round(fresh if not state.polls else (1 - SMOOTHING) * state.fresh + SMOOTHING * fresh, 4),
        items=state.items + poll.items,
        new_items=state.new_items + poll.new,
        failed_items=state.failed_items + poll.failed,
        seen=tuple(dict.fromkeys((*poll.seen, *state.seen)))[: settings.seen_items],
        refused=poll.refused if not poll.unchanged else state.refused,
        validators=poll.validators if not poll.unchanged else {**state.validators, **poll.validators},
        moved_to=poll.moved_to,
        opt_outs=poll.opt_outs if not poll.unchanged else state.opt_outs,
    )


def _interval(state: SourceState, poll: Poll, every: float | None, settings: PollSettings) -> float:
    """Give the time to the next look: shorter after much that is new, longer after none, longest for what fails."""
    if every is not None:
        return every if not poll.error else min(every * (1 + state.score), max(every, settings.dead_interval_seconds))
    before = state.interval_seconds or settings.start_interval_seconds
    if poll.error:
        return min(before * (1 + poll.weight), settings.dead_interval_seconds)
    before = min(before, settings.max_interval_seconds)
    if not state.polls:
        return before
    fresh = poll.new / poll.items if poll.items else 0.0
    if fresh >= RICH_SHARE:
        before *= FASTER
    elif not poll.new:
        before *= SLOWER
    return min(max(before, settings.min_interval_seconds), settings.max_interval_seconds)


def standing(state: SourceState, settings: PollSettings) -> Standing:
    """Say in a word how a source is."""
    if not state.polls:
        return "new"
    if state.error:
        return "broken" if state.score >= settings.broken_score else "failing"
    return "quiet" if not state.new_items else "working"


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
