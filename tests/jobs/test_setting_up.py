"""What setting up refuses, and what the keys may not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.elastic.client import read_api_key
from ingest.errors import SettingsError, UsageError
from ingest.index.settings import IndexSettings
from ingest.jobs.setting_up import SetUp, privileges, refuse_default, set_up
from ingest.settings import Settings


@pytest.mark.parametrize("password", ["changeme", "ELASTIC", "short"])
def test_defaults_are_refused(password: str) -> None:
    """What is in every example is tried first by strangers."""
    with pytest.raises(SettingsError, match="default or shorter"):
        refuse_default("index.password", password)
    refuse_default("index.password", "twelve-or-more-characters")


def test_embedded_index_needs_nothing(tmp_path: Path) -> None:
    """There is no server to make keys on."""
    with pytest.raises(UsageError, match="Elasticsearch"):
        set_up(Settings(), SetUp(keys_folder=str(tmp_path)))


def test_keys_reach_only_the_indices_of_their_system() -> None:
    """A leaked key must not read a neighbour's indices, and the API's must not write articles."""
    roles = privileges("north-")
    for role in roles.values():
        assert all(name.startswith("north-article") for entry in role["indices"] for name in entry["names"])
        assert not {"all", "manage", "manage_security"} & set(role["cluster"])
    writing = [entry for entry in roles["search"]["indices"] if "write" in entry["privileges"]]
    assert [name for entry in writing for name in entry["names"]] == ["north-article-state", "north-article-state-v*"]


def test_key_is_read_from_its_file(tmp_path: Path) -> None:
    """A file can be exchanged and closed to others; a variable of the environment cannot."""
    path = tmp_path / "ingest.key"
    path.write_text("c2VjcmV0\n")
    assert read_api_key(IndexSettings(api_key_file=str(path), api_key="other")) == "c2VjcmV0"
    assert read_api_key(IndexSettings(api_key="other")) == "other"
    with pytest.raises(SettingsError, match="api_key_file"):
        read_api_key(IndexSettings(api_key_file=str(tmp_path / "absent")))
