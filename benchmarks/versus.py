"""The text path of this tree against that of another revision, interleaved: `python -m benchmarks.versus REVISION`.

Both are called by one worker process each, in turn, on the same documents, so that what else the machine does falls on
both; each round takes documents that neither has seen, as they come in. The ratio of the sums says how much slower
(over 1) or faster this tree is.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from benchmarks.corpora import DATA, read_lines

ROOT = Path(__file__).parents[1]
BASELINE = "596cb18"
MOST_TIMES = 1.2
ROUNDS = 6
CORPORA = {
    "bbc": "dedup/bbc_2225.jsonl.gz",
    "scraped": "publishers/scraped.jsonl.gz",
    "derived": "cleaning/derived.jsonl",
}
DOCUMENTS = {"bbc": 300, "scraped": 160, "derived": 38}
"""A round's documents; the first round warms up."""
# Runs in the other tree as well, so it may use only what the oldest revision has.
WORKER = """
import json, sys, time
from ingest.clean.cleaner import clean_text
from ingest.dedup.signature import sign
from ingest.enrich.language import detect_language
from ingest.settings import Settings
settings = Settings()
language = getattr(settings.enrich, "language", settings.enrich)
texts = json.load(open(sys.argv[1], encoding="utf-8"))
def clean(each): return [clean_text(text, settings.clean).body for text in each]
for line in sys.stdin:
    name, first, last = json.loads(line)
    started = time.process_time()
    bodies = clean(texts[name][first:last])
    cleaned = time.process_time()
    for body in bodies:
        sign(body, settings.dedup)
        detect_language(body, language)
    print(json.dumps([cleaned - started, time.process_time() - started]), flush=True)
"""


def measure(revision: str = BASELINE) -> dict[str, Any]:
    """Give for each corpus how many times as long as the revision's this tree's cleaning and whole text path take."""
    texts = {name: [each["text"] for each in read_lines(path)] for name, path in CORPORA.items()}
    with tempfile.TemporaryDirectory() as folder, check_out(revision) as other:
        sample = Path(folder, "texts.json")
        sample.write_text(json.dumps(texts), encoding="utf-8")
        with start_worker(ROOT, sample) as ours, start_worker(other, sample) as theirs:
            ratios = {name: compare(ours, theirs, name) for name in texts}
    return {f"{step}_times_{name}": ratios[name][step] for step in ("path", "clean") for name in ratios}


def compare(ours: subprocess.Popen[str], theirs: subprocess.Popen[str], name: str) -> dict[str, float]:
    """Time round after round in turn here and there; give the ratios of the sums, of cleaning and of the whole."""
    size = DOCUMENTS[name]
    tasks = [(name, at * size, (at + 1) * size) for at in range(ROUNDS)]
    pairs = [(ask(ours, task), ask(theirs, task)) for task in tasks]
    sums = [[sum(seconds) for seconds in zip(*side, strict=True)] for side in zip(*pairs[1:], strict=True)]
    return {step: round(own / other, 3) for step, own, other in zip(("clean", "path"), *sums, strict=True)}


def ask(worker: subprocess.Popen[str], task: tuple[str, int, int]) -> tuple[float, float]:
    """Let a worker take some documents of a corpus; give the processor seconds of cleaning and of the whole path."""
    _stream(worker.stdin).write(json.dumps(task) + "\n")
    _stream(worker.stdin).flush()
    cleaning, whole = json.loads(_stream(worker.stdout).readline())
    return cleaning, whole


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


@contextmanager
def check_out(revision: str) -> Iterator[Path]:
    """Make a tree of another revision for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        git = ["git", "-C", str(ROOT)]
        subprocess.run([*git, "worktree", "add", "--quiet", "--detach", str(tree), revision], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", str(tree)], check=True)


@contextmanager
def start_worker(tree: Path, sample: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a worker on a tree's own package."""
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-c", WORKER, str(sample)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tree, env=environment
    ) as worker:
        yield worker
        _stream(worker.stdin).close()


def main() -> int:
    """Print the ratios; exit code 1 where the text path of a corpus takes more than a fifth longer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.versus", description=__doc__)
    parser.add_argument("revision", nargs="?", default=BASELINE, help="what to compare with (default: %(default)s)")
    if not DATA.is_dir():
        print(f"versus: no measuring material at {DATA}: NOTHING WAS MEASURED")
        return 0
    figures = measure(parser.parse_args().revision)
    print(json.dumps(figures, indent=1))
    return 1 if any(figures[f"path_times_{name}"] > MOST_TIMES for name in CORPORA) else 0


if __name__ == "__main__":
    sys.exit(main())
