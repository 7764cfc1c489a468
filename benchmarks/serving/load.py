"""What the API adds to a bare Elasticsearch, how fast it exports, and what its page weighs.

The same query, with facets and highlights, goes straight to Elasticsearch and through the API in turns, each an open
loop at half of what the bare server takes; a latency counts from when its request was due.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from elasticsearch import Elasticsearch, helpers

from benchmarks.corpora import read_lines
from benchmarks.serving.documents import write_documents
from ingest.index.document import fill_stemmed
from ingest.index.opening import open_index
from ingest.jobs import Reader
from ingest.settings import Settings
from services import elasticsearch
from services.processes import free_ports

ARTICLES = 100_000
PREFIX = "bench-serving-"
ROUNDS = 5
ROUND_SECONDS = 15.0
SATURATION_SECONDS = 8.0
SATURATION_CLIENTS = 4
FACETS = ("publisher", "language", "section", "author", "year")
PAGE_FILES = ("/?q=government", "/static/page.css", "/static/page.js")

Send = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A filled server, the API before it, and the words to look for."""

    settings: Settings
    api: str
    words: Sequence[str]

    def parameters(self, words: str) -> list[tuple[str, str]]:
        """Give the search that is measured."""
        return [("q", words), ("facets", ",".join(FACETS)), ("size", "10")]


def measure(articles: int = ARTICLES) -> dict[str, Any]:
    """Measure everything on a server of its own, or the one that is named for tests."""
    with tempfile.TemporaryDirectory() as folder, find_server() as url:
        settings = configure(url, Path(folder))
        words = fill(settings, articles)
        with serving(settings) as api:
            ground = Ground(settings=settings, api=api, words=words)
            figures = asyncio.run(compare(ground))
            return {"articles": articles, **figures, **export(api), "page_bytes": weigh(api)}


@contextmanager
def find_server() -> Iterator[str]:
    """Give the address of a server, and leave nothing on it."""
    named = os.environ.get("BROADSHEET_TEST_ELASTICSEARCH_URL")
    if not named:
        with elasticsearch.running(elasticsearch.Options()) as server:
            yield server.url
        return
    try:
        yield named.rstrip("/")
    finally:
        with Elasticsearch(named, request_timeout=120) as client:
            for name in client.indices.get(index=f"{PREFIX}*", expand_wildcards="all"):
                client.indices.delete(index=name)


def configure(url: str, folder: Path) -> Settings:
    """Give the settings of an API that is not limited."""
    limits = {f"api.rate_limit_{name}requests": 100_000_000 for name in ("", "anonymous_")}
    place = {"index.url": url, "index.prefix": PREFIX, "index.replicas": 0, "lake.url": str(folder / "lake")}
    return Settings.load(flags=place | limits)


