"""Cursors: what is written is read again, and nothing else is."""

from __future__ import annotations

import pytest

from ingest.errors import RequestError
from ingest.search.cursor import Cursor, CursorSigner
from ingest.search.request import read_request

FIELDS = ("publisher", "year")
SIGNER = CursorSigner(b"secret")
ASKED = read_request([("q", "ferry"), ("filter.year", "2020")], FIELDS)
CURSOR = Cursor(stems=("en", "de"), snapshot="held", after=(1.5, "a"), seen=("b", "c"), given=7)


@pytest.mark.parametrize("cursor", [CURSOR, Cursor(stems=())])
def test_a_cursor_is_read_again(cursor: Cursor) -> None:
    """Whatever it holds."""
    assert SIGNER.read(SIGNER.write(cursor, ASKED), ASKED) == cursor


def test_a_cursor_goes_on_with_other_sizes_and_facets() -> None:
    """What neither selects nor orders may change on the way."""
    other = [("q", "ferry"), ("filter.year", "2020"), ("size", "3"), ("facets", "year"), ("highlight", "no")]
    assert SIGNER.read(SIGNER.write(CURSOR, ASKED), read_request(other, FIELDS)) == CURSOR


@pytest.mark.parametrize("other", [("q", "boat"), ("sort", "newest"), ("missing.year", "true"), ("to", "2021")])
def test_a_cursor_of_another_search_is_refused(other: tuple[str, str]) -> None:
    """Its hits would be neither's."""
    asked = read_request([("q", "ferry"), ("filter.year", "2020"), other], FIELDS)
    with pytest.raises(RequestError, match="continues another search") as refused:
        SIGNER.read(SIGNER.write(CURSOR, ASKED), asked)
    assert refused.value.parameter == "cursor"


def test_a_cursor_that_we_did_not_make_is_refused() -> None:
    """Altered anywhere, cut, of another secret, or not one at all."""
    text = SIGNER.write(CURSOR, ASKED)
    swapped = [f"{text[:n]}{'A' if text[n] != 'A' else 'B'}{text[n + 1 :]}" for n in range(0, len(text) - 1, 9)]
    others = [text[:-4], "", "*", "Ä", "A" * 100_000, CursorSigner(b"other").write(CURSOR, ASKED)]
    for forged in (*swapped, *others):
        with pytest.raises(RequestError, match="not one that this search gave"):
            SIGNER.read(forged, ASKED)


def test_a_cursor_fits_an_address() -> None:
    """A hundred ids of the first page are the most that one carries."""
    cursor = Cursor(stems=("en",) * 29, snapshot="x" * 400, seen=tuple(f"{n * 7919:032x}" for n in range(100)))
    assert len(SIGNER.write(cursor, ASKED)) < 4_000
