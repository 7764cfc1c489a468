"""sources.toml: what it may say, what is told where it says nonsense, and what is written into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SettingsError, UsageError
from ingest.sources.adding import add_sources
from ingest.sources.catalogue import (
    Group,
    Limits,
    Politeness,
    Source,
    load_catalogue,
    load_groups,
    load_sources,
    read_duration,
)

WHOLE = """
[[source]]
name = "harbour"
kind = "feed"
url = "https://h.example/feed"
schedule = "15m"
publisher = 'The "Harbour" Post'
language = "en"
follow = "never"
politeness = { delay = "2s", at_once = 2 }
limits = { items = 50, bytes = 1000000 }

[[source]]
name = "tables"
kind = "csv"
path = "in/*.csv"
columns = { text = "body text", title = "head" }
enabled = false
"""


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Every kind of value survives; a file is added to, not replaced."""
    file = tmp_path / "sources.toml"
    file.write_text(WHOLE)
    harbour, tables = load_sources(file)
    assert harbour.every_seconds == 900
    assert (harbour.politeness, harbour.limits) == (
        Politeness(delay="2s", at_once=2),
        Limits(items=50, bytes=1_000_000),
    )
    assert (tables.columns, tables.every_seconds) == ({"text": "body text", "title": "head"}, None)
    other = tmp_path / "other.toml"
    add_sources(other, [harbour])
    add_sources(other, [tables])
    assert load_sources(other) == [harbour, tables]
    with pytest.raises(UsageError, match="called harbour already"):
        add_sources(other, [Source(name="harbour", kind="page", url="https://h.example/")])
    assert load_sources(other) == [harbour, tables]


GROUPED = """
[[group]]
name = "wires"
schedule = "*/15 6-22 * * *"
description = "Agencies, by day"

[[group]]
name = "weeklies"
schedule = "0 5 * * thu"

[[source]]
name = "coast"
kind = "files"
path = "coast"
group = "wires"

[[source]]
name = "desk"
kind = "files"
path = "desk"
"""


def test_groups_are_read_and_sources_name_them(tmp_path: Path) -> None:
    """A source may be in one, and be added to one that is declared; what is added leaves the groups as they were."""
    file = tmp_path / "sources.toml"
    file.write_text(GROUPED)
    catalogue = load_catalogue(file)
    assert (
        catalogue.groups
        == load_groups(file)
        == (
            Group(name="wires", schedule="*/15 6-22 * * *", description="Agencies, by day"),
            Group(name="weeklies", schedule="0 5 * * thu"),
        )
    )
    assert [source.group for source in catalogue.sources] == ["wires", ""]
    valley = Source(name="valley", kind="files", path="valley", group="weeklies")
    add_sources(file, [valley])
    assert load_catalogue(file).groups == catalogue.groups
    assert load_sources(file) == [*catalogue.sources, valley]
    with pytest.raises(UsageError, match=r"no \[\[group\]\] called weekly; did you mean weeklies"):
        add_sources(file, [Source(name="other", kind="files", path="other", group="weekly")])
    assert load_sources(file) == [*catalogue.sources, valley]


def test_groups_are_read_whatever_a_source_says(tmp_path: Path) -> None:
    """A typo in one source must not take the times of all groups away; the jobs that look at sources tell it."""
    file = tmp_path / "sources.toml"
    file.write_text(GROUPED.replace('kind = "files"', 'kind = "fiels"'))
    assert [group.name for group in load_groups(file)] == ["wires", "weeklies"]
    with pytest.raises(SettingsError, match=r"source 1 \(coast\): kind"):
        load_catalogue(file)


def test_no_file_is_no_source(tmp_path: Path) -> None:
    """Nobody needs a catalogue."""
    assert load_sources(tmp_path / "none.toml") == []


DECLARED = """
[[group]]
name = "wires"
schedule = "0 6 * * *"
[[source]]
name = "a"
kind = "files"
path = "x"
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[source]]\nname = "a"\nkind = "feed"\nurl = "https://x/"\nscedule = "1h"', "did you mean schedule"),
        ('[[source]]\nname = "a"\nkind = "feed"\npath = "x"', "a feed source has a url and no path"),
        ('[[source]]\nname = "a"\nkind = "files"\nurl = "https://x/"', "has a path and no url"),
        ('[[source]]\nname = "a"\nkind = "rss"\nurl = "https://x/"', "kind"),
        ('[[source]]\nname = "a b"\nkind = "files"\npath = "x"', "a name of letters"),
        ('[[source]]\nkind = "files"\npath = "x"', "name"),
        ('[[source]]\nname = "a"\nkind = "csv"\npath = "x"', "which column is the text"),
        ('[[source]]\nname = "a"\nkind = "files"\npath = "x"\nschedule = "hourly"', "no duration"),
        ('[[source]]\nname = "a"\nkind = "files"\npath = "x"\npoliteness = { at_once = 0 }', "upwards from 1"),
        ('[[source]]\nname = "a"\nkind = "files"\npath = "x"\nlimits = { item = 3 }', "did you mean items"),
        ('[[source]]\nname = "a"\nkind = "files"\npath = "x"\n' * 2, "more than one source is called a"),
        ('[source]\nname = "a"', "[source]"),
        ("[[sources]]", "only [[source]] and [[group]] tables"),
        ('[group]\nname = "a"', "[group]"),
        ("group = [1]", "group 1: a table is needed, [[group]]"),
        ('[[group]]\nname = "a"\nschedule = "0 6 * *"', "group 1 (a): schedule: '0 6 * *' is no cron expression"),
        ('[[group]]\nname = "a"\nschedule = "15m"', "group 1 (a): schedule: '15m' is no cron expression"),
        ('[[group]]\nname = "a"', "group 1 (a): schedule"),
        ('[[group]]\nname = "a"\nschedule = 5', "group 1 (a): schedule"),
        ('[[group]]\nname = "a"\ncron = "0 6 * * *"', "group 1 (a): unknown key 'cron'; known are name, schedule"),
        ('[[group]]\nname = "a.b"\nschedule = "0 6 * * *"', "group 1 (a.b): a name of at most 100 letters"),
        ('[[group]]\nname = "a"\nschedule = "0 6 * * *"\n' * 2, "more than one group is called a"),
        (
            DECLARED + 'group = "w"',
            "source 1 (a): there is no [[group]] called w; declared are wires",
        ),
        (
            DECLARED + 'group = "wirse"',
            "source 1 (a): there is no [[group]] called wirse; did you mean wires?",
        ),
        (
            '[[source]]\nname = "a"\nkind = "files"\npath = "x"\ngroup = "wires"',
            "source 1 (a): there is no [[group]] called wires; none is declared",
        ),
        ("name = ", "not valid TOML"),
    ],
)
def test_nonsense_is_told(tmp_path: Path, text: str, told: str) -> None:
    """A message names the file, the source and what is wrong with it."""
    file = tmp_path / "sources.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as raised:
        load_sources(file)
    assert told in str(raised.value)
    assert str(file) in str(raised.value)


def test_durations() -> None:
    """Seconds to weeks; nothing and less than nothing are none."""
    assert [read_duration(text) for text in ("90s", "15m", "1.5h", "2 d", "1w")] == [90, 900, 5400, 172_800, 604_800]
    for text in ("", "0s", "-1h", "15", "1y", "h"):
        with pytest.raises(SettingsError):
            read_duration(text)
