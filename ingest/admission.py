"""The stage `read`: bytes become documents with an identity, and the lake accepts them before anything else happens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.batching import RunSettings, cut_batches
from ingest.crash_points import passing
from ingest.lake import Lake, Submission
from ingest.model import Dropped, Failed, Payload, RawDocument
from ingest.stage import Stage, attempt

NAME = "read"

Decode = Callable[[Payload], RawDocument | Dropped]
Outcome = RawDocument | Dropped | Failed


def read_stage(decode: Decode, lake: Lake | None, settings: RunSettings) -> Stage[Payload, RawDocument]:
    """Make the stage; without a lake (cleaning alone) nothing is kept and captures stay 0."""

    def run(payloads: Iterable[Payload]) -> Iterator[Outcome]:
        for batch in cut_batches(payloads, settings, lambda payload: len(payload.content)):
            outcomes = [attempt(NAME, decode, payload) for payload in batch]
            passing("fetched")
            yield from outcomes if lake is None else accept(lake, batch, outcomes)

    return Stage(NAME, run)


def accept(lake: Lake, payloads: Sequence[Payload], outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    """Put documents and broken payloads that have bytes into the lake, and give the outcomes their captures."""
    submissions = {
        place: submission
        for place, (payload, outcome) in enumerate(zip(payloads, outcomes, strict=True))
        if (submission := submit(payload, outcome)) is not None
    }
    captures = dict(zip(submissions, lake.accept(list(submissions.values())), strict=True))
    passing("lake_written")
    times = lake.times(list(captures.values()))
    for place, outcome in enumerate(outcomes):
        capture = captures.get(place)
        yield outcome if capture is None else carry_capture(outcome, capture, times[capture])


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
