"""Bytes to text and identity."""

import contextlib
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import LimitExceeded, MalformedInput
from ingest.model import Dropped, DropReason, MediaType, Payload, RawDocument
from ingest.sources import SourcesSettings, decode

SETTINGS = SourcesSettings()


def payload(content: bytes, media_type: MediaType = "text/plain", **other: Any) -> Payload:
    """Make a payload of invented origin."""
    return Payload(content=content, media_type=media_type, source="desk.jsonl", origin="in/desk.jsonl:7", **other)


def document(content: bytes, media_type: MediaType = "text/plain", **other: Any) -> RawDocument:
    """Decode what must be a document."""
    decoded = decode(payload(content, media_type, **other), SETTINGS)
    assert isinstance(decoded, RawDocument)
    return decoded


def from_json(**keys: Any) -> RawDocument:
    """Decode a JSON line."""
    return document(json.dumps(keys).encode(), "application/json")


FRENCH = "Le maire a été réélu à Évreux, où la fête a duré jusqu’à l’aube. " * 5


@pytest.mark.parametrize(
    ("content", "declared", "name", "origin"),
    [
        (b"\xef\xbb\xbf" + FRENCH.encode(), "latin-1", "utf-8", "bom"),
        (b"\xff\xfe" + FRENCH.encode("utf-16-le"), None, "utf-16-le", "bom"),
        (FRENCH.encode(), None, "utf-8", "utf-8"),
        (FRENCH.encode(), "utf-8", "utf-8", "declared"),
        (FRENCH.encode(), "iso-8859-1", "utf-8", "utf-8"),
        (FRENCH.encode("cp1252"), "iso-8859-1", "cp1252", "declared"),
        (FRENCH.encode("utf-16-le"), None, "utf-16-le", "detected"),
        (FRENCH.encode("utf-16-be"), None, "utf-16-be", "detected"),
    ],
)
def test_encoding_is_found_and_told(content: bytes, declared: str | None, name: str, origin: str) -> None:
    """Mark, declaration, UTF-8, detection; valid UTF-8 beats a wrong declaration."""
    decoded = document(content, charset=declared)
    assert decoded.text == FRENCH
    assert (decoded.encoding.name, decoded.encoding.origin, decoded.encoding.replaced) == (name, origin, 0)


def test_undeclared_single_byte_text_is_detected() -> None:
    """A scrape in an old encoding still gives its words."""
    text = "Градоначальник объявил вчера, что новый мост через реку откроют для движения в конце мая. " * 4
    decoded = document(text.encode("cp1251"))
    assert decoded.encoding.origin == "detected"
    assert decoded.text == text


def test_html_meta_charset_counts() -> None:
    """A page declares its charset in its head."""
    page = f'<html><head><meta charset="windows-1251"></head><body>{"Новый мост " * 30}</body></html>'
    decoded = document(page.encode("cp1251"), "text/html")
    assert decoded.text == page
    assert decoded.encoding.origin == "declared"


def test_few_faults_in_utf8_are_replaced_and_counted() -> None:
    """One broken byte must not turn the whole text into another encoding."""
    decoded = document(FRENCH.encode() + b" caf\xe9 ")
    assert decoded.text == FRENCH + " caf\ufffd "
    assert (decoded.encoding.name, decoded.encoding.replaced) == ("utf-8", 1)


@pytest.mark.parametrize("label", ["punycode", "unicode_escape", "hex", "no-such", "utf-7", "", "a\0b"])
def test_odd_declared_charsets_are_passed_over(label: str) -> None:
    """A declaration must not reach a codec that is no charset."""
    assert document(b"Plain words \\x41.", charset=label).text == "Plain words \\x41."


@pytest.mark.parametrize("content", [b"", b" \n\t", b"\xef\xbb\xbf", b'{"text": ""}', b'{"text": " \\n"}'])
def test_nothing_is_empty(content: bytes) -> None:
    """Empty is policy, not an error."""
    decoded = decode(payload(content, "application/json" if content.startswith(b"{") else "text/plain"), SETTINGS)
    assert isinstance(decoded, Dropped)
    assert (decoded.reason, decoded.stage) == (DropReason.EMPTY, "read")


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 words", b"\x89PNG\r\n\x1a\n", b"\0" * 400, bytes(range(256)) * 40, b"\x1f\x8b\x08abc"]
)
def test_binary_is_not_text(content: bytes) -> None:
    """A picture under a .txt name is dropped as what it is."""
    decoded = decode(payload(content), SETTINGS)
    assert isinstance(decoded, Dropped)
    assert decoded.reason is DropReason.NOT_TEXT


