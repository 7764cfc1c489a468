"""The URL chooses the backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SettingsError
from ingest.index.backends.elasticsearch import ElasticsearchIndex
from ingest.index.backends.tantivy import TantivyIndex
from ingest.index.opening import open_index
from ingest.index.settings import IndexSettings


@pytest.mark.parametrize("url", ["", "index", "/srv/index", "ftp://127.0.0.1", "elasticsearch:9200"])
def test_unknown_url_is_a_setting_at_fault(url: str) -> None:
    """A typing error must not end in an index somewhere."""
    with pytest.raises(SettingsError, match=r"index\.url"):
        open_index(IndexSettings(url=url), write=True)


def test_each_url_opens_its_backend(tmp_path: Path) -> None:
    """Opening asks nothing of a server yet: that is for `prepare`."""
    for url, backend in ((f"tantivy:{tmp_path}", TantivyIndex), ("http://127.0.0.1:9200", ElasticsearchIndex)):
        index = open_index(IndexSettings(url=url), write=False)
        assert type(index) is backend
        index.close()
