"""Errors are told apart by their type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from ingest.elastic.faults import Fault, classify, read_item_error, read_retry_after


@pytest.mark.parametrize(
    ("error", "status", "fault"),
    [
        ("document_parsing_exception", 400, Fault.REJECTED),
        ("strict_dynamic_mapping_exception", 400, Fault.REJECTED),
        ("illegal_argument_exception", 400, Fault.REJECTED),
        ("index_closed_exception", 400, Fault.REFUSING),
        ("index_not_found_exception", 404, Fault.REFUSING),
        ("security_exception", 403, Fault.REFUSING),
        ("security_exception", 401, Fault.REFUSING),
        ("cluster_block_exception", 403, Fault.REFUSING),
        ("cluster_block_exception", 429, Fault.REFUSING),
        ("es_rejected_execution_exception", 429, Fault.BUSY),
        ("circuit_breaking_exception", 429, Fault.BUSY),
        ("version_conflict_engine_exception", 409, Fault.STALE),
        ("unavailable_shards_exception", 503, Fault.REFUSING),
        ("never_heard_of_exception", 400, Fault.REJECTED),
        ("never_heard_of_exception", 429, Fault.BUSY),
        ("never_heard_of_exception", 500, Fault.LOST),
        ("http_502", 502, Fault.LOST),
        ("http_413", 413, Fault.TOO_LARGE),
    ],
)
def test_fault_of_an_error(error: str, status: int, fault: Fault) -> None:
    """The same status means a document's fault in one case and the index's state in another."""
    assert classify(error, "", status) is fault


def test_missing_write_index_is_a_state() -> None:
    """It comes under a type that else blames the document: a whole run would end in the quarantine."""
    assert classify("illegal_argument_exception", "no write index is defined for alias [a]", 400) is Fault.REFUSING


def test_message_carries_the_causes() -> None:
    """The outer reason often lacks the field that the inner one names."""
    inner = {"type": "illegal_argument_exception", "reason": "Cannot parse [many] for field [word_count]"}
    outer = {"type": "document_parsing_exception", "reason": "failed to parse", "caused_by": inner}
    assert read_item_error(outer, 400).message == "failed to parse: Cannot parse [many] for field [word_count]"


def test_retry_after_as_date() -> None:
    """A proxy may name a time instead of seconds."""
    at = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert read_retry_after(at) == pytest.approx(3600, abs=60)


@pytest.mark.parametrize(("header", "seconds"), [(None, None), ("", None), ("soon", None), ("12", 12.0)])
def test_retry_after_as_seconds(header: str | None, seconds: float | None) -> None:
    """What cannot be read is as if it were not there."""
    assert read_retry_after(header) == seconds
