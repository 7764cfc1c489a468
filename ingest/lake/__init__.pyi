from .catalogue import Capture, Wanted
from .handover import (
    erase_from_handovers,
    handover_exists,
    handover_path,
    read_handover,
    stream_handover,
    write_handover,
)
from .lake import Lake, find_catalogue, open_lake
from .quarantine import Entry, Filters, Quarantine, Versions
from .scanning import Damage, Found, is_intact
from .settings import LakeSettings
from .warc import Erased, Record, Submission, pack_conversion

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
    "find_catalogue",
    "handover_exists",
    "handover_path",
    "is_intact",
    "open_lake",
    "pack_conversion",
    "read_handover",
    "stream_handover",
    "write_handover",
]
