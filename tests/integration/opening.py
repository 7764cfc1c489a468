"""Opening the Elasticsearch index of a test."""

from __future__ import annotations

from ingest.index.backends.elasticsearch import ElasticsearchIndex
from ingest.index.settings import IndexSettings
from tests.elastic.clocks import FakeClock

NO_BLOCKS = {"index.blocks.write": None, "index.blocks.read_only": None, "index.blocks.read_only_allow_delete": None}


def open_on(place: IndexSettings, clock: FakeClock) -> ElasticsearchIndex:
    """Open for writing on a clock, prepared."""
    opened = ElasticsearchIndex(place, write=True, clock=clock)
    opened.prepare()
    return opened
