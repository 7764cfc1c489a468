"""Sources by name and address through the whole job, and as tasks; what was seen stays seen, what fails is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest import cli, jobs
from ingest.collecting import Collector, Wanted, now
from ingest.errors import UsageError
from ingest.lake import LakeSettings, open_lake, read_handover
from ingest.model import Failed, RawDocument
from ingest.settings import Settings
from ingest.sources.catalogue import load_sources
from ingest.state import open_records
from tests.network.articles import Item, page, rss, sitemap
from tests.network.odd_server import OddServer, conditional, in_turn, reply

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def flags(web: OddServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give settings that reach the server, in a folder with a catalogue of one feed."""
    monkeypatch.chdir(tmp_path)
    items = [Item(number, web.url(f"/a/{number}"), full=number == 2) for number in (1, 2)]
    web.scripts["/feed"] = conditional(rss(items), '"v1"', Content_Type="application/rss+xml")
    web.scripts["/a/1"] = reply(200, page(1), Content_Type="text/html")
    Path("sources.toml").write_text(
        f'[[source]]\nname = "harbour"\nkind = "feed"\nurl = "{web.url("/feed")}"\npublisher = "The Harbour Post"\n'
    )
    return {
        "network.allowed_networks": "127.0.0.0/8",
        "network.allowed_ports": str(web.port),
        "sources.poll.delay_seconds": 0.01,
        "sources.poll.tries": 1,
        "index.url": f"tantivy:{tmp_path / 'index'}",
        "lake.url": str(tmp_path / "lake"),
    }


def read(flags: dict[str, Any], reference: str) -> list[Any]:
    """Read a hand-over."""
    with open_lake(LakeSettings(url=flags["lake.url"])) as lake:
        return read_handover(lake, reference)


@pytest.mark.parametrize(("contact", "told"), [("", 1), ("https://example.org/robot", 0)])
def test_who_cannot_be_reached_is_told(
    flags: dict[str, Any], caplog: pytest.LogCaptureFixture, contact: str, told: int
) -> None:
    """The owners of sites must be able to say something to whoever asks."""
    jobs.collect("harbour", "run 1", {**flags, "network.contact": contact})
    assert sum("network.contact" in record.message for record in caplog.records) == told


def test_a_source_is_due_collected_once_and_then_not_due(web: OddServer, flags: dict[str, Any]) -> None:
    """Its new articles are in the lake with what the catalogue and the feed say; the same run gives the same again."""
    assert jobs.due_sources(flags) == ["harbour"]
    references = jobs.collect("harbour", "run 1", flags)
    assert jobs.collect("harbour", "run 1", flags) == references
    first, second = sorted((record for path in references for record in read(flags, path)), key=lambda each: each.url)
    assert isinstance(first, RawDocument)
    assert (first.url, first.given.publisher, first.trace.source) == (web.url("/a/1"), "The Harbour Post", "harbour")
    assert ("published_at", "2026-11-27T05:00:00+00:00", "feed") in {
        (each.field, each.value, each.origin) for each in second.payload.stated
    }
    assert web.paths() == ["/robots.txt", "/.well-known/tdmrep.json", "/feed", "/a/1"]
    assert jobs.due_sources(flags) == []
    assert jobs.due_sources(flags, moment=now() + timedelta(days=1)) == ["harbour"]
    assert jobs.collect("harbour", "run 2", flags) == []
    assert web.asked[-1].headers["if-none-match"] == '"v1"'
    assert web.paths().count("/robots.txt") == web.paths().count("/.well-known/tdmrep.json") == 1


def test_who_reserves_mining_is_remembered_with_robots_txt(web: OddServer, flags: dict[str, Any]) -> None:
    """The lake keeps what a host's file says of an article; it is asked for once a day, and again after trouble."""
    reserved = reply(200, b'[{"location": "/a/", "tdm-reservation": 1}]')
    web.scripts["/.well-known/tdmrep.json"] = in_turn(reply(503), reserved)
    said = []
    for number in (1, 2, 3):
        web.scripts["/feed"] = reply(200, rss([Item(number, web.url(f"/a/{number}"), full=True)]))
        (reference,) = jobs.collect("harbour", f"run {number}", flags)
        (document,) = read(flags, reference)
        said.append([each.value for each in document.payload.stated if each.field == "ai_training_opt_out"])
    assert said == [[], ["tdmrep:tdm-reservation"], ["tdmrep:tdm-reservation"]]
    assert web.paths().count("/.well-known/tdmrep.json") == 2


