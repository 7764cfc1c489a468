"""Collecting: sources by name, addresses and paths as payloads, and what was seen is remembered once it is safe."""

from __future__ import annotations

import glob
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from ingest.errors import BroadsheetError, DocumentError, UsageError
from ingest.isolation import IsolatedPool
from ingest.lake import find_catalogue
from ingest.model import Dropped, Failed, Payload
from ingest.network import Resolve, check_url
from ingest.object_place import open_place
from ingest.settings import Settings
from ingest.sources import read_payloads
from ingest.sources.catalogue import Source, load_sources
from ingest.sources.drop import claim_files, find_unreadable, put_away
from ingest.sources.feeds import parse_patiently
from ingest.sources.opt_outs import HouseRules
from ingest.sources.pages import problem_payload, state_source
from ingest.sources.polling import LIKELY, Poll, SourceState, advance
from ingest.sources.remote import Depot, is_remote_archive, name_of
from ingest.sources.robots import Robots
from ingest.sources.tables import read_table
from ingest.sources.tdm import TdmFile
from ingest.sources.touring import Tour
from ingest.sources.turns import Turns
from ingest.stage import STAGES
from ingest.state import Json, Records

READ = STAGES[0]
SOURCES, ROBOTS = "source", "robots"
LOGGER = logging.getLogger(__name__)
TURNS = "turns"  # beside the catalogue of the lake, which all processes of a machine share
MAX_KEPT_CHARACTERS = 100_000
"""Longest robots.txt and, by itself, longest patterns of a TDM file that are remembered."""

_WEB = re.compile(r"https?://", re.IGNORECASE)

Clock = Callable[[], datetime]


def now() -> datetime:
    """Give the time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command names: paths, sources of the catalogue, and addresses, which are looked at without memory.

    An address is a source of the kind `page`, whatever it turns out to be, or `warc`.
    """

    paths: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    addresses: tuple[Source, ...] = ()


def find_wanted(arguments: Sequence[str], settings: Settings) -> Wanted:
    """Tell paths, names of sources and addresses apart; a name counts as a source where no file is called so.

    Raises UsageError for an address that cannot be fetched.
    """
    catalogue = {source.name: source for source in load_sources(settings.sources.file)}
    paths: list[str] = []
    sources: dict[str, Source] = {}
    addresses: list[Source] = []
    for argument in arguments:
        if _WEB.match(argument) or is_remote_archive(argument):
            addresses.append(_address(argument, settings))
        elif argument in catalogue and not Path(argument).exists():
            sources[argument] = catalogue[argument]
        else:
            paths.append(argument)
    return Wanted(tuple(paths), tuple(sources.values()), tuple(addresses))


def _address(url: str, settings: Settings) -> Source:
    try:
        if _WEB.match(url):
            check_url(url, settings.network)
        else:
            open_place(url)
    except DocumentError as error:
        raise UsageError(str(error)) from error
    if is_remote_archive(url):
        return Source(name=name_of(url)[:100], kind="warc", url=url)
    return Source(name=(urlsplit(url).hostname or "web")[:100], kind="page", url=url)


