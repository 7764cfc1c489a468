"""What the lake keeps, what it refuses to keep twice, and what a crash leaves."""

import contextlib
import hashlib
import io
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from ingest.errors import MappingMismatch, Unavailable, UsageError
from ingest.lake import Erased, Found, Lake, LakeSettings, Record, Submission, Wanted, open_lake
from ingest.lake.lake import find_catalogue
from ingest.lake.storage import open_storage
from ingest.lake.warc import pack_record, unpack_record
from ingest.model import Candidate, MediaType, Payload
from tests.lake.captures import LOOPBACK, submission


def tree(settings: LakeSettings) -> dict[str, str]:
    """Hash every file of a lake."""
    storage = open_storage(settings)
    return {name: hashlib.sha256(storage.read(name)).hexdigest() for name, _ in storage.list("")}


def test_payload_comes_back_exactly(settings: LakeSettings) -> None:
    """The lake is the original: all that the reader said of the bytes comes back with them."""
    odd = submission(
        "b", "two", media_type="text/html", source="caf\xe9 \udce9%", origin="a\nb:7", charset="x;\r\n y",
        url="https://n.example/å?q=%20 ", stated=(Candidate(field="modified_at", value="\n\udce9", origin="http"),),
    )  # fmt: skip
    with open_lake(settings) as lake:
        orders = lake.accept([submission("a", "one"), odd])
        assert orders == [1, 2]
        assert lake.payload(2) == odd.payload
        with pytest.raises(KeyError):
            lake.payload(3)


@given(
    content=st.binary(max_size=200),
    texts=st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=20), min_size=5, max_size=5),
    absent=st.booleans(),
    media_type=st.sampled_from(["text/plain", "text/html", "application/json"]),
)
def test_any_record_survives_its_form(content: bytes, texts: list[str], absent: bool, media_type: MediaType) -> None:
    """Whatever names and addresses hold (line feeds, surrogates, separators), a record reads back as written."""
    source, origin, stamp, charset, url = texts
    payload = Payload(
        content=content, media_type=media_type, source=source, origin=origin, stamp=stamp,
        charset=None if absent else charset, url=None if absent else url,
        stated=() if absent else (Candidate(field=source, value=stamp, origin=origin),),
    )  # fmt: skip
    record = Record(
        capture=7, accepted_at="2024-05-01T00:00:00Z", submission=Submission(id="ab", digest="cd", payload=payload)
    )
    assert unpack_record(pack_record(record)) == record


def test_files_are_warc_that_others_read(folder: LakeSettings, tmp_path: Path) -> None:
    """The lake outlives this program: an independent reader gives targets, types and bytes."""
    with open_lake(folder) as lake:
        lake.accept([submission("a", "one", url="https://n.example/a"), submission("b", "two")])
    (path,) = (tmp_path / "lake" / "raw").iterdir()
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(io.BytesIO(file.read()), check_digests=True)
        ]
    assert records == [("resource", "https://n.example/a", b"one"), ("resource", "urn:broadsheet:b", b"two")]


def test_identical_run_adds_not_one_byte(settings: LakeSettings) -> None:
    """Two versions of one document in one input, run again: same orders, and every file of the lake is as it was."""
    run = [
        submission("a", "old", origin="d:1"),
        submission("a", "new", origin="d:2"),
        submission("b", "x", origin="d:3"),
    ]
    with open_lake(settings) as lake:
        first = lake.accept(run)
    before = tree(settings)
    with open_lake(settings) as lake:
        assert lake.accept(run) == first == [1, 2, 3]
        assert lake.accept([run[2]]) == [3]
    assert tree(settings) == before


def test_latest_capture_with_the_same_bytes_is_no_news(settings: LakeSettings) -> None:
    """A file touched, moved or fetched again with the same bytes is the same capture."""
    with open_lake(settings) as lake:
        assert lake.accept([submission("a", "one")]) == [1]
        assert lake.accept([submission("a", "one", stamp="2", origin="elsewhere")]) == [1]


