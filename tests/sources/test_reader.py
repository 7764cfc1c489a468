"""What the arguments of the command line become."""

import gzip
import io
import json
import os
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from ingest.errors import SourceMissing, UsageError
from ingest.model import Payload
from ingest.sources import SourcesSettings, read_payloads

SETTINGS = SourcesSettings()


def read(*arguments: object, settings: SourcesSettings = SETTINGS, stdin: bytes = b"") -> list[Payload]:
    """Read everything that the arguments name."""
    return list(read_payloads([str(argument) for argument in arguments], settings, io.BytesIO(stdin)))


def line(number: int) -> bytes:
    """Write one JSON line."""
    return json.dumps({"id": str(number), "text": f"The council met on day {number}."}).encode() + b"\n"


def test_folder_is_read_in_sorted_order_and_passes_over_the_rest(tmp_path: Path) -> None:
    """A folder of scrapes also holds sources.toml, hidden folders (a lake, say) and pictures: none is a document."""
    (tmp_path / "b").mkdir()
    (tmp_path / ".broadsheet").mkdir()
    names = ["b/two.html", "a.txt", "c.htm", "sources.toml", ".hidden.txt", ".broadsheet/raw.txt", "photo.jpg"]
    for name in names:
        (tmp_path / name).write_bytes(b"words")
    (tmp_path / "d.txt.gz").write_bytes(gzip.compress(b"words"))
    payloads = read(tmp_path)
    assert [Path(payload.origin).name for payload in payloads] == ["a.txt", "c.htm", "d.txt.gz", "two.html"]
    assert [payload.media_type for payload in payloads] == ["text/plain", "text/html", "text/plain", "text/html"]
    assert {payload.content for payload in payloads} == {b"words"}


def test_named_file_with_unknown_ending_is_text(tmp_path: Path) -> None:
    """Whoever names a file wants it read."""
    path = tmp_path / "notes.article"
    path.write_bytes(b"words")
    (payload,) = read(path)
    assert (payload.content, payload.media_type, payload.source) == (b"words", "text/plain", "notes.article")
    assert payload.stamp == str(path.stat().st_mtime_ns)


def test_glob_is_expanded_and_sorted(tmp_path: Path) -> None:
    """A quoted glob reaches us unexpanded."""
    for name in ("b.txt", "a.txt", "c.html"):
        (tmp_path / name).write_bytes(b"words")
    assert [Path(payload.origin).name for payload in read(tmp_path / "*.txt")] == ["a.txt", "b.txt"]


@pytest.mark.parametrize(("ending", "pack"), [("", bytes), (".gz", gzip.compress), (".zst", zstandard.compress)])
def test_json_lines_carry_their_line_numbers(tmp_path: Path, ending: str, pack: object) -> None:
    """Blank lines count for the number and are no documents; every compression gives the same."""
    assert callable(pack)
    path = tmp_path / f"articles.jsonl{ending}"
    path.write_bytes(pack(line(1) + b"\n" + line(3).rstrip(b"\n")))
    payloads = read(path)
    assert [payload.origin for payload in payloads] == [f"{path}:1", f"{path}:3"]
    assert [payload.content + b"\n" for payload in payloads] == [line(1), line(3)]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_torn_compression_gives_its_whole_prefix_and_one_problem(tmp_path: Path, pack: object) -> None:
    """A file cut short anywhere: the lines before the cut arrive, one problem names file and line, nothing hangs."""
    assert callable(pack)
    whole = pack(b"".join(line(number) for number in range(50)))
    ending = ".gz" if pack is gzip.compress else ".zst"
    path = tmp_path / f"articles.jsonl{ending}"
    for cut in range(1, len(whole), 7):
        path.write_bytes(whole[:cut])
        *lines, last = read(path)
        assert [payload.content + b"\n" for payload in lines] == [line(number) for number in range(len(lines))]
        assert last.problem is not None
        assert last.origin == f"{path}:{len(lines) + 1}"


def test_damaged_gzip_is_one_problem(tmp_path: Path) -> None:
    """Bytes that are no gzip at all under a .gz name cost one document."""
    path = tmp_path / "a.txt.gz"
    path.write_bytes(b"not gzip")
    (payload,) = read(path)
    assert payload.problem is not None
    assert "damaged" in payload.problem


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_bomb_stops_at_the_ratio(tmp_path: Path, pack: object) -> None:
    """A small file that becomes gigabytes is refused after the floor, whatever its line structure."""
    assert callable(pack)
    ending = ".gz" if pack is gzip.compress else ".zst"
    path = tmp_path / f"bomb.jsonl{ending}"
    path.write_bytes(pack(line(0) + b"\n" * 3_000_000))
    settings = SourcesSettings(decompression_floor_bytes=100_000)
    first, *_, last = read(path, settings=settings)
    assert first.content + b"\n" == line(0)
    assert "times its size" in (last.problem or "")


