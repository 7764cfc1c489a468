"""sources.toml: what it may say, what is told where it says nonsense, and what is written into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SettingsError, UsageError
from ingest.sources.catalogue import Limits, Politeness, Source, add_sources, load_sources, read_duration

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


def test_no_file_is_no_source(tmp_path: Path) -> None:
    """Nobody needs a catalogue."""
    assert load_sources(tmp_path / "none.toml") == []


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
        ("[[sources]]", "only [[source]] tables"),
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