def test_a_site_belongs_to_one_pool_whoever_is_due(flags: dict[str, Any]) -> None:
    """Pools of one slot keep workers from asking a site together: each source is in one, a site in one."""
    places = (
        "www.orrin.example/rss",
        "feeds.orrin.example/all",
        "vaila.example/a",
        "skerry.example/a",
        "tarn.example/a",
    )
    with Path("sources.toml").open("a") as catalogue:
        for number, place in enumerate(places):
            catalogue.write(f'[[source]]\nname = "s{number}"\nkind = "feed"\nurl = "https://{place}"\n')
    pools = ["hosts-1", "hosts-2", "hosts-3"]
    chosen = {pool: jobs.choose_sources([], pool, pools, flags) for pool in pools}
    assert sorted(name for names in chosen.values() for name in names) == ["harbour", "s0", "s1", "s2", "s3", "s4"]
    assert any({"s0", "s1"} <= set(names) for names in chosen.values())
    assert len([names for names in chosen.values() if names]) > 1
    named = [name for pool in pools for name in jobs.choose_sources(["s1", "nowhere"], pool, pools, flags)]
    assert sorted(named) == ["nowhere", "s1"]


def declare_groups(tmp_path: Path) -> None:
    """Make a catalogue of an hourly group of two sources, a nightly one without any, and a source in none."""
    entries = [
        '[[group]]\nname = "hourly"\nschedule = "0 * * * *"\n[[group]]\nname = "nightly"\nschedule = "0 3 * * *"\n'
    ]
    for name, said in (
        ("desk", ""),
        ("wire", 'group = "hourly"\nschedule = "1h"'),
        ("slow", 'group = "hourly"\nschedule = "4h"'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "story.txt").write_text(f"The ferry of {name} sails again on Monday. " * 9)
        entries.append(f'[[source]]\nname = "{name}"\nkind = "files"\npath = "{name}"\n{said}\n')
    Path("sources.toml").write_text("\n".join(entries))


def test_a_group_is_asked_for_its_own(flags: dict[str, Any], tmp_path: Path) -> None:
    """Of a group its own sources are due, of none those in no group, without a word all; a name is of any group."""
    declare_groups(tmp_path)
    pools = ["hosts-1", "hosts-2"]
    due = {group: jobs.due_sources(flags, group=group) for group in ("hourly", "nightly", "", None)}
    assert due == {"hourly": ["wire", "slow"], "nightly": [], "": ["desk"], None: ["desk", "wire", "slow"]}
    for group in ("hourly", "nightly", ""):
        chosen = [jobs.choose_sources([], pool, pools, flags, group=group) for pool in pools]
        assert sorted(name for names in chosen for name in names) == sorted(due[group])
        named = [
            name for pool in pools for name in jobs.choose_sources(["wire", "desk"], pool, pools, flags, group=group)
        ]
        assert sorted(named) == ["desk", "wire"]
    with pytest.raises(UsageError, match="no group called weekly"):
        jobs.due_sources(flags, group="weekly")
    assert [group["name"] for group in jobs.list_groups(flags)] == ["hourly", "nightly"]


def test_a_source_of_an_hour_is_due_each_time_that_an_hourly_group_asks(flags: dict[str, Any], tmp_path: Path) -> None:
    """Its hour begins some seconds after the group's; what failed waits its full time, as a server may have asked."""
    declare_groups(tmp_path)
    asked: list[list[str]] = []
    start = datetime(2026, 11, 27, 6, tzinfo=UTC)
    for hour in range(6):
        moment = start + timedelta(hours=hour)
        asked.append(jobs.due_sources(flags, group="hourly", moment=moment))
        for name in asked[-1]:
            look(name, moment + timedelta(seconds=40), flags)
    assert asked == [["wire", "slow"], ["wire"], ["wire"], ["wire"], ["wire", "slow"], ["wire"]]
    (tmp_path / "wire" / "story.txt").unlink()
    (tmp_path / "wire").rmdir()
    look("wire", start + timedelta(hours=6), flags)
    assert jobs.due_sources(flags, group="hourly", moment=start + timedelta(hours=7)) == []


def look(name: str, moment: datetime, flags: dict[str, Any]) -> None:
    """Look at a source as if it were then."""
    settings = Settings.load(flags=flags)
    (source,) = [each for each in load_sources("sources.toml") if each.name == name]
    with open_records(settings.index) as records:
        collector = Collector(settings=settings, records=records, run_id=f"{moment:%H%M%S}", clock=lambda: moment)
        list(collector.payloads(Wanted(sources=(source,))))
        collector.commit()


def test_a_source_that_fails_is_told(web: OddServer, flags: dict[str, Any]) -> None:
    """A batch holds the failure, and its books will say so; the source is looked at more seldom."""
    web.scripts["/feed"] = reply(410)
    (reference,) = jobs.collect("harbour", "run 1", flags)
    (failed,) = read(flags, reference)
    assert isinstance(failed, Failed)
    assert "status 410" in failed.message
    assert jobs.due_sources(flags) == []


def test_ingests_an_address_and_a_name(web: OddServer, flags: dict[str, Any]) -> None:
    """A feed's address is read without memory; a name goes by the catalogue. Both give the same articles."""
    settings = Settings.load(flags=flags)
    by_address = jobs.ingest([web.url("/feed")], settings)
    assert (by_address.seen, by_address.outcomes["indexed"]) == (2, 2)
    by_name = jobs.ingest(["harbour"], settings)
    assert (by_name.seen, by_name.outcomes["updated"]) == (2, 2)  # they have a publisher now
    assert jobs.ingest([web.url("/feed")], settings).seen == 2
    assert jobs.ingest(["harbour"], settings).seen == 0


def test_nothing_to_be_had_ends_with_3(
    web: OddServer, flags: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """The books name the failure, and so does the exit code where nothing else was wanted."""
    arguments = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
    assert cli.main(["ingest", web.url("/gone"), "--json", *arguments]) == 3
    told = capsys.readouterr()
    assert '"failed":1' in told.out
    assert "status 404" in told.err


def test_a_drop_folder_and_a_table_are_sources_too(flags: dict[str, Any], tmp_path: Path) -> None:
    """Files are claimed, taken in under the source's name and put away, bad ones apart; rows are documents."""
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "good.txt").write_text("The swing bridge at Orrin stayed open on Monday. " * 9)
    (folder / "bad.txt").write_bytes(b"x" * 10_000_001)
    (tmp_path / "table.csv").write_text("body\nThe ferry sails again.\n")
    with Path("sources.toml").open("a") as catalogue:
        catalogue.write('[[source]]\nname = "dropped"\nkind = "drop"\npath = "drop"\npublisher = "The Orrin News"\n')
        catalogue.write('[[source]]\nname = "table"\nkind = "csv"\npath = "*.csv"\ncolumns = { text = "body" }\n')
    assert sorted(jobs.due_sources(flags)) == ["dropped", "harbour", "table"]
    (reference,) = jobs.collect("dropped", "run", flags)
    failed, document = sorted(read(flags, reference), key=lambda record: isinstance(record, RawDocument))
    assert (type(failed), document.trace.source, document.given.publisher) == (Failed, "dropped", "The Orrin News")
    assert [path.name for path in (folder / "done").rglob("*") if path.is_file()] == ["good.txt"]
    assert [path.name for path in (folder / "failed").rglob("*") if path.is_file()] == ["bad.txt"]
    (reference,) = jobs.collect("table", "run", flags)
    (row,) = read(flags, reference)
    assert (row.text, row.trace.source) == ("The ferry sails again.", "table")
    with pytest.raises(UsageError, match="no source called nobody"):
        jobs.collect("nobody", "run", flags)


@pytest.mark.parametrize("command", ["collect", "ingest"])
def test_a_dropped_file_with_a_broken_line_ends_apart(flags: dict[str, Any], tmp_path: Path, command: str) -> None:
    """A line that holds no document is something that could not be read, though its file could be."""
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "good.txt").write_text("The swing bridge at Orrin stayed open on Monday. " * 9)
    (folder / "mixed.jsonl").write_text('{"text": "The ferry sails again on Tuesday."}\n{"text": \n')
    Path("sources.toml").write_text('[[source]]\nname = "dropped"\nkind = "drop"\npath = "drop"\n')
    if command == "collect":
        jobs.collect("dropped", "run", flags)
    else:
        jobs.ingest(["dropped"], Settings.load(flags=flags))
    assert [path.name for path in (folder / "done").rglob("*") if path.is_file()] == ["good.txt"]
    assert [path.name for path in (folder / "failed").rglob("*") if path.is_file()] == ["mixed.jsonl"]


