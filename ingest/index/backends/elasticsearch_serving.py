"""Reading from Elasticsearch for servers: by the asynchronous client, so many requests at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from ingest.elastic.client import connect_async, name_server
from ingest.elastic.retries import Retries
from ingest.elastic.sending import AsyncSender
from ingest.index.backends.elasticsearch_reading import Reading
from ingest.index.names import read_alias
from ingest.index.reading import Threads
from ingest.index.settings import IndexSettings

Answer = TypeVar("Answer")


class ElasticsearchReader(Reading):
    """An `IndexReader` over the aliases that serve. Make it on the loop that uses it; threads do what is done aside."""

    def __init__(self, settings: IndexSettings, *, at_once: int) -> None:
        retries = Retries(
            patience_seconds=settings.open_patience_seconds,
            backoff_start_seconds=settings.backoff_start_seconds,
            backoff_cap_seconds=settings.backoff_cap_seconds,
            target=name_server(settings.url),
        )
        client = connect_async(settings, connections=at_once)
        alias_of = partial(read_alias, prefix=settings.prefix)
        self._line = AsyncSender(client, retries, at_once=at_once, turn_seconds=settings.request_timeout_seconds)
        self._threads = Threads(at_once)
        super().__init__(self._line, alias_of, alias_of)

    async def aside(self, work: Callable[[], Answer]) -> Answer:
        """Do what would keep others waiting, on a thread."""
        return await self._threads.run(work)

    async def close(self) -> None:
        """Close the connections, and let go of threads."""
        await self._line.close()
        self._threads.close()