def test_going_back_to_an_older_wording_is_news(settings: LakeSettings) -> None:
    """One, two, then one again at a later time: three captures, or the index would keep showing two."""
    with open_lake(settings) as lake:
        orders = [
            lake.accept([submission("a", text, stamp=stamp)]) for text, stamp in (("1", "x"), ("2", "y"), ("1", "z"))
        ]
        assert orders == [[1], [2], [3]]
        assert [capture.stamp for capture in lake.captures("a")] == ["x", "y", "z"]


@pytest.mark.parametrize("dies", [False, True])
def test_a_repeat_that_is_delivered_again_is_no_news(
    settings: LakeSettings, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    """An unchanged page, then a new wording, both given again after a crash: the new wording stays the latest."""
    repeat, news = submission("a", "old", stamp="2"), submission("a", "new", stamp="3")
    with open_lake(settings) as lake:
        assert lake.accept([submission("a", "old", stamp="1")]) == [1]
        if dies:
            monkeypatch.setattr("ingest.lake.lake.passing", lambda _: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                lake.accept([repeat, news])
            monkeypatch.undo()
        else:
            assert lake.accept([repeat, news]) == [1, 2]
    with open_lake(settings) as lake:
        assert lake.accept([repeat, news]) == [1, 2]
        assert lake.accept([submission("a", "old", stamp="4")]) == [3]


def test_captures_are_iterated_in_order(settings: LakeSettings) -> None:
    """A replay walks the lake in the order of acceptance, from where it stopped."""
    with open_lake(settings) as lake:
        lake.accept([submission(str(number), "x") for number in range(2500)])
        assert [capture.capture for capture in lake.since(10)] == list(range(11, 2501))
        assert lake.read(next(lake.since(41))).id == "41"


def test_lost_catalogue_is_rebuilt(settings: LakeSettings) -> None:
    """The WARC files are the truth; the catalogue is only a way in."""
    with open_lake(settings) as lake:
        for number in range(3):
            lake.accept([submission("a", f"text {number}", stamp=str(number)), submission(f"b{number}", "x")])
        before = list(lake.since())
    find_catalogue(settings).unlink()
    with open_lake(settings) as lake:
        assert list(lake.since()) == before
        assert lake.accept([submission("c", "new")]) == [7]


def test_damaged_catalogue_says_what_to_do(folder: LakeSettings, tmp_path: Path) -> None:
    """An unreadable catalogue is told with its remedy."""
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "catalog.sqlite").write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(UsageError, match="rebuilt from the WARC files"):
        open_lake(folder)


def test_written_but_not_catalogued_is_entered(settings: LakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between renaming the file and committing the catalogue loses nothing, and no order is given twice."""
    with open_lake(settings) as lake, open_lake(settings) as other:
        lake.accept([submission("a", "one")])
        with monkeypatch.context() as patch:
            patch.setattr(lake._catalogue, "add", lambda captures: None)
            lake.accept([submission("b", "two"), submission("c", "three")])
        assert lake.captures("b") == []
        assert other.accept([submission("d", "four"), submission("b", "two")]) == [4, 2]
        assert other.payload(3).content == b"three"


def test_reopening_enters_what_was_not_catalogued(settings: LakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recovery does not wait for the next batch."""
    with open_lake(settings) as lake:
        lake.accept([submission("a", "one")])
        monkeypatch.setattr(lake._catalogue, "add", lambda captures: None)
        lake.accept([submission("b", "two")])
    with open_lake(settings) as lake:
        assert lake.payload(2).content == b"two"


def test_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    """A kind of URL that nobody knows, and files in the way, are refused by name."""
    with pytest.raises(UsageError, match="nowhere://bucket"):
        open_lake(LakeSettings(url="nowhere://bucket/lake", catalogue_folder=str(tmp_path)))
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be opened"):
        open_lake(LakeSettings(url=str(tmp_path / "file")))


@pytest.mark.allow_hosts(LOOPBACK)
def test_service_that_is_away_is_told(tmp_path: Path) -> None:
    """A place that does not answer is unavailable: the run ends with that, and nothing is lost."""
    away = LakeSettings(
        url="s3://bucket/lake",
        endpoint_url="http://127.0.0.1:9",
        access_key="k",
        secret_key="s",  # noqa: S106 - an invented one
        catalogue_folder=str(tmp_path),
    )
    with pytest.raises(Unavailable, match="s3://bucket"):
        open_lake(away)


def test_two_machines_share_a_lake(settings: LakeSettings, tmp_path: Path) -> None:
    """Each has a catalogue of its own where the lake is in a bucket: no order is given twice, and both know all."""
    other_machine = replace(settings, catalogue_folder=str(tmp_path / "other"))
    with open_lake(settings) as lake, open_lake(other_machine) as other:
        assert lake.accept([submission("a", "one"), submission("b", "two")]) == [1, 2]
        assert other.accept([submission("c", "three"), submission("a", "one")]) == [3, 1]
        assert lake.accept([submission("d", "four"), submission("c", "three")]) == [4, 3]
        assert other.payload(3) == lake.payload(3)


def test_writer_that_is_overtaken_takes_the_next_order(
    settings: LakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look for a name and the put under it another writer took it: the put is refused, nothing is lost."""
    other_machine = replace(settings, catalogue_folder=str(tmp_path / "other"))
    with open_lake(settings) as lake, open_lake(other_machine) as other:
        create, overtaking = lake.storage.create, [submission("z", "first")]

        def overtaken(name: str, content: bytes) -> bool:
            if overtaking and settings.url.startswith("s3"):
                other.accept([overtaking.pop()])
            return create(name, content)

        monkeypatch.setattr(lake.storage, "create", overtaken)
        (order,) = lake.accept([submission("a", "one")])
        assert lake.payload(order).content == b"one"
        assert [capture.id for capture in lake.since()] == (["z", "a"] if settings.url.startswith("s3") else ["a"])


def test_recalls_in_order_and_says_what_is_lost(settings: LakeSettings) -> None:
    """A replay reads each file once: a damaged record costs itself, a lost file its own, no neighbour."""
    with open_lake(settings) as lake:
        for run in range(3):
            lake.accept([submission(f"{run}{number}", f"text {run}{number}") for number in range(3)])
        captures = lake.look_up([1, 2, 3, 4, 6, 7, 8, 99])
        assert [capture.capture for capture in captures] == [1, 2, 3, 4, 6, 7, 8]
        (first, _), _, (last, _) = lake.files()
        spoilt = bytearray(lake.storage.read(f"raw/{first}"))
        spoilt[captures[1].offset + 60] ^= 0xFF
        with lake.storage.writing(f"raw/{first}") as file:
            file.write(spoilt)
        lake.storage.delete(f"raw/{last}")
        lake.erase("10")
        told = [
            (capture.id, payload.content.decode(), bool(payload.problem)) for capture, payload in lake.recall(captures)
        ]
    sound = [("00", "text 00", False), ("01", "", True), ("02", "text 02", False), ("12", "text 12", False)]
    assert told == [*sound, ("20", "", True), ("21", "", True)]


def test_erased_document_is_gone_and_its_neighbours_stay(settings: LakeSettings, tmp_path: Path) -> None:
    """A mark stands in the place of each capture: no byte of it is left, no other moved, and no order comes again."""
    with open_lake(settings) as lake:
        lake.accept([submission("a", "one"), submission("b", "a secret"), submission("c", "three")])
        lake.accept([submission("b", "another secret", stamp="2")])
        places = {capture.id: capture.offset for capture in lake.since()}
        kept = next(lake.since(3))
        assert lake.erase("b") == 2
        assert lake.captures("b") == []
        assert lake.erase("b") == 0
        with pytest.raises(KeyError):
            lake.record(kept)
        marks = [found.record for name, _ in lake.files() for found in lake.scan(name) if isinstance(found, Found)]
        assert [type(each) for each in marks] == [Record, Erased, Record, Erased]
    find_catalogue(settings).unlink()
    with open_lake(settings) as lake:
        assert {capture.id: capture.offset for capture in lake.since()} == {"a": places["a"], "c": places["c"]}
        assert lake.payload(3).content == b"three"
        assert lake.accept([submission("d", "four")]) == [5]


def test_old_files_expire_whole_and_never_the_newest(settings: LakeSettings) -> None:
    """Retention removes files all of whose captures are old; orders go on where they were, also after a rebuild."""
    with open_lake(settings) as lake:
        for number in range(3):
            lake.accept([submission(str(number), "x")])
        assert lake.find_expired("2000") == []
        expired = lake.find_expired("9999")
        assert [captures for _, captures, _ in expired] == [1, 1]
        lake.expire([file for file, _, _ in expired])
        assert [capture.id for capture in lake.since()] == ["2"]
    find_catalogue(settings).unlink()
    with open_lake(settings) as lake:
        assert lake.accept([submission("3", "x")]) == [4]


def test_a_machine_that_lags_behind_retention_gives_no_order_again(settings: LakeSettings, tmp_path: Path) -> None:
    """The file after what it knows is gone: its newest text comes after all that others accepted."""
    other_machine = replace(settings, catalogue_folder=str(tmp_path / "other"))
    with open_lake(settings) as lake, open_lake(other_machine) as other:
        lake.accept([submission("x", "first")])
        assert other.accept([submission("x", "first")]) == [1]
        for number in range(4):
            lake.accept([submission("x", f"wording {number}")])
        lake.expire([file for file, *_ in lake.find_expired("9999")][:3])
        assert other.accept([submission("x", "newest")]) == [6]
        assert lake.accept([submission("y", "next")]) == [7]
        assert [capture.capture for capture in lake.since()] == [4, 5, 6, 7]


def test_empty_batch_is_nothing(settings: LakeSettings) -> None:
    """A batch of dropped documents submits nothing."""
    with open_lake(settings) as lake:
        assert isinstance(lake, Lake)
        assert lake.accept([]) == []


def test_older_catalogue_is_upgraded_and_kept(settings: LakeSettings) -> None:
    """A catalogue of the first layout, without runs, gains them; what it was stays beside it."""
    with open_lake(settings) as lake:
        lake.accept([submission("a", "one")], "run-1")
        lake.accept([submission("b", "two")], "run-2")
        assert [capture.run for capture in lake.since()] == ["run-1", "run-2"]
        assert [capture.id for capture in lake.since(0, Wanted(run="run-2"))] == ["b"]
    path = find_catalogue(settings)
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.execute("DROP TABLE repeats")
        old.execute("DROP INDEX captures_of_file")
        old.execute("ALTER TABLE captures DROP COLUMN run")
        old.execute("PRAGMA user_version = 0")
    with open_lake(settings) as lake:
        assert [(capture.id, capture.run) for capture in lake.since()] == [("a", ""), ("b", "")]
        assert lake.accept([submission("c", "three")], "run-3") == [3]
    with contextlib.closing(sqlite3.connect(f"{path}.layout-1")) as kept:
        assert kept.execute("SELECT capture, id FROM captures").fetchall() == [(1, "a"), (2, "b")]


def test_newer_catalogue_is_refused(settings: LakeSettings) -> None:
    """An older program does not touch what a newer one made."""
    open_lake(settings).close()
    with contextlib.closing(sqlite3.connect(find_catalogue(settings))) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(MappingMismatch, match="layout 99"):
        open_lake(settings)
