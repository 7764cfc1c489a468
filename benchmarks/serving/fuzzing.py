"""Many requests made from the OpenAPI document, the index killed among them: `python -m benchmarks.serving.fuzzing`.

Valid and invalid requests go to every operation over a server of the run's own: while it answers, while it is killed in
the middle of them, and after it has gone. A number says how many valid requests each operation gets at first.
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.serving import load
from benchmarks.serving.conformance import Conformance, Effort, Target, exercise
from ingest import jobs
from ingest.settings import Settings
from services import elasticsearch

EXAMPLES = 100
SEEDS = Path(__file__).parents[2] / "seeds"
# Health tells of the process, whatever became of the index.
HEALTH = frozenset({"/livez", "/readyz", "/metrics"})
# Each operation on one query may remove it.
OPERATIONS_ON_A_QUERY = 5
KILLED_AFTER_SECONDS = 10.0


def measure(examples: int = EXAMPLES) -> dict[str, Any]:
    """Give what became of the requests, and every answer that should not have been given."""
    with tempfile.TemporaryDirectory() as name:
        server = elasticsearch.start(elasticsearch.Options(heap_megabytes=768))
        try:
            settings = load.configure(server.url, Path(name))
            jobs.ingest([str(SEEDS)], settings)
            target = aim(settings, examples * OPERATIONS_ON_A_QUERY)
            with load.serving(settings) as address:
                up = exercise(target(address), Effort(examples=examples))
                killing = threading.Timer(KILLED_AFTER_SECONDS, server.process.stop, kwargs={"grace_seconds": 0.0})
                killing.start()
                dying = exercise(target(address), Effort(examples=max(1, examples // 4), seed=2))
                killing.join()
                away = exercise(target(address, HEALTH), Effort(examples=max(1, examples // 10), seed=3))
        finally:
            server.stop()
    return {"up": tell(up), "killed": tell(dying, without_index=True), "away": tell(away, without_index=True)}


def aim(settings: Settings, queries: int) -> Callable[..., Target]:
    """Give what makes a target: with a key and ids that are there."""
    key = jobs.create_key("everything", ["admin"], settings)["key"]
    articles = itertools.cycle([hit["id"] for hit in jobs.search([("size", "40")], settings)["hits"]])
    saved = save_queries(settings, queries)

    def target(address: str, skip: frozenset[str] = frozenset()) -> Target:
        ids = {"any_id": lambda: next(articles), "query_id": lambda: next(saved)}
        return Target(address=address, key=key, ids=ids, skip=skip)

    return target


def save_queries(settings: Settings, count: int) -> Iterator[str]:
    """Save queries; give the id of each once, then that of none."""
    ids = [jobs.save_query(str(number), [("q", "harbour")], settings, by="bench")["id"] for number in range(count)]
    return itertools.chain(ids, itertools.repeat("0" * 12))


def tell(found: Conformance, *, without_index: bool = False) -> dict[str, Any]:
    """Give the figures; where the index may be away, 503 and 504 with a problem document are what is due."""
    due = (" 503: ", " 504: ") if without_index else ()
    faults = [
        fault for fault in found.faults if "no problem document" in fault or not any(status in fault for status in due)
    ]
    return {
        "valid": dict(sorted(found.valid.items())),
        "invalid": dict(sorted(found.invalid.items())),
        "accepted_share": round(found.accepted_share, 4),
        "faults": faults,
        "refused": [] if without_index else found.refused,
        "taken": found.taken,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES), indent=1))
