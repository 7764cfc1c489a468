"""The stream: topics or a drop folder into the index, batch by batch, until it is told to stop."""

from __future__ import annotations

from ingest.errors import UsageError
from ingest.jobs.folder_stream import FolderStream
from ingest.jobs.ingestion import IngestReport
from ingest.jobs.watch import Watch
from ingest.settings import Settings

TOPICS = "kafka://"


def stream(settings: Settings, watch: Watch | None = None) -> IngestReport:
    """Ingest what comes, until `watch` ends it; give the books of all that was settled.

    Raises UsageError where the source is none, BrokerUnavailable where no broker answers at the start, LawBroken where
    the books do not balance. An index that is away is waited for.
    """
    source = settings.stream.source
    if source.startswith(TOPICS):
        from ingest.jobs.topic_stream import TopicStream  # noqa: PLC0415 - needs an extra

        return TopicStream(settings, watch or Watch()).run()
    if source and "://" not in source:
        return FolderStream(settings, watch or Watch()).run()
    raise UsageError("name what to stream: kafka://HOST:PORT/TOPIC, or a drop folder")
