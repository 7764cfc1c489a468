from .protocol import Change, Json, RecordReader, Records
from .stores.memory import MemoryRecords
from .stores.opening import open_records, read_records

__all__ = ["Change", "Json", "MemoryRecords", "RecordReader", "Records", "open_records", "read_records"]