@pytest.mark.parametrize("command", ["collect", "ingest"])
def test_a_file_of_broken_lines_is_a_source_that_fails(flags: dict[str, Any], tmp_path: Path, command: str) -> None:
    """It can be read, but none of its lines; with one that can be, the source works and says how many cannot."""
    Path("sources.toml").write_text('[[source]]\nname = "wire"\nkind = "files"\npath = "wire.jsonl"\n')
    standings: list[tuple[Any, ...]] = []
    for lines in ('{"text": \n{"text": 7}\n', '{"text": \n{"text": "The ferry sails again on Tuesday."}\n'):
        (tmp_path / "wire.jsonl").write_text(lines)
        if command == "collect":
            jobs.collect("wire", f"run-{len(standings)}", flags)
        else:
            jobs.ingest(["wire"], Settings.load(flags=flags))
        (line,) = jobs.source_health(Settings.load(flags=flags), ["wire"])
        standings.append((line["standing"], line["error"], line["failed_items"], line["new_items"]))
        (checked,) = jobs.check_sources(Settings.load(flags=flags), ["wire"])
        assert (checked["ok"], len(checked["problems"])) == (line["error"] is None, 2 - line["new_items"])
    assert standings == [("failing", "wire.jsonl: nothing of 2 could be read", 2, 0), ("working", None, 3, 1)]


