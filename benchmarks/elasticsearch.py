"""The Elasticsearch that is measured on, and taking away what was put there."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

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
    """Remove the indices of a prefix, one by one: a server refuses to delete by a wildcard."""
    with urllib.request.urlopen(f"{url}/_cat/indices/{prefix}*?h=index") as answer:  # noqa: S310 - the caller's own address
        names = answer.read().decode().split()
    for name in names:
        urllib.request.urlopen(urllib.request.Request(f"{url}/{name}", method="DELETE")).close()  # noqa: S310 - likewise