def test_a_few_control_characters_stay_in_the_text() -> None:
    """NUL and the like are for the ledger to mark, not for the decoder to take; nor are newlines translated."""
    text = "The mayor\0 spoke.\r\n\x07Then she left.\r"
    assert document(text.encode()).text == text


def test_lone_surrogates_and_nul_survive_json() -> None:
    """A JSON line may hold them; the original keeps them."""
    decoded = document(rb'{"text": "half \ud800 and \u0000 nul"}', "application/json")
    assert decoded.text == "half \ud800 and \0 nul"


def test_json_keys_are_read() -> None:
    """Known keys arrive, null means absent, others are passed over."""
    decoded = from_json(
        id="a-1",
        text="words",
        url="https://norholm.example/a",
        title="Ferry",
        publisher=None,
        authors=["Ida Holt"],
        x=[],
    )
    assert (decoded.given.id, decoded.given.title, decoded.given.publisher) == ("a-1", "Ferry", None)
    assert (decoded.given.authors, decoded.kind) == (("Ida Holt",), "text")
    assert from_json(html="<p>words</p>").kind == "html"
    assert from_json(html="<p>words</p>", text="given words").text == "given words"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{not json", "in/desk.jsonl:7: not valid JSON"),
        (b"[1, 2]", "a JSON object is needed, not a list"),
        (b'"words"', "not a string"),
        (b'{"title": "x"}', "neither 'text' nor 'html'"),
        (b'{"text": 5}', "'text' must be a string, not a number"),
        (b'{"text": "x", "authors": [null]}', "'authors' must be a string or a list of strings"),
        (b'{"text": "x", "id": true}', "'id' must be a string"),
        (b"[" * 200_000, "not valid JSON"),
    ],
)
def test_malformed_line_names_file_line_and_key(line: bytes, message: str) -> None:
    """Whoever made the file must find the fault."""
    with pytest.raises(MalformedInput, match=re.escape(message)):
        decode(payload(line, "application/json"), SETTINGS)


def test_problem_is_raised_with_its_origin() -> None:
    """What could not be read fails as one document."""
    with pytest.raises(MalformedInput, match=r"in/desk\.jsonl:7: torn"):
        decode(payload(b"", problem="torn"), SETTINGS)


def test_limits_of_documents_and_urls() -> None:
    """Documents and URLs over their limits are refused by name."""
    with pytest.raises(LimitExceeded, match="larger than 3 bytes"):
        decode(payload(b'{"text": "words"}', "application/json"), SourcesSettings(max_text_bytes=3))
    with pytest.raises(LimitExceeded, match="'url' is longer"):
        decode(payload(b'{"text": "x", "url": "%s"}' % (b"u" * 3000), "application/json"), SETTINGS)


@given(st.binary(max_size=400), st.sampled_from(["text/plain", "text/html", "application/json"]))
def test_any_bytes_have_one_outcome(content: bytes, media_type: MediaType) -> None:
    """No input leaves by any other way than document, dropped or malformed."""
    with contextlib.suppress(MalformedInput):
        assert isinstance(decode(payload(content, media_type), SETTINGS), RawDocument | Dropped)


@given(st.text(alphabet=st.characters(exclude_categories=()), min_size=1))
def test_json_text_is_kept_exactly(text: str) -> None:
    """Whatever code points a JSON string holds are the original; ids are a function of them."""
    decoded = decode(payload(json.dumps({"text": text}).encode(), "application/json"), SETTINGS)
    if text.strip():
        assert isinstance(decoded, RawDocument)
        assert decoded.text == text
        assert re.fullmatch("[0-9a-f]{32}", decoded.id)
    else:
        assert isinstance(decoded, Dropped)


def test_numbers_as_ids_and_one_author_as_a_string_are_taken() -> None:
    """Databases number their articles, and many exports have one author only."""
    given = from_json(text="The ferry was late.", id=7, authors="Ida Holt").given
    assert (given.id, given.authors) == ("7", ("Ida Holt",))
