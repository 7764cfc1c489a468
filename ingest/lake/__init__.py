"""Raw documents kept for ever, hand-overs between tasks, and the quarantine."""

from ingest.lake.catalogue import Capture, Wanted
from ingest.lake.handover import erase_from_handovers, handover_path, read_handover, stream_handover, write_handover
from ingest.lake.lake import Lake, open_lake
from ingest.lake.quarantine import Entry, Filters, Quarantine, Versions
from ingest.lake.scanning import Damage, Found, is_intact
from ingest.lake.settings import LakeSettings
from ingest.lake.warc import Erased, Record, Submission, pack_conversion

__all__ = [
    "Capture",
    "Damage",
    "Entry",
    "Erased",
    "Filters",
    "Found",
    "Lake",
    "LakeSettings",
    "Quarantine",
    "Record",
    "Submission",
    "Versions",
    "Wanted",
    "erase_from_handovers",
    "handover_path",
    "is_intact",
    "open_lake",
    "pack_conversion",
    "read_handover",
    "stream_handover",
    "write_handover",
]
