"""`broadsheet export`: what a search finds as Parquet, NDJSON or CSV, whole or not at all."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingest import jobs
from ingest.cli import main
from ingest.errors import IndexUnavailable
from ingest.index.mapping import articles_mapping
from ingest.jobs import parquet
from ingest.settings import Settings

FERRY = (
    "Night ferry to Sund is cancelled\n\nThe night ferry between Stenhaven and Sund will not sail before Monday, said"
    " the line, which blamed a cracked bow door and the want of a spare one anywhere north of the strait.\n\n"
    "Copyright Meridian Ledger 2023\n\nComments\n\n1. Agnes Thorvald, 3 May 2023 at 10:15\n"
    "The door has been cracked since March, as everybody on the quay could see.\n"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give a system that holds an article with comments, its copy, and another."""
    folder = tmp_path_factory.mktemp("files")
    settings = Settings.load(flags={"index.url": f"tantivy:{folder / 'index'}", "lake.url": str(folder / "lake")})
    lines = [
        {"id": "ferry", "text": FERRY, "published_at": "2023-05-03", "publisher": "Meridian Ledger"},
        {"id": "copy", "text": FERRY, "publisher": "Echo"},
        {
            "id": "other",
            "text": "Asparagus is late\n\nThe growers of the Lisse valley wait for warmer nights, they said.",
        },
    ]
    source = folder / "articles.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    jobs.ingest([str(source)], settings)
    return settings


def test_parquet_holds_spans_and_comments(place: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row an article, copies too, with types that an analyst can compute with."""
    file = tmp_path / "articles.parquet"
    flags = ["--index", place.index.url, "--lake", place.lake.url, "--json"]
    assert main(["export", str(file), "ferry", *flags]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(file), "articles": 2}
    rows = {row["given_id"]: row for row in pq.read_table(file).to_pylist()}
    ferry = rows["ferry"]
    assert set(rows) == {"ferry", "copy"}
    assert ferry["published_at"] == datetime(2023, 5, 3, tzinfo=UTC)
    assert "copyright" in {span["class"] for span in ferry["spans"]}
    assert all(span["start"] < span["end"] for span in ferry["spans"])
    (comment,) = ferry["comments"]
    assert (comment["author"], comment["published_at"].day) == ("Agnes Thorvald", 3)
    assert rows["copy"]["rights"][0]["years"] == [2023]
    assert list(tmp_path.iterdir()) == [file]


def test_columns_are_fields_of_the_index() -> None:
    """A field that is renamed is renamed here as well, and every facet is a column."""
    columns = {*parquet.STRINGS, *parquet.TIMES, *parquet.SHARES, *parquet.SWITCHES, *parquet.COUNTS, *parquet.LISTS}
    mapping = articles_mapping()
    assert columns | {"spans", "rights", "captions"} <= set(mapping.properties)
    assert set(mapping.facets) <= columns


def test_text_formats_are_the_api_s(place: Settings, tmp_path: Path) -> None:
    """The same lines and rows, in a file."""
    lines, rows = tmp_path / "x.ndjson", tmp_path / "x.csv"
    assert jobs.export_file(lines, [], place)["articles"] == 2
    assert jobs.export_file(rows, [("duplicates", "show")], place)["articles"] == 3
    *articles, end = map(json.loads, lines.read_text().splitlines())
    assert (len(articles), end["complete"]) == (2, True)
    with rows.open(newline="") as file:
        assert {row["given_id"] for row in csv.DictReader(file)} == {"ferry", "copy", "other"}


@pytest.mark.parametrize(
    "arguments", [["x.xlsx"], ["nowhere/x.csv"], ["x.parquet", "--as-of", "2020"], ["x.csv", "--filter", "colour=red"]]
)
def test_what_cannot_be_written_is_told(
    place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """With 2, and no file."""
    monkeypatch.chdir(tmp_path)
    assert main(["export", *arguments, "--index", place.index.url]) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x.parquet", "x.ndjson"])
def test_an_index_that_goes_away_leaves_the_file_that_was(
    place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Half a file looks like a whole one."""
    file = tmp_path / name
    jobs.export_file(file, [], place)
    before = file.read_bytes()

    async def fail(*_: object) -> None:
        raise IndexUnavailable("gone")

    monkeypatch.setattr(jobs.AsyncReader, "page", fail)
    with pytest.raises(IndexUnavailable):
        jobs.export_file(file, [], place)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
