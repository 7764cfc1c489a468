"""A small archive of invented articles behind a server on loopback, for the tests of the web page."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from benchmarks.events import read_articles
from ingest import jobs
from ingest.api.application import create_app
from ingest.settings import Settings

# For a machine that has other work as well; whoever waits goes on as soon as there is what is waited for.
PATIENCE_MILLISECONDS = 120_000
SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
PUBLISHERS = ("Meridian Ledger", "Northgate Courier", "Lisse Valley Echo")
FERRY = (
    "Night ferry to Sund is cancelled\n\nThe night ferry between Stenhaven and Sund will not sail before {}, said the"
    " line, which blamed a cracked bow door and the want of a spare one anywhere north of the strait.\n\n"
    "Passengers with a ticket may take the afternoon boat. A bus leaves the customs house at noon, and it has, said the"
    " line, a heater.\n\nCopyright Meridian Ledger 2023\n\nComments\n\n1. Agnes Thorvald, 3 May 2023 at 10:15\n"
    "The door has been cracked since March, as everybody on the quay could see.\n\n"
    "2. Tobias Wren, 3 May 2023 at 11:40\n@Agnes Thorvald: and everybody on the quay kept silent about it."
)
EVENT = "foghorn"
SUBJECTS = ("crane", "pilot", "asparagus", "lighthouse", "customs house", "rail yard", "foghorn", "dredger")
VERBS = ("was painted", "has been sold", "stands idle", "is to be moved", "found a buyer", "went to court")
PLACES = ("in Stenhaven", "at Port Meridian", "up the Lisse", "by the old mole", "near Sund", "on the northern bank")
WORDS = ("harvest", "tide", "council", "clerk", "barrel", "gravel", "winter", "signal", "tariff", "orchard", "kettle")


def write_articles() -> Iterator[dict[str, object]]:
    """Give forty dated articles of a harbour, one in two versions with a copy and a thread, and a hostile one."""
    chance = random.Random(11)
    for number in range(40):
        title = f"The {SUBJECTS[number % 8]} {VERBS[number % 6]} {PLACES[number // 7]}"
        sentences = (
            f"At the harbour the {' '.join(chance.sample(WORDS, 7))} were {chance.choice(VERBS)}." for _ in range(9)
        )
        yield {
            "url": f"https://archive.example/{number}",
            "title": title,
            "publisher": PUBLISHERS[number % 3],
            "published_at": f"{2019 + number % 6}-{1 + number % 12:02d}-{1 + number % 28:02d}",
            "text": f"{title}\n\n" + "\n\n".join(sentences),
        }
    ferry = {"url": "https://ledger.example/ferry", "publisher": "Meridian Ledger", "published_at": "2023-05-03"}
    yield {**ferry, "text": FERRY.format("Monday"), "fetched_at": "2023-05-03T08:00:00Z"}
    yield {**ferry, "text": FERRY.format("Thursday"), "fetched_at": "2023-05-04T08:00:00Z"}
    yield {"url": "https://echo.example/ferry", "publisher": "Lisse Valley Echo", "text": FERRY.format("Thursday")}
    yield {
        "url": "https://hostile.example/x",
        "title": f"Harbour {SCRIPT}",
        "publisher": f"Publisher {SCRIPT}",
        "authors": [f"Author {SCRIPT}"],
        "published_at": "2022-02-02",
        "text": f"The harbour said {SCRIPT} to the council, and the council wrote it down as it was said.\n\n{SCRIPT}",
    }


def write_event() -> Iterator[dict[str, object]]:
    """Give three articles in which three publishers tell of the same event, each in words of its own."""
    told = (record for record in read_articles() if record["event"] == EVENT)
    names = ("title", "publisher", "published_at", "text")
    yield from ({name: record[name] for name in names} for record in told)


def fill(folder: Path) -> Settings:
    """Ingest the archive; give the settings of its system."""
    source = folder / "archive.jsonl"
    articles = (*write_articles(), *write_event())
    source.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    flags = {"index.url": f"tantivy:{folder / 'index'}", "lake.url": str(folder / "lake")}
    settings = Settings.load(flags=flags | {"api.rate_limit_anonymous_requests": 100_000})
    jobs.ingest([str(source)], settings)
    return settings


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve on a free port of loopback; give the address."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_MILLISECONDS / 1000
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
