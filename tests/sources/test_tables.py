"""CSV files by a map of columns, and drop folders."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ingest.errors import SettingsError, SourceMissing
from ingest.model import Payload, RawDocument
from ingest.sources import SourcesSettings, decode
from ingest.sources.drop import claim_files, put_away
from ingest.sources.tables import guess_delimiter, read_table

COLUMNS = {"text": "body", "url": "link", "title": "head"}


def read(path: Path, columns: dict[str, str] | None = None, settings: SourcesSettings | None = None) -> list[Payload]:
    """Read a table."""
    return list(read_table(str(path), columns or COLUMNS, "", settings or SourcesSettings()))


def test_a_row_is_a_document(tmp_path: Path) -> None:
    """Cells with separators, quotation marks and line breaks are whole; a row's origin is its first line."""
    path = tmp_path / "a.csv"
    path.write_text('head;link;other;body\nOne;https://h.example/1;;"The ""first""; with\na break."\nTwo;;x;Second.\n')
    first, second = read(path)
    document = decode(first, SourcesSettings())
    assert isinstance(document, RawDocument)
    assert (document.text, document.url, document.given.title) == (
        'The "first"; with\na break.',
        "https://h.example/1",
        "One",
    )
    assert (first.origin, second.origin) == (f"{path}:2", f"{path}:4")
    assert json.loads(second.content) == {"text": "Second.", "title": "Two"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without a mark, and windows-1252; gzipped too."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress("body,link,head\nZürich – “läuft”,,\n".encode(encoding)))
    assert json.loads(read(path)[0].content) == {"text": "Zürich – “läuft”"}


def test_what_is_wrong_is_told_and_costs_no_neighbour(tmp_path: Path) -> None:
    """A short row fails alone; a missing column, a torn quotation, an endless line end the file with a word."""
    path = tmp_path / "a.csv"
    path.write_text("head,link,body\nshort\nOne,,Good.\n")
    short, good = read(path)
    assert "only 1 cells" in (short.problem or "")
    assert good.problem is None
    path.write_text("head,link,text\nOne,,Good.\n")
    assert [payload.problem for payload in read(path)] == ["no column is called body; there are head, link, text"]
    path.write_text('head,link,body\nOne,,Good.\nTwo,,"torn\n')
    assert [payload.problem is None for payload in read(path)] == [True, False]
    path.write_text("head,link,body\nOne,,Good.\nTwo,," + "x" * 900 + "\n")
    assert [payload.problem is None for payload in read(path, settings=SourcesSettings(max_line_bytes=500))] == [
        True,
        False,
    ]
    assert "No such file" in (read(tmp_path / "none.csv")[0].problem or "")
    with pytest.raises(SettingsError, match="no document has body"):
        read(path, {"body": "body"})


def test_guesses_the_separator() -> None:
    """Commas, semicolons, tabs and bars."""
    assert [guess_delimiter(header) for header in ("a,b;c,d", "a;b", "a\tb", "a|b", "a")] == [",", ";", "\t", "|", ","]


def test_files_are_claimed_once_and_put_away(tmp_path: Path) -> None:
    """What is being written stays, two of one name are two, and bad files are found in `failed`."""
    for name in ("a.txt", "b.txt", ".hidden", "c.part"):
        (tmp_path / name).write_text(name)
    mine = claim_files(tmp_path, "run-1")
    assert [path.name for path in mine] == ["a.txt", "b.txt"]
    assert claim_files(tmp_path, "run-1") == mine
    put_away(tmp_path, "run-1", [mine[1]])
    assert [path.name for path in (tmp_path / "done").rglob("*.txt")] == ["a.txt"]
    assert [path.name for path in (tmp_path / "failed").rglob("*.txt")] == ["b.txt"]
    assert claim_files(tmp_path, "run-2") == []
    with pytest.raises(SourceMissing):
        claim_files(tmp_path / "none", "run-1")