@dataclass(slots=True, kw_only=True)
class Collector:
    """Reads what is wanted; `commit` remembers it, to be called once the payloads are in the lake.

    `records` is None where nothing is remembered. A source that fails gives a payload with its problem, so that it is
    counted.
    """

    settings: Settings
    records: Records | None
    run_id: str
    resolve: Resolve | None = None
    clock: Clock = now
    polls: dict[str, Poll] = field(default_factory=dict)
    _taken: dict[str, Source] = field(default_factory=dict)
    _learned: dict[str, HouseRules] = field(default_factory=dict)
    _unreadable: set[Path] = field(default_factory=set)
    _unread: Counter[str] = field(default_factory=Counter)
    _asked: int = 0
    _failures: list[str] = field(default_factory=list)

    def payloads(self, wanted: Wanted) -> Iterator[Payload]:
        """Yield everything: paths, then sources in the file system, archives elsewhere, and what is on the web."""
        on_the_web = [source for source in wanted.sources if source.on_the_web]
        self._asked = len(on_the_web) + len(wanted.addresses)
        if self._asked and not self.settings.network.contact:
            LOGGER.warning("set network.contact to an address at which the owners of sites can reach you")
        # Made here, and not when the first one is asked for: where nothing named exists is told before anything opens.
        from_paths = read_payloads(wanted.paths, self.settings.sources, others=len(wanted.sources) + self._asked)
        return self._all(from_paths, wanted, on_the_web)

    def _all(self, from_paths: Iterator[Payload], wanted: Wanted, on_the_web: list[Source]) -> Iterator[Payload]:
        yield from from_paths
        for source in wanted.sources:
            if not source.on_the_web:
                yield from self._local(source)
        archives = [source for source in wanted.addresses if not source.on_the_web]
        for source in archives:
            yield from self._archive(source)
        addresses = [source for source in wanted.addresses if source.on_the_web]
        if on_the_web or addresses:
            yield from self._web(on_the_web, addresses)

    def note_left(self, left: Dropped | Failed) -> None:
        """Take note of what failed in reading: by it sources are judged and the files of drop folders put away."""
        if isinstance(left, Failed) and left.stage == READ:
            self._unread[left.trace.source] += 1
        for source in self._taken.values():
            if isinstance(left, Failed) and source.kind == "drop":
                self._unreadable |= find_unreadable(Path(source.path), self.run_id, [left])

    def commit(self, *, batches: int = 0) -> None:
        """Remember what came of each source and of how many batches, and put the files of drop folders away."""
        for source in self._taken.values():
            if source.kind == "drop":
                put_away(Path(source.path), self.run_id, self._unreadable)
        if self.records is None:
            return
        moment = self.clock()
        polled = [name for name in self.polls if name in self._taken]
        held = self.records.get(SOURCES, polled)
        states = {name: self._advance(name, held.get(name), moment) for name in polled}
        states = {name: replace(state, run_id=self.run_id, batches=batches) for name, state in states.items()}
        if states:
            self.records.put(SOURCES, {name: state.to_json() for name, state in states.items()})
        self._keep_rules(self.records, moment)

    @property
    def unanswered(self) -> str:
        """Why nothing on the web could be had, where anything was wanted; else empty."""
        return "; ".join(self._failures)[:2_000] if len(self._failures) == self._asked else ""

    def _advance(self, name: str, held: Json | None, moment: datetime) -> SourceState:
        source = self._taken[name]
        state, poll = SourceState.from_json(held), self.polls[name]
        if not source.on_the_web:
            poll = _judge(source, poll, max(poll.failed, self._unread[name]))
        return advance(state, poll, moment, source.every_seconds, self.settings.sources.poll)

    def _local(self, source: Source) -> Iterator[Payload]:
        self._taken[source.name] = source
        seen = failed = 0
        for payload in self._read_local(source):
            seen += 1
            failed += payload.problem is not None
            yield replace(payload, source=source.name, stated=(*payload.stated, *state_source(source)))
        self.polls[source.name] = _judge(source, Poll(items=seen, unchanged=not seen, weight=LIKELY), failed)

    def _read_local(self, source: Source) -> Iterator[Payload]:
        settings = self.settings.sources
        try:
            if source.kind == "drop":
                yield from read_payloads([str(path) for path in claim_files(Path(source.path), self.run_id)], settings)
            elif source.kind == "csv":
                yield from self._read_tables(source)
            elif source.url:
                yield from self._archive(source)
            else:
                yield from read_payloads([source.path], settings)
        except UsageError as error:
            yield Payload(
                content=b"", media_type="text/plain", source=source.name, origin=source.path, problem=str(error)
            )

    def _read_tables(self, source: Source) -> Iterator[Payload]:
        for path in sorted(glob.glob(source.path)) or [source.path]:  # noqa: PTH207 - Path.glob takes no absolute pattern
            yield from read_table(path, source.columns, source.delimiter, self.settings.sources)

    def _archive(self, source: Source) -> Iterator[Payload]:
        depot = Depot(self.settings.sources, self.settings.network, self.resolve)
        try:
            yield from depot.read(source.url)
        except DocumentError as error:
            self._failures.append(str(error))
            yield problem_payload(source, source.url, str(error))

    def _web(self, sources: Sequence[Source], addresses: Sequence[Source]) -> Iterator[Payload]:
        self._taken |= {source.name: source for source in sources}
        states = self._recall(sources)
        with ExitStack() as stack:
            # A process of its own, started only where a feed needs it.
            pool = stack.enter_context(IsolatedPool(parse_patiently, replace(self.settings.isolation, workers=1)))
            tour = Tour(
                settings=self.settings.sources,
                network=self.settings.network,
                parse=pool.run,
                resolve=self.resolve,
                rules=self._recall_rules([*sources, *addresses]),
                turns=Turns(find_catalogue(self.settings.lake).parent / TURNS),
            )
            stateless = SourceState()
            yield from tour.payloads(
                [*((source, states[source.name]) for source in sources), *((each, stateless) for each in addresses)]
            )
        self.polls |= {source.name: poll for source, poll in tour.polls if source.name in states}
        self._learned |= tour.learned
        self._failures += [poll.error for _, poll in tour.polls if poll.error]

    def _recall(self, sources: Sequence[Source]) -> dict[str, SourceState]:
        names = [source.name for source in sources]
        held = self.records.get(SOURCES, names) if self.records and names else {}
        return {name: SourceState.from_json(held.get(name)) for name in names}

    def _recall_rules(self, sources: Iterable[Source]) -> Mapping[str, HouseRules]:
        origins = {origin for source in sources if (origin := self._origin(source))}
        if self.records is None or not origins:
            return {}
        oldest = (self.clock() - timedelta(seconds=self.settings.sources.poll.robots_seconds)).isoformat()
        held = self.records.get(ROBOTS, sorted(origins))
        return {
            origin: _read_rules(record)
            for origin, record in held.items()
            if record["fetched_at"] > oldest and "tdm" in record
        }

    def _origin(self, source: Source) -> str | None:
        try:
            return check_url(source.url, self.settings.network).origin
        except BroadsheetError:
            return None

    def _keep_rules(self, records: Records, moment: datetime) -> None:
        stamp = moment.isoformat(timespec="seconds")
        kept = {
            origin: {"text": rules.robots.text, "tdm": rules.tdm.rules, "fetched_at": stamp}
            for origin, rules in self._learned.items()
            if max(len(rules.robots.text), sum(len(location) for location, _ in rules.tdm.rules)) <= MAX_KEPT_CHARACTERS
        }
        if kept:
            records.put(ROBOTS, kept)


def _judge(source: Source, poll: Poll, failed: int) -> Poll:
    """Say of a look at a source on no web how many items failed, and that it is in error where all did."""
    nothing = f"{source.url or source.path}: nothing of {poll.items} could be read"
    error = nothing if poll.items and failed >= poll.items else ""
    return replace(poll, new=max(0, poll.items - failed), failed=failed, error=error)


def _read_rules(record: Json) -> HouseRules:
    tdm = TdmFile(tuple((location, reserved) for location, reserved in record["tdm"]))
    return HouseRules(Robots(record["text"]), tdm)
