"""A replay from the lake after a rule change, against the ingestion of the same: `python -m benchmarks.replay [N]`.

Articles are made of a corpus's words, each has sentences of its own, and some quote another one, so that about as many
are verified as copies of others as of the corpus's own texts. The index is an embedded one of the benchmark's own, or
the one that BROADSHEET_INDEX__URL names.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.dedup.scale import Library
from ingest import jobs
from ingest.settings import Settings

DOCUMENTS = 100_000
# Of the articles, the share that has a sentence of an earlier one.
QUOTING = 0.13
STANDING = "The tide tables of issue {} are printed on its back page."
LINE = STANDING.format(7)
RULE = f"""
[[rule]]
id = "harbour.example.tides"
class = "notice"
scope = "line"
patterns = ["{STANDING.format("[0-9]+").replace("page.", "page[.]")}"]
reason = "a standing line of the paper"
strict = true
strips = "{LINE}"
keeps = "The tide tables were wrong on Monday."
"""


def write_articles(path: Path, documents: int) -> None:
    """Write articles as JSON lines; all of one publisher, each with a line of its own that the rule strips."""
    library, chosen = Library(), random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number in range(documents):
            sentences = library.write(number)
            if number and chosen.random() < QUOTING:
                sentences[-1] = chosen.choice(library.write(chosen.randrange(number)))
            text = f"{' '.join(sentences)}\n\n{STANDING.format(number)}"
            day = f"2024-{1 + number % 12:02}-{1 + number % 28:02}"
            line = {"url": f"https://harbour.example/{number}", "text": text, "published_at": day}
            file.write(json.dumps(line) + "\n")


def time_once(run: Callable[[], Any]) -> tuple[Any, float, float]:
    """Run; give the result, and the seconds that passed and that this process and its children worked."""
    started, worked = time.perf_counter(), count_work()
    result = run()
    return result, time.perf_counter() - started, count_work() - worked


def count_work() -> float:
    """Give the processor seconds of this process and its children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def measure(documents: int = DOCUMENTS) -> dict[str, Any]:
    """Ingest, change a rule, replay; the figure is the replay's time as a share of the ingestion's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_articles(folder / "articles.jsonl", documents)
        settings, changed = read_settings(folder)
        first, seconds, work = time_once(lambda: jobs.ingest([str(folder / "articles.jsonl")], settings))
        second, replay_seconds, replay_work = time_once(lambda: jobs.replay(changed))
        assert first.outcomes["indexed"] == second.outcomes["updated"] == documents, (first, second)
        stages = {name: [round(done.stages[name].seconds, 1) for done in (first, second)] for name in first.stages}
        return {
            "documents": documents,
            "ingest_seconds": round(seconds, 1),
            "replay_seconds": round(replay_seconds, 1),
            "ingest_processor_seconds": round(work, 1),
            "replay_processor_seconds": round(replay_work, 1),
            "ratio": round(replay_seconds / seconds, 3),
            "processor_ratio": round(replay_work / work, 3),
            "stages": stages,
            **dict(measure_bytes(folder, documents)),
        }


def read_settings(folder: Path) -> tuple[Settings, Settings]:
    """Give the settings of an empty system, and the same with another rule."""
    environment = {name: value for name, value in os.environ.items() if name.startswith("BROADSHEET_INDEX__")}
    flags = {"lake.url": str(folder / "lake")}
    if "BROADSHEET_INDEX__URL" not in environment:
        flags["index.url"] = f"tantivy:{folder / 'index'}"
    settings = Settings.load(environment=environment, flags=flags)
    rules = folder / "rules"
    rules.mkdir()
    (rules / "harbour.example.toml").write_text(RULE, encoding="utf-8")
    return settings, replace(settings, learn=replace(settings.learn, rules_folder=str(rules)))


def measure_bytes(folder: Path, documents: int) -> Iterator[tuple[str, float]]:
    """Give the bytes a document that each part takes."""
    for part in ("articles.jsonl", "lake/raw", "index"):
        place = folder / part
        files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
        if files:
            size = sum(path.stat().st_size for path in files)
            yield f"bytes_a_document_{part.split('/')[-1].split('.')[0]}", round(size / documents)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS), indent=1))
