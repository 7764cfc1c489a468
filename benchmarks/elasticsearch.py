"""The Elasticsearch that is measured on, and taking away what was put there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import Elasticsearch

from services import elasticsearch


@contextmanager
def find_server(url: str | None = None) -> Iterator[str]:
    """Give the address of an Elasticsearch: the one named, the tests', or one that lives as long as this."""
    given = url or os.environ.get("BROADSHEET_TEST_ELASTICSEARCH_URL")
    if given:
        yield given.rstrip("/")
        return
    with elasticsearch.running(elasticsearch.Options(heap_megabytes=768)) as server:
        yield server.url


def remove_indices(url: str, prefix: str) -> None:
    """Remove the indices of a prefix, by their names: a server refuses to delete by a wildcard."""
    with Elasticsearch(url) as client:
        if names := list(client.indices.get(index=f"{prefix}*", expand_wildcards="all")):
            client.indices.delete(index=names)
