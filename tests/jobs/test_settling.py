"""A batch of a stream waits as long as the index is away, and leaves nothing half done behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from ingest import jobs
from ingest.errors import CountingLawBroken, IndexUnavailable, StorageFull
from ingest.jobs import settling
from ingest.jobs.ingestion import IngestReport, Opened, PipelineRun, open_rooms
from ingest.jobs.settling import Settler, StreamStopped
from ingest.model import Payload
from ingest.settings import Settings

STORY = "The {n} tide carried the pontoon as far as the swing bridge, where the keeper tied it up for the night. " * 5


def payload(number: int, content: bytes | None = None) -> Payload:
    """Make a text, or what is given."""
    text = STORY.format(n=number).encode() if content is None else content
    media_type = "text/plain" if content is None else "application/json"
    return Payload(content=text, media_type=media_type, source="t", origin=f"kafka://t/0/{number}", stamp="1")  # type: ignore[arg-type]  # one of the two


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give an empty embedded system."""
    return Settings.load(flags={"index.url": f"tantivy:{tmp_path / 'index'}", "lake.url": str(tmp_path / "lake")})


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Give a list of what opening raises next, and let waiting cost nothing."""
    troubles: list[BaseException] = []

    @contextmanager
    def opening(settings: Settings) -> Iterator[Opened]:
        if troubles:
            raise troubles.pop(0)
        with open_rooms(settings) as opened:
            yield opened

    monkeypatch.setattr(settling, "open_rooms", opening)
    monkeypatch.setattr(settling, "FIRST_PAUSE_SECONDS", 0.0)
    return troubles


def test_a_batch_waits_for_the_index_and_the_disk(settings: Settings, away: list[BaseException]) -> None:
    """Two troubles, and the batch is settled once; the books know nothing of the attempts."""
    report = IngestReport(run_id="r")
    settler = Settler(settings, report, Event())
    away += [IndexUnavailable("gone"), StorageFull("no space")]
    failed = settler.settle([payload(1), payload(2, b'{"text": ')])
    settler.close()
    assert [each.trace.origin for each in failed] == ["kafka://t/0/2"]
    assert (report.seen, report.outcomes["indexed"], report.failed) == (2, 1, 1)
    assert [run["state"] for run in jobs.list_runs(settings)] == ["done"]


def test_trouble_in_the_middle_of_a_batch_is_taken_from_the_beginning(
    settings: Settings, away: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index holds the batch already when the connection breaks: the second attempt finds it unchanged."""
    counts = PipelineRun.count
    troubles = [IndexUnavailable("cut off")]

    def breaking(run: PipelineRun) -> None:
        if troubles:
            raise troubles.pop()
        counts(run)

    monkeypatch.setattr(PipelineRun, "count", breaking)
    report = IngestReport(run_id="r")
    settler = Settler(settings, report, Event())
    settler.settle([payload(1)])
    settler.close()
    assert (report.outcomes["indexed"], report.outcomes["unchanged"]) == (0, 1)


def test_a_stop_ends_the_wait(settings: Settings, away: list[BaseException]) -> None:
    """Nobody waits for an index that may never come back."""
    stop = Event()
    stop.set()
    away += [IndexUnavailable("gone")]
    with pytest.raises(StreamStopped):
        Settler(settings, IngestReport(run_id="r"), stop).settle([payload(1)])


def test_a_broken_law_is_no_reason_to_wait(
    settings: Settings, away: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting mends no bug: the error ends the stream, and the run's record says so."""

    def broken(_: PipelineRun) -> None:
        raise CountingLawBroken("one too few")

    monkeypatch.setattr(PipelineRun, "count", broken)
    settler = Settler(settings, IngestReport(run_id="r"), Event())
    with pytest.raises(CountingLawBroken) as raised:
        settler.settle([payload(1)])
    settler.fail(raised.value)
    (run,) = jobs.list_runs(settings)
    assert (run["state"], run["error"]["type"]) == ("failed", "CountingLawBroken")


def test_what_people_decide_meanwhile_counts_after_a_while(settings: Settings, away: list[BaseException]) -> None:
    """The rooms are opened anew, under the same run."""
    hasty = Settings.load(
        flags={"index.url": settings.index.url, "lake.url": settings.lake.url, "stream.refresh_seconds": 0.0}
    )
    report = IngestReport(run_id="r")
    settler = Settler(hasty, report, Event())
    settler.settle([payload(1)])
    settler.settle([payload(2)])
    settler.close()
    (run,) = jobs.list_runs(settings)
    assert (run["run_id"], run["books"]["seen"], run["state"]) == ("r", 2, "done")
