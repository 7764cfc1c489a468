"""Looking at one source of a server that plays everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ingest.model import Payload
from ingest.sources import SourcesSettings
from ingest.sources.catalogue import Source
from ingest.sources.feeds import parse_patiently
from ingest.sources.polling import Poll, SourceState
from ingest.sources.settings import PollSettings
from ingest.sources.touring import Tour
from tests.network.odd_server import Names, OddServer

POLL = PollSettings(delay_seconds=0.001, backoff_seconds=0.01, tries=2, max_wait_seconds=0.5)
SETTINGS = SourcesSettings(poll=POLL)
HTML = {"Content_Type": "text/html; charset=utf-8"}

Look = Callable[..., tuple[list[Payload], Poll]]


def make_look(web: OddServer, names: Names) -> Look:
    """Give a function that looks at one source at a path of the server's; names lead to it, too."""
    for host in ("harbour.example", "www.harbour.example", "feeds.example", "other.example"):
        names.add(host, ["127.0.0.1"])

    def run(path: str, state: SourceState | None = None, settings: SourcesSettings = SETTINGS, **source: Any) -> Any:
        network = source.pop("network", {})
        host = source.pop("host", "harbour.example")
        source = {"name": "harbour", "kind": "feed", "url": web.url(path, host), **source}
        tour = Tour(settings=settings, network=web.settings(**network), parse=parse_patiently, resolve=names)
        payloads = list(tour.payloads([(Source(**source), state or SourceState())]))
        ((_, poll),) = tour.polls
        return payloads, poll

    return run


def says(payload: Payload, field: str) -> list[str]:
    """Give what was stated beside a payload."""
    return [each.value for each in payload.stated if each.field == field]
