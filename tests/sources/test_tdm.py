"""TDM files read: what may be in them, and which addresses they reserve."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from ingest.sources.tdm import MAX_RULES, TdmFile

HOST = "https://provider.example"


def read(*rules: Any) -> TdmFile:
    """Read a file of these rules; a pair is a location with its value."""
    said = [{"location": rule[0], "tdm-reservation": rule[1]} if isinstance(rule, tuple) else rule for rule in rules]
    return TdmFile.parse(json.dumps(said).encode())


def test_the_first_pattern_that_matches_counts() -> None:
    """As in the report's example, with an exception before the rule that it is one of."""
    file = read(("/directory-b/images/*.jpg", 0), ("/directory-b/", 1), ("/directory-a/", 1))
    assert file.reserves(f"{HOST}/directory-a/report.pdf") is True
    assert file.reserves(f"{HOST}/directory-b/images/deep/cat.jpg") is False
    assert file.reserves(f"{HOST}/directory-b/html/1") is True
    assert file.reserves(f"{HOST}/directory-c/") is None


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("/", ["", "/", "/a?b"], []),
        ("*", ["/", "/a"], []),
        ("/fish", ["/fish", "/fishing/rod", "/fish?id=1"], ["/Fish", "/catfish"]),
        ("/fish/", ["/fish/", "/fish/a"], ["/fish"]),
        ("/fish$", ["/fish"], ["/fish/", "/fish?id"]),
        ("/*.html$", ["/a.html", "/a/b.html.html"], ["/a.html?b", "/html"]),
        ("/a*b*c", ["/abc", "/a-b-c-d"], ["/acb", "/ab"]),
        ("/a*a$", ["/aa", "/aba"], ["/a"]),
        ("/a*$", ["/a", "/abc"], ["/b"]),
        ("/path/foo-%24", ["/path/foo-$", "/path/foo-%24"], ["/path/foo-"]),
        ("/caf\u00e9/%7eme", ["/caf%c3%a9/~me", "/caf\u00e9/%7Eme"], ["/cafe/~me"]),
        ("/a%2fb", ["/a%2Fb"], ["/a/b"]),
        ("archive/", [], ["/archive/"]),
    ],
)
def test_patterns_match_as_those_of_robots_txt(pattern: str, matching: list[str], other: list[str]) -> None:
    """`*` is anything, `$` the end, escapes are compared and not spellings, and the case counts."""
    file = read((pattern, 1))
    assert [file.reserves(HOST + path) for path in matching] == [True] * len(matching)
    assert [file.reserves(HOST + path) for path in other] == [None] * len(other)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><title>Not found</title>",
        b"[" * 5_000,
        b"\xff\xfe",
        b'"/"',
        b"[1, [], null]",
        b'[{"location": ["/"], "tdm-reservation": 1}]',
        b'[{"tdm-reservation": 1}]',
        b'[{"location": " ", "tdm-reservation": 1}]',
    ],
)
def test_what_is_no_such_file_says_nothing(content: bytes) -> None:
    """A page that stands for every address, and JSON of another shape, reserve nothing."""
    assert TdmFile.parse(content).reserves(HOST) is None


@pytest.mark.parametrize(
    ("value", "reserved"), [(1, True), (0, False), ("1", True), ("0", False), (2, None), ("yes", None), (None, None)]
)
def test_other_values_leave_it_unsaid(value: object, reserved: bool | None) -> None:
    """A wrong value is an error of the host's, and stands for nothing, also not for the rule after it."""
    assert read(("/", value), ("/", 1)).reserves(HOST) is reserved


def test_files_as_hosts_write_them() -> None:
    """With a byte order mark, and one rule without its brackets."""
    rule = {"location": " /a ", "tdm-reservation": 1, "tdm-policy": "https://provider.example/policy"}
    assert TdmFile.parse(b"\xef\xbb\xbf" + json.dumps(rule).encode()).reserves(f"{HOST}/a") is True


def test_a_hostile_file_costs_little() -> None:
    """So many rules and no more, and a pattern full of stars takes no longer than its length and the path's."""
    file = read(*[("/a" + "*a" * 1_000, 1)] * (MAX_RULES + 10))
    assert len(file.rules) == MAX_RULES
    started = time.process_time()
    assert file.reserves(f"{HOST}/{'a' * 900}b") is None
    assert time.process_time() - started < 1
