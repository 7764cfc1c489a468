"""Where a setting's value comes from, and what a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SettingsError
from ingest.settings import Settings, room_types


def test_flags_beat_environment_beat_file_beat_defaults(tmp_path: Path) -> None:
    """The order that the documentation promises."""
    file = tmp_path / "broadsheet.toml"
    file.write_text('[run]\nbatch_documents = 7\nbatch_bytes = 70\n[index]\nurl = "tantivy:a"\n')
    environment = {"BROADSHEET_RUN__BATCH_DOCUMENTS": "8", "BROADSHEET_INDEX__URL": "tantivy:b", "PATH": "/bin"}
    settings = Settings.load(flags={"index.url": "tantivy:c"}, environment=environment, file=file)
    assert (settings.run.batch_bytes, settings.run.batch_documents, settings.index.url) == (70, 8, "tantivy:c")
    assert Settings.load() == Settings()


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"BROADSHEET_RUN__BATCH_DOCUMENT": "8"}, "did you mean batch_documents"),
        ({"BROADSHEET_RUM__BATCH_DOCUMENTS": "8"}, "did you mean run"),
        ({"BROADSHEET_RUN__BATCH_DOCUMENTS": "many"}, "run.batch_documents"),
        ({"BROADSHEET_RUN__BATCH_DOCUMENTS": "0"}, "too small"),
        ({"BROADSHEET_DEDUP__MIN_JACCARD": "-0.5"}, "too small"),
        ({"BROADSHEET_INDEX_URL": "tantivy:x"}, "BROADSHEET_INDEX__URL"),
    ],
)
def test_a_typo_is_told_with_its_place(environment: dict[str, str], told: str) -> None:
    """A setting that silently does nothing is worse than an error."""
    with pytest.raises(SettingsError, match=told):
        Settings.load(environment=environment)


@pytest.mark.parametrize("text", ["[run", "run = 3\n", "[run]\nbatch_byte = 3\n"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    """The message names the file."""
    file = tmp_path / "broadsheet.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"broadsheet\.toml"):
        Settings.load(file=file)
    with pytest.raises(SettingsError, match=r"absent\.toml"):
        Settings.load(file=tmp_path / "absent.toml")


def test_every_room_builds_from_its_defaults() -> None:
    """No setting is required: the defaults are a working system."""
    assert all(record() is not None for record in room_types().values())


def test_a_record_in_a_record_is_set_from_everywhere(tmp_path: Path) -> None:
    """Each enricher has a table of its own, by file, environment and flag alike."""
    file = tmp_path / "broadsheet.toml"
    file.write_text("[enrich.dates]\nmin_year = 1995\nmax_future_days = 3\n")
    environment = {"BROADSHEET_ENRICH__DATES__MAX_FUTURE_DAYS": "4", "BROADSHEET_ENRICH__LANGUAGE__ENABLED": "false"}
    enrich = Settings.load(flags={"enrich.title.max_characters": "50"}, environment=environment, file=file).enrich
    assert (enrich.dates.min_year, enrich.dates.max_future_days) == (1995, 4)
    assert (enrich.language.enabled, enrich.title.max_characters) == (False, 50)


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"enrich.dates.min_yaer": "1"}, "enrich.dates.min_yaer; did you mean min_year"),
        ({"enrich.dates": "1"}, r"table of settings, as in \[enrich.dates\]"),
        ({"enrich.dates.min_year": "soon"}, "enrich.dates.min_year"),
        ({"enrich.title.max_characters": "0"}, "enrich.title.max_characters: 0 is too small"),
        ({"enrich.dates.min_year.x": "1"}, "enrich.dates.min_year"),
    ],
)
def test_a_mistake_in_a_record_in_a_record_is_told(flags: dict[str, str], told: str) -> None:
    """The whole path is named."""
    with pytest.raises(SettingsError, match=told):
        Settings.load(flags=flags)
