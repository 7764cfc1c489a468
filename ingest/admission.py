"""The stage `read`: bytes become documents with an identity, and the lake accepts them before anything else happens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from ingest.batching import RunSettings, cut_batches
from ingest.crash_points import passing
from ingest.lake import Capture, Lake, Submission
from ingest.model import Dropped, DropReason, Failed, Payload, RawDocument, Trace
from ingest.stage import Stage, attempt

NAME = "read"

Decode = Callable[[Payload], RawDocument | Dropped]
Outcome = RawDocument | Dropped | Failed
FindErased = Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True, slots=True)
class Recalled:
    """A payload that the lake gave back, with its capture."""

    payload: Payload
    capture: Capture

    @property
    def trace(self) -> Trace:
        """Who and where."""
        return replace(self.payload.trace, id=self.capture.id, capture=self.capture.capture)


def read_stage(
    decode: Decode,
    lake: Lake | None,
    settings: RunSettings,
    run_id: str = "",
    find_erased: FindErased | None = None,
) -> Stage[Payload | Recalled, RawDocument]:
    """Make the stage; without a lake (cleaning alone) nothing is kept and captures stay 0.

    What was erased is dropped, and leaves nothing in the lake.
    What the lake gave back keeps its capture, unless it has another identity now, since what failed once can be read.
    """

    def run(items: Iterable[Payload | Recalled]) -> Iterator[Outcome]:
        for batch in cut_batches(items, settings, lambda item: len(to_payload(item).content)):
            outcomes = [attempt(NAME, decode, to_payload(item)) for item in batch]
            outcomes = drop_erased(outcomes, find_erased) if find_erased else outcomes
            passing("fetched")
            yield from outcomes if lake is None else accept(lake, batch, outcomes, run_id)

    return Stage(NAME, run)


def drop_erased(outcomes: Sequence[Outcome], find_erased: FindErased) -> list[Outcome]:
    """Drop the documents that a person had erased."""
    erased = find_erased({each.id for each in outcomes if isinstance(each, RawDocument)})
    return [
        Dropped(trace=each.trace, stage=NAME, reason=DropReason.ERASED)
        if isinstance(each, RawDocument) and each.id in erased
        else each
        for each in outcomes
    ]


def to_payload(item: Payload | Recalled) -> Payload:
    """Give the payload."""
    return item.payload if isinstance(item, Recalled) else item


def accept(
    lake: Lake, items: Sequence[Payload | Recalled], outcomes: Sequence[Outcome], run_id: str = ""
) -> Iterator[Outcome]:
    """Put new documents and broken payloads that have bytes into the lake, and give the outcomes their captures."""
    known = {place: item.capture for place, item in enumerate(items) if is_known(item, outcomes[place])}
    submissions = {
        place: submission
        for place, (item, outcome) in enumerate(zip(items, outcomes, strict=True))
        if place not in known and (submission := submit(to_payload(item), outcome)) is not None
    }
    captures = dict(zip(submissions, lake.accept(list(submissions.values()), run_id), strict=True))
    passing("lake_written")
    times = lake.times(list(captures.values()))
    for place, outcome in enumerate(outcomes):
        if place in known:
            yield carry_capture(outcome, known[place].capture, known[place].accepted_at)
        elif place in captures:
            yield carry_capture(outcome, captures[place], times[captures[place]])
        else:
            yield outcome


def is_known(item: Payload | Recalled, outcome: Outcome) -> TypeGuard[Recalled]:
    """Tell what the lake gave back and is to stay what it is."""
    if not isinstance(item, Recalled):
        return False
    return not isinstance(outcome, RawDocument) or outcome.id == item.capture.id


def submit(payload: Payload, outcome: Outcome) -> Submission | None:
    """Say what the lake is to keep of an outcome: dropped documents and payloads without bytes leave nothing."""
    if isinstance(outcome, RawDocument):
        stamp = outcome.given.fetched_at or payload.stamp
        return Submission(id=outcome.id, digest=outcome.digest, payload=replace(payload, stamp=stamp))
    if isinstance(outcome, Failed) and payload.content:
        digest = hashlib.sha256(payload.content).hexdigest()
        return Submission(id=outcome.trace.id, digest=digest, payload=payload)
    return None


def carry_capture(outcome: Outcome, capture: int, accepted_at: str) -> Outcome:
    """Put the capture's order and time on a document, its order on a failure's trace."""
    if isinstance(outcome, RawDocument):
        return replace(outcome, capture=capture, accepted_at=accepted_at)
    return replace(outcome, trace=replace(outcome.trace, capture=capture))
