"""The Elasticsearch that is measured on, indices of a measurement's own there or embedded, and taking them away."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import Elasticsearch

from ingest.index.settings import IndexSettings
from services import elasticsearch

EMBEDDED = "tantivy"


@contextmanager
def find_server(url: str | None = None) -> Iterator[str]:
    """Give the address of an Elasticsearch: the one named, the tests', or one that lives as long as this."""
    given = url or os.environ.get("BROADSHEET_TEST_ELASTICSEARCH_URL")
    if given:
        yield given.rstrip("/")
        return
    with elasticsearch.running(elasticsearch.Options(heap_megabytes=768)) as server:
        yield server.url


@contextmanager
def new_place(url: str, name: str) -> Iterator[IndexSettings]:
    """Give a place for an index on a server, or for the embedded one, and remove afterwards what is there."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = f"{name}-{uuid.uuid4().hex[:8]}-"
        try:
            yield IndexSettings(url=f"tantivy:{folder}" if url == EMBEDDED else url, prefix=prefix, replicas=0)
        finally:
            if url != EMBEDDED:
                remove_indices(url, prefix)


def remove_indices(url: str, prefix: str) -> None:
    """Remove the indices of a prefix, by their names: a server refuses to delete by a wildcard."""
    with Elasticsearch(url) as client:
        if names := list(client.indices.get(index=f"{prefix}*", expand_wildcards="all")):
            client.indices.delete(index=names)