def test_endless_line_is_skipped_in_bounded_memory(tmp_path: Path) -> None:
    """A line far over the limit fails alone with its number; no more than the limit and a chunk is ever held."""
    path = tmp_path / "articles.jsonl"
    with path.open("wb") as file:
        file.write(line(1))
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + line(3))
    tracemalloc.start()
    payloads = read(path, settings=SourcesSettings(max_line_bytes=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [payload.problem is None for payload in payloads] == [True, False, True]
    assert payloads[1].origin == f"{path}:2"
    assert peak < 5_000_000


def test_large_document_is_a_problem(tmp_path: Path) -> None:
    """One document over its limit is refused without being read whole."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 100_000)
    (payload,) = read(path, settings=SourcesSettings(max_text_bytes=99_999))
    assert payload.content == b""
    assert "larger than 99,999 bytes" in (payload.problem or "")


def test_missing_path_among_several_is_told(tmp_path: Path) -> None:
    """One wrong path is a failed input; the others are read."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"words")
    missing, found = read(tmp_path / "none.txt", path)
    assert missing.problem == "no such file or folder"
    assert found.content == b"words"


def test_all_paths_missing_ends_before_anything_is_read(tmp_path: Path) -> None:
    """Where nothing can be read, the caller made a mistake: told at once, not as an empty success."""
    with pytest.raises(SourceMissing, match=r"none\.txt: no such file or folder"):
        read_payloads([str(tmp_path / "none.txt"), str(tmp_path / "*.nothing")], SETTINGS)


@pytest.fixture
def nobodys_folder() -> Iterator[Path]:
    """Give a folder that everyone may enter, and be nobody while the test reads it (root reads everything)."""
    was = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        for file in ("closed.txt", "open.txt"):
            (Path(name) / file).write_bytes(b"words")
        (Path(name) / "closed.txt").chmod(0)
        if was == 0:
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            os.seteuid(was)


def test_unreadable_file_is_told(nobodys_folder: Path) -> None:
    """A file without permission: all there is, it ends the call; in a folder, it is one failed document."""
    with pytest.raises(SourceMissing, match="permission denied"):
        read_payloads([str(nobodys_folder / "closed.txt")], SETTINGS)
    closed, opened = read(nobodys_folder)
    assert (closed.problem, opened.content) == ("Permission denied", b"words")


def test_read_error_is_a_problem(tmp_path: Path) -> None:
    """What fails while reading (here a folder entry that vanishes into a broken link) costs one document."""
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "here.txt").write_bytes(b"words")
    gone, here = read(tmp_path)
    assert gone.problem == "No such file or directory"
    assert here.content == b"words"


def test_url_is_refused_for_now() -> None:
    """A URL must not be taken for a missing file."""
    with pytest.raises(UsageError, match="not URLs"):
        read_payloads(["https://news.example/feed"], SETTINGS)


@pytest.mark.parametrize(
    ("given", "media_types"),
    [
        (line(1) + line(2), ["application/json"] * 2),
        (b"\xef\xbb\xbf \n" + line(1), ["application/json"]),
        (b"{ a brace opens this sentence\nand it goes on", ["text/plain"]),
        (b"Plain words\n{}", ["text/plain"]),
        (b"", ["text/plain"]),
    ],
)
def test_standard_input_is_json_lines_or_one_text(given: bytes, media_types: list[str]) -> None:
    """Pipes carry no file name: the first line decides."""
    payloads = read("-", stdin=given)
    assert [payload.media_type for payload in payloads] == media_types
    assert all(payload.source == "stdin" for payload in payloads)


@pytest.mark.parametrize(
    "given", [b"<!DOCTYPE html><p>Late.", b"\xef\xbb\xbf\n<html lang=en><p>Late.", b"<HTML>\n<p>Late."]
)
def test_a_page_on_standard_input_is_html(given: bytes) -> None:
    """Nobody can name the kind of what is piped in, so its start must tell."""
    assert [payload.media_type for payload in read("-", stdin=given)] == ["text/html"]
    assert [payload.media_type for payload in read("-", stdin=b"Less than <html> in a text")] == ["text/plain"]
