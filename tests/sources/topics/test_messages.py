"""A message becomes the payload that a file of the same bytes would be."""

from __future__ import annotations

import pytest

from ingest.errors import UsageError
from ingest.model import Failed, Payload
from ingest.sources.topics import Message, to_payload
from ingest.sources.topics.client import to_headers
from ingest.sources.topics.connection import Address, parse_address


def make(value: bytes, **headers: bytes) -> Payload:
    """Make the payload of a message."""
    named = tuple((name.replace("_", "-"), content) for name, content in headers.items())
    return to_payload(
        Message(topic="articles", partition=2, offset=17, value=value, headers=named, timestamp_ms=1_700_000_000_000)
    )


@pytest.mark.parametrize(
    ("value", "media_type"),
    [
        (b'{"text": "a"}', "application/json"),
        (b'\xef\xbb\xbf  {"text": ', "application/json"),
        (b"\n<!DOCTYPE html><p>a", "text/html"),
        (b"<html lang=en>", "text/html"),
        (b"<p> is how it begins", "text/plain"),
        (b"", "text/plain"),
    ],
)
def test_what_no_header_says_the_bytes_say(value: bytes, media_type: str) -> None:
    """A broken line of JSON is one too, so that it fails as such."""
    assert make(value).media_type == media_type


def test_a_header_counts_more() -> None:
    """With its charset, and with the address of the page."""
    payload = make(b"{not json}", Content_Type=b"text/plain; charset=latin-1", url=b"https://a.example/1")
    assert (payload.media_type, payload.charset, payload.url) == ("text/plain", "latin-1", "https://a.example/1")
    assert make(b"{}", content_type=b"application/pdf").media_type == "application/json"


def test_the_place_is_the_origin_and_the_time_the_stamp() -> None:
    """A message that is delivered again is the same arrival to the lake."""
    payload = make(b"text")
    assert (payload.source, payload.origin, payload.stamp) == ("articles", "kafka://articles/2/17", "1700000000000")


def test_addresses() -> None:
    """Several brokers, several topics; never a password, which an address would show to everybody."""
    assert parse_address("kafka://a:9092,b:9092/x, y") == Address("a:9092,b:9092", ("x", "y"))
    for wrong in ("kafka://a:9092", "kafka:///x", "kafka://u:p@a:9092/x", "http://a/x"):
        with pytest.raises(UsageError, match="kafka://HOST:PORT/TOPIC"):
            parse_address(wrong)


def test_a_dead_letter_says_why_and_keeps_its_headers() -> None:
    """Whoever reads it can find the message, the entry of the quarantine and the run."""
    message = Message(topic="articles", partition=2, offset=17, value=b"{", headers=(("shard", b"7"),))
    failed = Failed(trace=to_payload(message).trace, stage="read", error="MalformedInput", message="broken \ud800")
    headers = dict(to_headers(message, failed, "run-1"))
    assert headers["shard"] == b"7"
    assert headers["broadsheet-error"] == b"MalformedInput"
    assert headers["broadsheet-message"] == b"broken ?"
    assert (headers["broadsheet-offset"], headers["broadsheet-run"]) == (b"17", b"run-1")
    assert headers["broadsheet-document"] == failed.trace.id.encode()
