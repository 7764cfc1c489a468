"""An empty system of either kind for a test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests.integration.system import System


@pytest.fixture(params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    """Give an empty system of either kind, and take it away."""
    if request.param == "tantivy":
        yield System(url=f"tantivy:{tmp_path / 'index'}", prefix="", folder=tmp_path)
        return
    url, prefix = request.getfixturevalue("elasticsearch_url"), f"t{secrets.token_hex(4)}-"
    try:
        yield System(url=url, prefix=prefix, folder=tmp_path)
    finally:
        with Elasticsearch(url) as client:
            # A server refuses to delete by a wildcard.
            if names := list(client.indices.get(index=f"{prefix}*", expand_wildcards="all")):
                client.indices.delete(index=names)
