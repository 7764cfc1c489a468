"""Hand-overs: the records that one task leaves for the next, in a file of the lake, so that only its path travels.

Written as zstandard-compressed JSON lines; records of `ingest.model` come back equal, with bytes and lone surrogates.
"""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

import zstandard

import ingest.model
from ingest.lake.lake import Lake
from ingest.model import Dropped, DropReason, Trace

COMPRESSION_LEVEL = 3
FOLDER = "handover"
ERASED = DropReason.ERASED
_NAME = re.compile(r"[^A-Za-z0-9_-]")
_END = "end"  # the last line, with the number of records: a torn file must not pass for a shorter one

Revive = Callable[[Any], Any]
_SIMPLE: dict[Any, Revive] = {bytes: base64.b64decode, datetime: datetime.fromisoformat}


def write_handover(lake: Lake, run_id: str, stage: str, batch: int, records: Iterable[Any]) -> str:
    """Write records (dataclasses of `ingest.model`) and give the file's path; writing it again replaces it whole."""
    path = handover_path(lake, run_id, stage, batch)
    with (
        lake.storage.writing(to_name(path)) as file,
        zstandard.ZstdCompressor(COMPRESSION_LEVEL).stream_writer(file, closefd=False) as out,
    ):
        count = 0
        for count, record in enumerate(records, start=1):  # noqa: B007 - written after the last one
            out.write(_line(type(record).__name__, to_plain(record)))
        out.write(_line(_END, count))
    return path


def _line(name: str, value: Any) -> bytes:
    return json.dumps([name, value]).encode("ascii") + b"\n"


def handover_path(lake: Lake, run_id: str, stage: str, batch: int) -> str:
    """Name the hand-over of a run's stage and batch."""
    run, step = _NAME.sub("_", run_id), _NAME.sub("_", stage)
    return f"{lake.storage.root}/{FOLDER}/{run}.{step}.{batch:06d}.jsonl.zst"


def handover_exists(lake: Lake, path: str) -> bool:
    """Tell whether a hand-over was written."""
    return lake.storage.exists(to_name(path))


def to_name(path: str) -> str:
    """Give a hand-over's name within its lake."""
    return f"{FOLDER}/{path.rpartition('/')[2]}"


def read_handover(lake: Lake, path: str) -> list[Any]:
    """Read a hand-over whole."""
    return list(stream_handover(lake, path))


def stream_handover(lake: Lake, path: str) -> Iterator[Any]:
    """Yield the records of a hand-over one by one; raise ValueError where its end is missing."""
    with lake.storage.reading(to_name(path)) as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        for count, line in enumerate(io.TextIOWrapper(stream, encoding="ascii")):
            name, value = json.loads(line)
            if name == _END and value == count:
                return
            yield reviver(getattr(ingest.model, name))(value)
    raise ValueError(f"{path}: the hand-over is torn")


def erase_from_handovers(lake: Lake, document_id: str) -> int:
    """Put a drop in the place of a document in every hand-over; give how many had it. A torn one is removed."""
    changed = 0
    for name, _ in list(lake.storage.list(FOLDER)):
        try:
            records = read_handover(lake, name)
        except (ValueError, zstandard.ZstdError):
            lake.storage.delete(name)
            continue
        if any(_id_of(record) == document_id for record in records):
            run, step, number = name.rpartition("/")[2].split(".")[:3]
            write_handover(lake, run, step, int(number), [_erase(record, document_id) for record in records])
            changed += 1
    return changed


def _id_of(record: Any) -> str:
    return str(record.trace.id)


def _erase(record: Any, document_id: str) -> Any:
    if _id_of(record) != document_id:
        return record
    return Dropped(trace=Trace(id=document_id, given_id=None, source="", origin=""), stage="read", reason=ERASED)


def to_plain(value: Any) -> Any:
    """Turn a record into what JSON knows; its declared types say how to turn it back."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a hand-over cannot carry {type(value).__name__}")


@cache
def reviver(kind: Any) -> Revive:
    """Make the function that turns plain values back into a declared type."""
    if dataclasses.is_dataclass(kind):
        return _record_reviver(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        item = reviver(arguments[0])
        return lambda values: tuple(item(value) for value in values)
    if origin in {typing.Union, types.UnionType}:
        (inner,) = (reviver(argument) for argument in arguments if argument is not type(None))
        return lambda value: None if value is None else inner(value)
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda value: value


def _record_reviver(kind: Any) -> Revive:
    hints = typing.get_type_hints(kind)
    fields = {field.name: reviver(hints[field.name]) for field in dataclasses.fields(kind)}

    def revive(values: dict[str, Any]) -> Any:
        return kind(**{name: fields[name](value) for name, value in values.items()})

    return revive
