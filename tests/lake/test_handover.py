"""Records between tasks come back equal."""

import dataclasses
import tempfile
import typing
from datetime import datetime, timezone
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import model
from ingest.lake import LakeSettings, open_lake, read_handover, write_handover
from ingest.lake.handover import to_plain

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=10)


def with_offset(at: datetime) -> datetime:
    """Give a time the offset of its zone: in a zone's gaps and folds no time of another zone equals it (PEP 495)."""
    offset = at.utcoffset()
    return at if offset is None else at.replace(tzinfo=timezone(offset), fold=0)


@cache
def build(kind: Any) -> st.SearchStrategy[Any]:
    """Make a strategy for a declared type; nothing is left at its default."""
    arguments = typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{field.name: build(hints[field.name]) for field in dataclasses.fields(kind)})  # type: ignore[arg-type]
    if typing.get_origin(kind) is tuple:
        return st.lists(build(arguments[0]), max_size=1).map(tuple)
    if typing.get_origin(kind) is typing.Literal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return st.sampled_from(arguments or list(kind))
    if arguments:
        return st.one_of(*(st.none() if argument is type(None) else build(argument) for argument in arguments))
    plain = {str: ANY_TEXT, int: st.integers(), bool: st.booleans(), bytes: st.binary(max_size=20)}
    times = st.datetimes(timezones=st.just(None) | st.timezones()).map(with_offset)
    plain |= {float: st.floats(allow_nan=False), datetime: times}
    return plain[kind]


RECORDS = [model.Payload, model.RawDocument, model.Page, model.Article, model.Dropped, model.Failed, model.Indexed]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(records=st.lists(st.sampled_from(RECORDS).flatmap(build), max_size=2))
def test_any_records_come_back_equal(records: list[Any]) -> None:
    """Bytes, enumerations, tuples, times with their offsets and lone surrogates: nothing is lost between two tasks."""
    with tempfile.TemporaryDirectory() as folder, open_lake(LakeSettings(url=folder)) as lake:
        path = write_handover(lake, "run", "clean", 1, records)
        back = read_handover(lake, path)
    assert back == records
    assert [type(record) for record in back] == [type(record) for record in records]


def test_path_is_made_of_run_stage_and_batch(tmp_path: Path) -> None:
    """A retry of a task writes the same file again; a run's name never leaves the folder."""
    with open_lake(LakeSettings(url=str(tmp_path))) as lake:
        path = write_handover(lake, "manual__2024-05-01T10:00:00+00:00/../x", "clean", 3, [])
        assert path == write_handover(lake, "manual__2024-05-01T10:00:00+00:00/../x", "clean", 3, [])
        assert Path(path).parent == tmp_path / "handover"
        assert Path(path).name == "manual__2024-05-01T10_00_00_00_00____x.clean.000003.jsonl.zst"
        assert read_handover(lake, path) == []


def test_failed_writing_leaves_the_old_file(tmp_path: Path) -> None:
    """A task that dies half-way must not hand over half."""
    dropped = model.Dropped(
        trace=model.Trace(id="a", given_id=None, source="s", origin="o"), stage="read", reason=model.DropReason.EMPTY
    )

    def torn() -> Any:
        yield dropped
        raise RuntimeError("task lost")

    with open_lake(LakeSettings(url=str(tmp_path))) as lake:
        path = write_handover(lake, "run", "clean", 1, [dropped])
        with pytest.raises(RuntimeError):
            write_handover(lake, "run", "clean", 1, torn())
        assert read_handover(lake, path) == [dropped]
        assert len(list(Path(path).parent.iterdir())) == 1


def test_torn_file_is_not_taken_for_a_shorter_one(tmp_path: Path) -> None:
    """Compressed data cut short read like a shorter file: the count at the end tells."""
    failed = [
        model.Failed(
            trace=model.Trace(id=str(n), given_id=None, source="s", origin="o"), stage="x", error="e", message="m"
        )
        for n in range(5)
    ]
    with open_lake(LakeSettings(url=str(tmp_path))) as lake:
        path = Path(write_handover(lake, "run", "clean", 1, failed))
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        with pytest.raises((ValueError, zstandard.ZstdError)):
            read_handover(lake, str(path))


def test_other_types_are_refused() -> None:
    """What could not be read back is not written."""
    with pytest.raises(TypeError, match="cannot carry set"):
        to_plain({1})
