"""The secret that cursors are signed with: one for the whole system, or this process's own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from ingest.errors import IndexUnavailable
from ingest.jobs import paging
from ingest.jobs.paging import find_secret
from ingest.settings import Settings
from ingest.state import Records


def configure(folder: Path, **search: str) -> Settings:
    """Give the settings of an index in a folder."""
    flags = {"index.url": f"tantivy:{folder / 'index'}"} | {f"search.{name}": value for name, value in search.items()}
    return Settings.load(flags=flags)


def test_the_secret_is_made_once_and_kept_beside_the_index(tmp_path: Path) -> None:
    """A cursor that one process wrote is read by the next one; another system has another secret."""
    secret = find_secret(configure(tmp_path))
    assert find_secret(configure(tmp_path)) == secret
    assert len(secret) == 32
    assert find_secret(configure(tmp_path / "other")) != secret


def test_the_settings_may_name_the_secret(tmp_path: Path) -> None:
    """Nothing is kept then."""
    named = configure(tmp_path, cursor_secret="known")  # noqa: S106 - of a test
    assert find_secret(named) == b"known"
    assert not list(tmp_path.iterdir())


def test_without_a_place_to_keep_it_the_secret_is_the_process_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An index that may only be read is asked for writing no longer than a search may take."""
    patience = []

    def refuse(settings: object) -> AbstractContextManager[Records]:
        patience.append(getattr(settings, "write_patience_seconds", None))
        raise IndexUnavailable("read-only")

    monkeypatch.setattr(paging, "open_records", refuse)
    settings = configure(tmp_path)
    assert find_secret(settings) != find_secret(settings)
    assert set(patience) == {settings.index.open_patience_seconds}
    assert "cursors end with this process" in caplog.text