def fill(settings: Settings, articles: int) -> list[str]:
    """Index generated articles; give pairs of words of theirs to look for."""
    index = open_index(settings.index, write=True)
    index.prepare()
    texts = [record["text"] for record in read_lines("dedup/bbc_2225.jsonl.gz")]
    actions = (
        {"_index": f"{PREFIX}articles-write", "_id": document["id"], "_source": fill_stemmed(document)}
        for document in write_documents(texts, articles)
    )
    with Elasticsearch(settings.index.url, request_timeout=120) as client:
        for _ in helpers.parallel_bulk(client, actions, thread_count=2, chunk_size=500):
            pass
        client.indices.forcemerge(index=f"{PREFIX}articles", max_num_segments=5)
    index.refresh()
    index.close()
    chance = random.Random(3)
    known = [word for text in texts[:200] for word in text.split() if word.isalpha() and len(word) > 4]
    return [" ".join(chance.sample(known, 2)) for _ in range(500)]


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve in a process of its own; give the address."""
    (port,) = free_ports(1)
    limits = [f"index.prefix={PREFIX}", *(f"api.rate_limit_{name}requests=100000000" for name in ("", "anonymous_"))]
    command = [sys.executable, "-m", "ingest.cli", "serve", "--port", str(port), "--index", settings.index.url]
    command += ["--lake", settings.lake.url, *(part for limit in limits for part in ("--set", limit))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + 120
    while True:
        try:
            httpx.get(f"{address}/readyz", timeout=10).raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def bodies(ground: Ground) -> dict[str, bytes]:
    """Give, for each pair of words, the very body that the API sends for it."""
    sent: list[Any] = []
    reader = Reader(ground.settings)
    search = reader._index.search

    def record(query: Any, *, versions: bool = False) -> Any:
        sent.append(query)
        return search(query, versions=versions)

    reader._index.search = record  # type: ignore[method-assign]
    found = {}
    for words in ground.words[:60]:
        sent.clear()
        reader.search(ground.parameters(words))
        found[words] = json.dumps(max(sent, key=lambda body: len(json.dumps(body)))).encode()
    reader.close()
    return found


async def compare(ground: Ground) -> dict[str, Any]:
    """Give the p95 of both, medians over the rounds, in milliseconds."""
    raw = bodies(ground)
    # Let go of idle connections before either server does: a round begins with new ones.
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=2.0)
    async with httpx.AsyncClient(limits=limits, timeout=60) as client:

        async def bare(words: str) -> None:
            address = f"{ground.settings.index.url}/{PREFIX}articles/_search"
            answer = await client.post(address, content=raw[words], headers={"Content-Type": "application/json"})
            answer.raise_for_status()

        async def through(words: str) -> None:
            answer = await client.get(f"{ground.api}/v1/articles", params=dict(ground.parameters(words)))
            answer.raise_for_status()

        words = list(raw)
        for each in words:
            await bare(each)
            await through(each)
        rate = await saturate(bare, words) / 2
        # A server that has just begun compiles while it answers: a round of each counts for nothing.
        for send in (bare, through):
            await load(send, words, rate)
        rounds = [(await load(bare, words, rate), await load(through, words, rate)) for _ in range(ROUNDS)]
    straight, api = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {
        "requests_per_second": round(rate, 1),
        "bare_p95_milliseconds": round(straight * 1000, 1),
        "api_p95_milliseconds": round(api * 1000, 1),
        "p95_ratio": round(api / straight, 2),
        "ratios": [round(through / bare, 2) for bare, through in rounds],
    }


async def saturate(send: Send, words: Sequence[str]) -> float:
    """Give the requests a second that some clients get through who never wait."""
    done, deadline = 0, time.perf_counter() + SATURATION_SECONDS

    async def ask(offset: int) -> None:
        nonlocal done
        place = offset
        while time.perf_counter() < deadline:
            await send(words[place % len(words)])
            place, done = place + 1, done + 1

    await asyncio.gather(*(ask(number * 7) for number in range(SATURATION_CLIENTS)))
    return done / SATURATION_SECONDS


async def load(send: Send, words: Sequence[str], rate: float) -> float:
    """Send at a rate, whether answers come or not; give the p95 of the time from when each was due."""
    chance = random.Random(5)
    latencies: list[float] = []

    async def ask(due: float, text: str) -> None:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await send(text)
        latencies.append(time.perf_counter() - due)

    now, tasks = time.perf_counter() + 0.1, []
    end = now + ROUND_SECONDS
    while now < end:
        tasks.append(asyncio.create_task(ask(now, chance.choice(words))))
        now += chance.expovariate(rate)
    await asyncio.gather(*tasks)
    return sorted(latencies)[int(len(latencies) * 0.95)]


def export(api: str) -> dict[str, Any]:
    """Give the articles a second of an export of everything."""
    started, lines = time.perf_counter(), 0
    with httpx.stream("GET", f"{api}/v1/export", params={"duplicates": "show"}, timeout=600) as answer:
        for chunk in answer.iter_bytes():
            lines += chunk.count(b"\n")
    seconds = time.perf_counter() - started
    return {"exported_articles": lines - 1, "exported_per_second": round((lines - 1) / seconds)}


def weigh(api: str) -> int:
    """Give the bytes of the search page with all that it loads."""
    return sum(len(httpx.get(f"{api}{path}", timeout=60).raise_for_status().content) for path in PAGE_FILES)
