"""Many sources looked at together, each at its own pace; payloads come as they are ready."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.errors import BroadsheetError
from ingest.model import Payload
from ingest.network import Fetcher, NetworkSettings, Resolve
from ingest.sources.bridge import Emitter, stream
from ingest.sources.catalogue import Source
from ingest.sources.feeds import ParseFeed
from ingest.sources.opt_outs import HouseRules
from ingest.sources.pages import problem_payload
from ingest.sources.polite import PoliteFetcher
from ingest.sources.polling import LIKELY, Poll, SourceState
from ingest.sources.settings import SourcesSettings
from ingest.sources.turns import Turns
from ingest.sources.visiting import Visitor, visit

WAITING_PAYLOADS = 64
Visited = tuple[Source, Poll]


@dataclass(slots=True, kw_only=True)
class Tour:
    """A round over sources on the web.

    `rules` are those of hosts by origin that are still believed; after the round `learned` are the new ones and `polls`
    what came of each source. `turns` are taken with other processes.
    """

    settings: SourcesSettings
    network: NetworkSettings
    parse: ParseFeed
    resolve: Resolve | None = None
    rules: Mapping[str, HouseRules] = field(default_factory=dict)
    learned: dict[str, HouseRules] = field(default_factory=dict)
    turns: Turns | None = None
    polls: list[Visited] = field(default_factory=list)

    def payloads(self, sources: Sequence[tuple[Source, SourceState]]) -> Iterator[Payload]:
        """Yield what is new at the sources, lazily; fetching goes on meanwhile, a bounded way ahead."""

        async def work(emit: Emitter[Payload | Visited]) -> None:
            await self._go(sources, emit)

        for given in stream(work, WAITING_PAYLOADS):
            if isinstance(given, Payload):
                yield given
            else:
                self.polls.append(given)

    async def _go(self, sources: Iterable[tuple[Source, SourceState]], emit: Emitter[Payload | Visited]) -> None:
        waiting = iter(sources)
        async with Fetcher(self.network, self.resolve) as fetcher:
            polite = PoliteFetcher(fetcher, self.settings.poll, self.rules, learned=self.learned, turns=self.turns)
            visitor = Visitor(polite=polite, settings=self.settings, parse=self.parse, emit=emit)

            async def work() -> None:
                for source, state in waiting:
                    await emit((source, await _visit(visitor, source, state)))

            await asyncio.gather(*(work() for _ in range(self.network.max_connections)))


async def _visit(visitor: Visitor, source: Source, state: SourceState) -> Poll:
    """Visit a source; a bug that one of them brings out is that one's failure, as it is a document's in a stage."""
    visiting = asyncio.create_task(visit(visitor, source, state))
    await asyncio.wait([visiting])
    error = visiting.exception()
    if error is None:
        return visiting.result()
    if isinstance(error, BroadsheetError | MemoryError | OSError) or not isinstance(error, Exception):
        raise error
    message = f"{type(error).__name__}: {error}"
    await visitor.emit(problem_payload(source, source.url, message))
    return Poll(error=message, weight=LIKELY)
