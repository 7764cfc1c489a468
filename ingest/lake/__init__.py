"""Raw documents kept for ever, hand-overs between tasks, and the quarantine."""

from ingest.lake.catalogue import Capture, Wanted
from ingest.lake.handover import handover_path, read_handover, stream_handover, write_handover
from ingest.lake.lake import Lake, open_lake
from ingest.lake.quarantine import Entry, Filters, Quarantine, Versions
from ingest.lake.settings import LakeSettings
from ingest.lake.warc import Submission

__all__ = [
    "Capture",
    "Entry",
    "Filters",
    "Lake",
    "LakeSettings",
    "Quarantine",
    "Submission",
    "Versions",
    "Wanted",
    "handover_path",
    "open_lake",
    "read_handover",
    "stream_handover",
    "write_handover",
]
