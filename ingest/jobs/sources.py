"""The catalogue of sources: what is in it, how each is, whether it can be read, and what else a site offers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ingest.collecting import Collector, Wanted, find_wanted
from ingest.errors import DocumentError, Unavailable, UsageError
from ingest.jobs.collecting import recall, sources_named
from ingest.jobs.ingestion import mint_run_id
from ingest.model import Failed
from ingest.network import Fetcher, Request, fetch_now
from ingest.settings import Settings
from ingest.sources import decode
from ingest.sources.adding import add_sources
from ingest.sources.catalogue import Kind, Source, load_sources, read_source
from ingest.sources.discovery import discover as find_on_site
from ingest.sources.discovery import find_kind
from ingest.sources.opml import parse_opml
from ingest.sources.polite import PoliteFetcher
from ingest.sources.polling import standing
from ingest.sources.texts import TextState
from ingest.stage import attempt
from ingest.state import RecordReader, read_records
from ingest.watching import TEXTS

Line = dict[str, Any]
T = TypeVar("T")
CHECKED_ITEMS = 2
SOURCES_AT_ONCE = 200  # of each up to 2,000 digests are remembered
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def list_sources(settings: Settings) -> Iterator[Line]:
    """Yield the sources of the catalogue and how each is, in a word."""
    for line in source_health(settings):
        names = ("name", "kind", "where", "group", "schedule", "enabled", "standing", "next_at")
        yield {name: line[name] for name in names}


def source_health(settings: Settings, names: Sequence[str] = ()) -> Iterator[Line]:
    """Yield how sources are: last success, last new article, yield, error, drift; all of them for no name."""
    sources = list(sources_named(list(names), settings))
    with read_records(settings.index) as records:
        for first in range(0, len(sources), SOURCES_AT_ONCE):
            yield from _tell_health(sources[first : first + SOURCES_AT_ONCE], records, settings)


def _tell_health(sources: Sequence[Source], records: RecordReader, settings: Settings) -> Iterator[Line]:
    states = recall(records, [source.name for source in sources])
    texts = records.get(TEXTS, list(states))
    poll = settings.sources.poll
    for source in sources:
        state, text = states[source.name], TextState.from_json(texts.get(source.name))
        yield {
            **_told(source),
            "enabled": source.enabled,
            "standing": standing(state, poll) if source.enabled else "disabled",
            "score": state.score,
            "error": state.error or None,
            "failed_at": state.failed_at or None,
            "polled_at": state.polled_at or None,
            "succeeded_at": state.succeeded_at or None,
            "new_at": state.new_at or None,
            "next_at": state.next_at or None,
            "interval_seconds": state.interval_seconds,
            "polls": state.polls,
            "items": state.items,
            "new_items": state.new_items,
            "failed_items": state.failed_items,
            "fresh_share": state.fresh,
            "documents": text.documents,
            "chrome_share": round(text.recent_chrome, 4),
            "empty_share": round(text.recent_empty, 4),
            "drift": text.drifts(poll.drift_share),
            "moved_to": state.moved_to or None,
            "opt_outs": list(state.opt_outs),
        }


def check_sources(settings: Settings, names: Sequence[str] = ()) -> Iterator[Line]:
    """Try sources without keeping anything: whether each answers, what it lists, and what its first articles are.

    `names` may also be addresses and paths. All of the catalogue for none.
    """
    wanted = find_wanted(names, settings) if names else Wanted(sources=tuple(load_sources(settings.sources.file)))
    paths = tuple(Source(name=Path(path).name, kind="files", path=path) for path in wanted.paths)
    for source in (*wanted.sources, *wanted.addresses, *paths):
        yield check_source(source, settings)


def check_source(source: Source, settings: Settings) -> Line:
    """Try one source."""
    found: Line = {"name": source.name, "kind": source.kind, "where": source.url or source.path}
    if source.kind == "drop":  # to read it would be to claim its files
        there = Path(source.path).is_dir()
        return {**found, "ok": there, "error": None if there else "there is no such folder", "items": 0, "taken": []}
    few = replace(source, limits=replace(source.limits, items=CHECKED_ITEMS)) if source.on_the_web else source
    collector = Collector(settings=settings, records=None, run_id=mint_run_id())
    taken: list[Line] = []
    problems: list[str] = []
    for payload in collector.payloads(Wanted(sources=(few,))):
        read = attempt("read", partial(decode, settings=settings.sources), payload)
        if isinstance(read, Failed):
            problems.append(f"{payload.origin}: {payload.problem or read.message}"[:500])
        elif len(taken) < CHECKED_ITEMS:
            stated = {each.field: each.value for each in payload.stated}
            taken.append({"url": payload.url or payload.origin, "bytes": len(payload.content), **stated})
    poll = collector.polls[source.name]
    return {
        **found,
        "ok": not poll.error and (bool(taken) or not poll.items),
        "error": poll.error or None,
        "items": poll.items,
        "taken": taken,
        "problems": problems,
        "moved_to": poll.moved_to or None,
        "opt_outs": list(poll.opt_outs),
    }


def assert_all_answer(checked: Sequence[Line]) -> None:
    """Raise Unavailable where a source that was checked cannot be read."""
    if bad := [line["name"] for line in checked if not line["ok"]]:
        raise Unavailable(f"cannot be read: {', '.join(bad)}")


def add_source(entry: dict[str, Any], settings: Settings) -> Line:
    """Add a source to the catalogue; `where` in the entry becomes its url or path; its kind is found out if not said.

    Raises UsageError for a name that is taken and a group that is not declared, SettingsError for what no source can
    mean.
    """
    said = {name: value for name, value in entry.items() if value}
    where = said.pop("where", "")
    if re.match(r"(?!https?://)[a-z][a-z0-9+.-]+://", where, re.IGNORECASE):
        raise UsageError(f"{where}: only http and https are fetched")
    said["url" if _ADDRESS.match(where) else "path"] = where
    if "kind" not in said:
        said["kind"] = _guess_kind(said, settings)
    source = read_source(said, "the new source")
    add_sources(settings.sources.file, [source])
    return _told(source)


def _guess_kind(said: dict[str, Any], settings: Settings) -> Kind:
    if "url" in said:
        return _ask_politely(lambda polite: find_kind(said["url"], polite, settings.sources), settings)
    path = said["path"].lower()
    if path.removesuffix(".gz").endswith((".csv", ".tsv")):
        return "csv"
    return "warc" if path.removesuffix(".gz").endswith(".warc") else "files"


def import_opml(where: str, settings: Settings, group: str = "") -> Iterator[Line]:
    """Add the feeds of an OPML file or address to the catalogue, but those whose address is in it already.

    Raises UsageError where the group that they shall be in is not declared.
    """
    outlines = parse_opml(_read(where, settings))
    held = load_sources(settings.sources.file)
    urls, names = {source.url for source in held}, {source.name for source in held}
    new: list[Source] = []
    for outline in outlines:
        if outline.url not in urls:
            name = _name(outline.title or urlsplit(outline.url).hostname or "feed", names)
            names.add(name)
            new.append(read_source({"name": name, "kind": "feed", "url": outline.url, "group": group}, where))
    if new:
        add_sources(settings.sources.file, new)
    yield from (_told(source) for source in new)


def _read(where: str, settings: Settings) -> bytes:
    if _ADDRESS.match(where):
        try:
            answer = fetch_now(Request(url=where), settings.network)
        except DocumentError as error:
            raise Unavailable(str(error)) from error
        if answer.status != 200:
            raise Unavailable(f"{where}: status {answer.status}")
        return answer.content
    return Path(where).read_bytes()


def _name(title: str, taken: set[str]) -> str:
    """Make a name of a title that no other source has."""
    name = re.sub(r"[^\w.-]+", "-", title.lower()).strip("-._")[:80] or "feed"
    numbered = (f"{name}-{number}" for number in range(2, 1_000_000))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _told(source: Source) -> Line:
    return {
        "name": source.name,
        "kind": source.kind,
        "where": source.url or source.path,
        "group": source.group or None,
        "schedule": source.schedule,
    }


def discover(url: str, settings: Settings) -> list[Line]:
    """List the feeds and sitemaps of a site; raise Unavailable where it cannot be had, UsageError for no address."""

    async def find(polite: PoliteFetcher) -> list[Line]:
        return [asdict(found) async for found in find_on_site(url, polite, settings.sources)]

    if not _ADDRESS.match(url):
        raise UsageError(f"{url}: an address is needed, http:// or https://")
    return _ask_politely(find, settings)


def _ask_politely(ask: Callable[[PoliteFetcher], Awaitable[T]], settings: Settings) -> T:
    async def run() -> T:
        async with Fetcher(settings.network) as fetcher:
            return await ask(PoliteFetcher(fetcher, settings.sources.poll))

    try:
        return asyncio.run(run())
    except DocumentError as error:
        raise Unavailable(str(error)) from error
