"""Something of everything that a system can hold, and all that it holds: what was backed up is compared by it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest import jobs
from ingest.cleaning import KIND as CORRECTIONS
from ingest.erasing import ERASED
from ingest.index.opening import open_index
from ingest.jobs.copying import name_versions
from ingest.jobs.keys import KIND as KEYS
from ingest.jobs.reclustering import JOIN, SPLIT
from ingest.jobs.saved_queries import KIND as QUERIES
from ingest.lake import open_lake
from ingest.run_records import RUNS
from ingest.settings import Settings
from ingest.state import read_records

SEEDS = Path(__file__).parents[1] / "seeds"
GIVEN = ("clean-text.txt", "named-comment-thread.txt", "broken-lines.jsonl", "wire-nordwire.txt")
HARBOUR = "https://harbour.example"
KINDS = (CORRECTIONS, ERASED, JOIN, KEYS, QUERIES, RUNS, SPLIT)
PROMPT = "Sign up for our newsletter"
NOTE = "This part of the page is brought to you by Ossian Larch Timber."
RIGHTS = "© 2024 The Harbour Post. All rights reserved."


def write_wire(folder: Path) -> Path:
    """Write articles of an invented wire, of which the first comes again with another text."""
    lines = [
        {"id": "1", "fetched_at": "2024-01-10T08:00:00Z", "title": "The ferry is late", "text": tell("ferry", "late")},
        {"id": "1", "fetched_at": "2024-05-10T08:00:00Z", "title": "The ferry is back", "text": tell("ferry", "back")},
        {"id": "2", "fetched_at": "2024-05-11T08:00:00Z", "text": tell("crane", "mended")},
        {"id": "3", "fetched_at": "2024-05-12T08:00:00Z", "text": tell("beacon", "lit")},
        # So little of it is left that the guard only suggests what to cut.
        {"id": "4", "fetched_at": "2024-05-13T08:00:00Z", "text": f"Quay\n\n{PROMPT}\n\nIt is open.\n\n{RIGHTS}"},
    ]
    told = [{**line, "url": f"{HARBOUR}/{line['id']}", "publisher": "The Harbour Post"} for line in lines]
    path = folder / "wire.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in told), encoding="utf-8")
    return path


def tell(what: str, how: str) -> str:
    """Write an article about something, with chrome in it."""
    towns = ("Orrin", "Vaila", "Skerry", "Hale", "Tarn", "Ormsay")
    said = [f"In {town} they said of the {what} number {n} that it was {how} again." for n, town in enumerate(towns)]
    return "\n\n".join([" ".join(said[:3]), PROMPT, " ".join(said[3:]), NOTE, f"So it was {how}.", RIGHTS])


def fill(settings: Settings) -> str:
    """Fill a system with something of everything: articles, failures, decisions, a lake with a gap; give an API key.

    The articles of the wire are in `wire.jsonl` beside the folder of its lake.
    """
    for path in (*(SEEDS / name for name in GIVEN), write_wire(Path(settings.lake.url).parents[1])):
        jobs.ingest([str(path)], settings)
    hand = jobs.Hand(by="nell", reason="asked")
    jobs.split("2", settings)
    jobs.join("1", "3", settings)
    jobs.cut("3", [*place_of(NOTE, tell("beacon", "lit")), "advert"], hand, settings)
    jobs.erase([f"{HARBOUR}/never"], hand, settings)
    jobs.save_query("Ferries", [("q", "ferry")], settings, by="nell")
    with open_lake(settings.lake) as lake:
        lake.expire([min(name for name, _ in lake.files())])
    return str(jobs.create_key("news desk", ["read"], settings)["key"])


class LateArticle:
    """An article that comes between a snapshot and the copy of the lake: ingested when a command asks for its word."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.path = Path("late.jsonl").absolute()
        self.came = ""

    def __call__(self, command: str) -> str:
        """Let it come, and give the command's first word."""
        self.came = datetime.now(UTC).isoformat()
        line = {"id": "late", "url": f"{HARBOUR}/late", "text": tell("lantern", "found")}
        self.path.write_text(json.dumps(line), encoding="utf-8")
        jobs.ingest([str(self.path)], self._settings)
        return command.split(maxsplit=1)[0]

    def since(self, _: str) -> str:
        """Give the time from which on it came."""
        return self.came


def place_of(text: str, original: str) -> list[str]:
    """Say where a text stands in an original, in the words of the command line."""
    start = original.index(text)
    return [str(start), str(start + len(text))]


def take_stock(settings: Settings) -> dict[str, Mapping[str, Any]]:
    """Give all that a system holds; no part of what `fill` fills is empty."""
    with closing(open_index(settings.index, write=False)) as index:
        articles = {each.document["id"]: each for each in index.scan()}
        comments = {key: index.comments(key) for key in articles}
        versions = {key: index.versions(name_versions(each.document)) for key, each in articles.items()}
    with read_records(settings.index) as records:
        remembered = {kind: dict(records.scan(kind)) for kind in KINDS}
    with open_lake(settings.lake) as lake:
        captures = {str(each.capture): (each.id, lake.payload(each.capture)) for each in lake.since()}
        quarantine = {entry.id: entry for entry in lake.quarantine.entries()}
    return {
        "articles": {key: (each.version, without_moment(each.document)) for key, each in articles.items()},
        "comments": {key: found for key, found in comments.items() if found},
        "versions": {name: without_moment(each) for found in versions.values() for name, each in found.items()},
        "captures": captures,
        "quarantine": quarantine,
        **read_lake_files(Path(settings.lake.url)),
        **remembered,
    }


def without_moment(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out when a document was written."""
    return {name: value for name, value in document.items() if name != "indexed_at"}


def assert_same(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> None:
    """Compare two stocks part by part; of runs there may be more, and no part of the first may be empty."""
    assert [part for part, held in before.items() if not held] == []
    assert before.keys() == after.keys()
    for part, held in before.items():
        if part == RUNS:
            assert {key: after[part].get(key) for key in held} == held
        else:
            assert after[part] == held, part


def read_lake_files(folder: Path) -> dict[str, Mapping[str, str]]:
    """Give the digest of each file of a lake by its part (`raw`, `orders`, `quarantine`), without the catalogue."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.parent != folder]
    found = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    return {
        f"lake/{part}": {name: value for name, value in found.items() if name.startswith(f"{part}/")}
        for part in ("raw", "orders", "quarantine")
    }
