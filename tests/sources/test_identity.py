"""Canonical URLs and ids."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Payload, RawDocument
from ingest.sources import SourcesSettings, decode
from ingest.sources.identity import canonical_url, id_of_content, id_of_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Norholm.Example:443/A/b?utm_source=x&b=2&a=1#top", "https://norholm.example/A/b?a=1&b=2"),
        ("http://norholm.example:80", "http://norholm.example/"),
        (" https://norholm.example/a\n", "https://norholm.example/a"),
        ("https://norholm.example/a?fbclid=1", "https://norholm.example/a"),
        ("https://norholm.example/a?4711", "https://norholm.example/a?4711"),
        ("https://norholm.example/a?cid=1&gallery=2", "https://norholm.example/a?cid=1&gallery=2"),
        ("https://norholm.example:8443/a", "https://norholm.example:8443/a"),
        ("https://user@norholm.example/a", None),
        ("ftp://norholm.example/a", None),
        ("javascript:alert(1)", None),
        ("/relative", None),
        ("https://[half/a", None),
        ("https://norholm.example/\ud800", None),
        ("", None),
    ],
)
def test_canonical_url(url: str, canonical: str | None) -> None:
    """What tells articles apart stays, what tells readers apart goes."""
    assert canonical_url(url) == canonical


@given(st.text(max_size=60), st.text(max_size=60))
def test_canonical_url_is_stable(path: str, query: str) -> None:
    """Canonical is canonical: a second pass changes nothing."""
    once = canonical_url(f"https://norholm.example/{path}?{query}")
    assert once is None or canonical_url(once) == once


def test_scheme_and_final_slash_do_not_tell_articles_apart() -> None:
    """The same page by http, https, with and without a slash is one article; another query is another."""
    ids = {id_of_url(url) for url in ("http://n.example/a", "https://n.example/a", "https://n.example/a/")}
    assert len(ids) == 1
    assert id_of_url("https://n.example/a?x=1") not in ids


def test_parts_of_an_identity_do_not_run_together() -> None:
    """Moving a character from the source to the content gives another id."""
    assert id_of_content("ab", None, "c") != id_of_content("a", None, "bc")
    assert id_of_content("a", "b", "c") != id_of_content("a", None, "c")


def test_identity_follows_the_url_else_source_and_content() -> None:
    """A changed text under one URL is a version; without a URL it is another document. File paths play no part."""

    def mint(folder: str, **keys: str) -> str:
        content = json.dumps(keys).encode()
        payload = Payload(
            content=content, media_type="application/json", source="desk.jsonl", origin=f"{folder}/desk.jsonl:1"
        )
        document = decode(payload, SourcesSettings())
        assert isinstance(document, RawDocument)
        return document.id

    assert mint("x", text="one", url="http://n.example/a#x") == mint("y", text="two", url="https://n.example/a")
    assert mint("x", text="one") == mint("y", text="one")
    assert mint("x", text="one") != mint("x", text="two")
    assert mint("x", text="one", source="wire") != mint("x", text="one")


def test_a_pages_own_canonical_link_gives_no_identity() -> None:
    """A hostile page must not take another article's place by naming its address."""
    page = b'<html><head><link rel="canonical" href="https://victim.example/a"></head><body>words</body></html>'
    document = decode(
        Payload(content=page, media_type="text/html", source="p.html", origin="p.html"), SourcesSettings()
    )
    assert isinstance(document, RawDocument)
    assert document.url is None
