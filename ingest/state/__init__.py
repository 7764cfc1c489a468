"""What must be remembered beside an index, as JSON records: decisions of people, counts, proposals."""

from ingest.state.protocol import Change, Json, RecordReader, Records
from ingest.state.stores.memory import MemoryRecords
from ingest.state.stores.opening import open_records, read_records

__all__ = ["Change", "Json", "MemoryRecords", "RecordReader", "Records", "open_records", "read_records"]
