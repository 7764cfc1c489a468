"""What is read of a WARC file that something happened to."""

from __future__ import annotations

import hashlib
import random

import pytest

from ingest.lake import Damage, Erased, Found, Record, Submission
from ingest.lake.scanning import is_intact, scan_file
from ingest.lake.warc import pack_erased, pack_record
from ingest.model import Payload

TEXTS = (b"The ferry sails.", b"", random.Random(3).randbytes(300), b"\x1f\x8b\x08 a text that looks like a member")


def pack(capture: int, content: bytes) -> bytes:
    """Write a record of invented content."""
    payload = Payload(content=content, media_type="text/plain", source="s", origin="o")
    submission = Submission(id=f"d{capture}", digest=payload_digest(content), payload=payload)
    return pack_record(Record(capture=capture, accepted_at="2024-05-01T00:00:00Z", submission=submission))


def payload_digest(content: bytes) -> str:
    """Digest a content as the lake does."""
    return hashlib.sha256(content).hexdigest()


MEMBERS = [pack(place, content) for place, content in enumerate(TEXTS, start=1)]
FILE = b"".join(MEMBERS)
STARTS = [sum(map(len, MEMBERS[:place])) for place in range(len(MEMBERS) + 1)]


def scan(data: bytes) -> tuple[list[int], list[tuple[int, int, str]]]:
    """Give the captures that are found, and the damage; every byte is one or the other."""
    found = list(scan_file(data))
    covered = [(each.offset, each.length) for each in found]
    assert [offset for offset, _ in covered] == [sum(length for _, length in covered[:n]) for n in range(len(covered))]
    assert sum(length for _, length in covered) == len(data)
    captures = [each.record.capture for each in found if isinstance(each, Found)]
    return captures, [(each.offset, each.length, each.reason) for each in found if isinstance(each, Damage)]


def test_torn_at_every_offset_gives_its_whole_prefix_and_a_flag() -> None:
    """Wherever the file ends: every record before is there, what is torn is told once, and nothing hangs."""
    for end in range(len(FILE) + 1):
        whole = sum(start <= end for start in STARTS[1:])
        captures, damage = scan(FILE[:end])
        assert captures == list(range(1, whole + 1))
        assert damage == ([] if end in STARTS else [(STARTS[whole], end - STARTS[whole], "torn")])


def test_flip_of_every_byte_costs_one_record() -> None:
    """After damage reading goes on with the next record; a flip in a header's unread fields may cost none."""
    for place in range(len(FILE)):
        spoilt = bytearray(FILE)
        spoilt[place] ^= 0x55
        captures, damage = scan(bytes(spoilt))
        hit = next(n for n in range(len(MEMBERS)) if STARTS[n] <= place < STARTS[n + 1]) + 1
        lost = {1, 2, 3, 4} - set(captures)
        assert lost <= {hit}
        assert bool(lost) == bool(damage)


def test_erased_place_is_as_long_as_what_it_replaces() -> None:
    """Its neighbours are found where they were, and a record too short to be one is refused."""
    mark = pack_erased(Erased(2, "d2", "2024-06-01T00:00:00Z"), len(MEMBERS[1]))
    data = MEMBERS[0] + mark + MEMBERS[2]
    found = [each for each in scan_file(data) if isinstance(each, Found)]
    assert [each.offset for each in found] == STARTS[:3]
    assert found[1].record == Erased(2, "d2", "2024-06-01T00:00:00Z")
    with pytest.raises(ValueError, match="too few"):
        pack_erased(Erased(2, "d2", "2024-06-01T00:00:00Z"), 60)


def test_digest_tells_other_bytes() -> None:
    """A record that was written anew with other bytes has a sound checksum; its digest gives it away."""
    record = next(each.record for each in scan_file(MEMBERS[0]) if isinstance(each, Found))
    assert isinstance(record, Record)
    assert is_intact(record)
    payload = Payload(content=b"else", media_type="text/plain", source="s", origin="o")
    other = Submission(id="d1", digest=record.submission.digest, payload=payload)
    assert not is_intact(Record(capture=1, accepted_at=record.accepted_at, submission=other))
