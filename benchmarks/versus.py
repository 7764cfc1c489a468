"""The text path of this tree against that of another revision, interleaved: `python -m benchmarks.versus REVISION`.

Both are called by one worker process each, in turn, on the same documents, so that what else the machine does falls on
both. The ratio of the medians says how much slower (over 1) or faster this tree is.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
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
ROUNDS = 5
CORPORA = {
    "bbc": "dedup/bbc_2225.jsonl.gz",
    "scraped": "publishers/scraped.jsonl.gz",
    "derived": "cleaning/derived.jsonl",
}
DOCUMENTS = 150
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
bodies = {name: clean(each) for name, each in texts.items()}
def whole(name):
    for body in clean(texts[name]):
        sign(body, settings.dedup)
        detect_language(body, language)
steps = {"clean": lambda name: clean(texts[name]), "path": whole}
for line in sys.stdin:
    step, name = json.loads(line)
    started = time.process_time()
    steps[step](name)
    print(json.dumps(time.process_time() - started), flush=True)
"""


def measure(revision: str = BASELINE) -> dict[str, Any]:
    """Give for each corpus how many times as long as the revision's this tree's cleaning and whole text path take."""
    texts = {name: [each["text"] for each in list(read_lines(path))[:DOCUMENTS]] for name, path in CORPORA.items()}
    with tempfile.TemporaryDirectory() as folder, check_out(revision) as other:
        sample = Path(folder, "texts.json")
        sample.write_text(json.dumps(texts), encoding="utf-8")
        with start_worker(ROOT, sample) as ours, start_worker(other, sample) as theirs:
            return {
                f"{step}_times_{name}": compare(ours, theirs, (step, name))
                for step in ("path", "clean")
                for name in texts
            }


def compare(ours: subprocess.Popen[str], theirs: subprocess.Popen[str], task: tuple[str, str]) -> float:
    """Time a task in turn here and there; give the ratio of the medians."""
    pairs = [(ask(ours, task), ask(theirs, task)) for _ in range(ROUNDS)]
    return round(statistics.median(own for own, _ in pairs) / statistics.median(other for _, other in pairs), 3)


def ask(worker: subprocess.Popen[str], task: tuple[str, str]) -> float:
    """Let a worker do a task; give the processor seconds that it took."""
    _stream(worker.stdin).write(json.dumps(task) + "\n")
    _stream(worker.stdin).flush()
    return float(_stream(worker.stdout).readline())


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
    """Print the ratios; exit code 1 where the text path of the news corpus takes more than a fifth longer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.versus", description=__doc__)
    parser.add_argument("revision", nargs="?", default=BASELINE, help="what to compare with (default: %(default)s)")
    if not DATA.is_dir():
        print(f"versus: no measuring material at {DATA}: NOTHING WAS MEASURED")
        return 0
    figures = measure(parser.parse_args().revision)
    print(json.dumps(figures, indent=1))
    return 1 if figures["path_times_bbc"] > MOST_TIMES else 0


if __name__ == "__main__":
    sys.exit(main())