Lines = list[dict[str, Any]]


def run_cli(flags: dict[str, Any], capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Lines, str]:
    """Run a command with the flags; give its code, its lines of JSON and what it said on standard error."""
    capsys.readouterr()
    settings = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
    code = cli.main([*words, "--json", *settings])
    told = capsys.readouterr()
    return code, [json.loads(line) for line in told.out.splitlines()], told.err


def test_the_catalogue_from_the_command_line(
    web: OddServer, flags: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Discover a site's feeds, add one, import more, check them, collect, and see how they are."""
    front = b'<link rel="alternate" type="application/rss+xml" href="/feed"><a href="/none/rss">RSS</a>'
    web.scripts["/"] = reply(200, front, Content_Type="text/html")
    web.scripts["/sitemap.xml"] = reply(200, sitemap([(web.url("/a/1"), "2026-11-27")]))
    code, found, _ = run_cli(flags, capsys, "sources", "discover", web.url("/"))
    assert [(line["kind"], line["url"], line["origin"], line["items"]) for line in found] == [
        ("feed", web.url("/feed"), "page", 2), ("sitemap", web.url("/sitemap.xml"), "guess", 1),
    ]  # fmt: skip
    with Path("sources.toml").open("a") as catalogue:
        catalogue.write('[[group]]\nname = "maps"\nschedule = "0 * * * *"\n')
    at = ("--schedule", "6h", "--group", "maps")
    code, (added,), _ = run_cli(flags, capsys, "sources", "add", "map", web.url("/sitemap.xml"), *at)
    assert (code, added["kind"], added["schedule"], added["group"]) == (0, "sitemap", "6h", "maps")
    code, _, said = run_cli(flags, capsys, "sources", "add", "other", web.url("/sitemap.xml"), "--group", "map")
    assert (code, "no [[group]] called map; did you mean maps?" in said) == (2, True)
    assert run_cli(flags, capsys, "sources", "add", "map", web.url("/sitemap.xml"))[0] == 2
    outlines = [
        f'<outline text="{name}" xmlUrl="{web.url(path)}"/>' for name, path in (("A", "/feed"), ("B!", "/gone"))
    ]
    Path("list.opml").write_text(f"<opml><body>{''.join(outlines)}</body></opml>")
    assert [
        line["name"] for line in run_cli(flags, capsys, "sources", "import", "list.opml", "--group", "maps")[1]
    ] == ["b"]
    code, checked, said = run_cli(flags, capsys, "sources", "check")
    assert (code, {line["name"]: line["ok"] for line in checked}) == (3, {"harbour": True, "map": True, "b": False})
    assert "cannot be read: b" in said
    listed = run_cli(flags, capsys, "sources", "list")[1]
    assert [(line["standing"], line["group"]) for line in listed] == [("new", None), ("new", "maps"), ("new", "maps")]
    assert run_cli(flags, capsys, "ingest", "harbour", "b")[0] == 0
    assert cli.main(["sources", "list", "--index", flags["index.url"]]) == 0
    assert "map      sitemap  maps   6h" in capsys.readouterr().out
    health = {line["name"]: line for line in run_cli(flags, capsys, "sources", "health")[1]}
    assert [health[name]["standing"] for name in ("harbour", "map", "b")] == ["working", "new", "failing"]
    assert (health["harbour"]["new_items"], health["harbour"]["documents"], health["harbour"]["drift"]) == (2, 2, [])
    assert "status 404" in health["b"]["error"]
    assert cli.main(["sources", "health", "--index", flags["index.url"]]) == 0
    told = capsys.readouterr().out
    assert "harbour  -      working" in told
    assert "map      maps   new" in told
