"""Labelled articles without their labels are cleaned, then scored by the scorer that acceptance uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpora import DATA, digest, read_lines
from ingest.clean.cleaner import clean_text
from ingest.clean.rulepack import load_rules
from ingest.clean.settings import CleanSettings
from ingest.model import Cleaning

SCORER = Path(os.environ.get("BROADSHEET_BENCH_SCORER", DATA.parent / "bench" / "score_cleaning.py"))
SETS = ("seeds", "real", "derived")
UNLABELLED = "dedup/bbc_2225.jsonl.gz"
FIGURES = (
    "documents",
    "missing",
    "conservation_broken",
    "glued",
    "class_or_rule_errors",
    "line_f1",
    "body_lost",
    "chrome_left",
    "documents_losing_over_5_percent",
    "class_accuracy",
    "headlines_lost",
    "mixed_chrome_left",
    "removed_by_label",
    "interval_95",
)

Record = Mapping[str, Any]
Cleaned = dict[str, Cleaning]


def measure(*, scorer: Path = SCORER) -> dict[str, Any]:
    """Score every set, the plain scrapes of `real` alone, each rule, and what is cut from texts without chrome."""
    figures: dict[str, Any] = {}
    fired: dict[str, list[int]] = {rule.id: [0, 0] for rule in load_rules()}
    for name in SETS:
        path = DATA / "cleaning" / f"{name}.jsonl"
        cleaned = clean_stripped(scorer, path)
        gold = list(read_lines(f"cleaning/{name}.jsonl"))
        figures[name] = score(scorer, gold, cleaned) | {"digest": digest(f"cleaning/{name}.jsonl")}
        if name == "real":
            figures["real_plain"] = score(scorer, [g for g in gold if not g["source"].startswith("render")], cleaned)
        count_rules(gold, cleaned, fired)
    figures["without_chrome"] = measure_untouched()
    figures["rules"] = {rule: {"fired": n, "body_chars": body} for rule, (n, body) in sorted(fired.items())}
    return figures


def clean_stripped(scorer: Path, gold: Path) -> Cleaned:
    """Clean what the scorer's `strip` gives: the documents without their labels."""
    stripped = run(scorer, "strip", str(gold)).splitlines()
    records = [json.loads(line) for line in stripped]
    return {r["id"]: clean_text(r["text"], CleanSettings(), url=r.get("url")) for r in records}


def score(scorer: Path, gold: Sequence[Record], cleaned: Cleaned) -> dict[str, Any]:
    """Hand labels and output to the scorer and take the figures that are pinned."""
    with tempfile.TemporaryDirectory() as folder:
        want, got = Path(folder, "gold.jsonl"), Path(folder, "output.jsonl")
        write_lines(want, gold)
        write_lines(got, ({"id": g["id"], **to_record(cleaned[g["id"]])} for g in gold))
        scored = json.loads(run(scorer, str(want), str(got), "--json"))
    return {name: scored[name] for name in FIGURES}


def run(scorer: Path, *arguments: str) -> str:
    """Call the scorer; it exits 1 where an output is at fault and still says how."""
    done = subprocess.run([sys.executable, str(scorer), *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError(f"{scorer} {' '.join(arguments)}: exit {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def write_lines(path: Path, records: Sequence[Record] | Iterator[Record]) -> None:
    """Write records as JSON lines."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def to_record(cleaning: Cleaning) -> dict[str, Any]:
    """Give the part of `clean --json` that the scorer reads."""
    spans = [{"start": s.start, "end": s.end, "class": s.span_class.value, "rule": s.rule} for s in cleaning.spans]
    return {"body": cleaning.body, "spans": spans}


def count_rules(gold: Sequence[Record], cleaned: Cleaned, fired: dict[str, list[int]]) -> None:
    """Count for each rule how often it fired, and how many visible characters of labelled body it took."""
    for record in gold:
        is_body = mark_body(record)
        for span in cleaned[record["id"]].spans:
            taken = fired.setdefault(span.rule, [0, 0])
            taken[0] += 1
            taken[1] += sum(map(is_body, range(span.start, span.end)))


def mark_body(record: Record) -> Callable[[int], bool]:
    """Give the function that tells whether a place is visible, labelled body."""
    places: dict[int, bool] = defaultdict(bool)
    at = 0
    for line in record["lines"]:
        if line["label"] == "body":
            places.update((at + i, True) for i, char in enumerate(line["text"]) if not char.isspace())
        at += len(line["text"]) + 1
    return lambda place: places.get(place, False)


def measure_untouched() -> dict[str, float]:
    """Clean texts that hold next to no chrome: speed on one core, and the share of characters taken."""
    texts = [record["text"] for record in read_lines(UNLABELLED)]
    clean_text(texts[0], CleanSettings())  # compiles the rules
    started = time.process_time()
    bodies = [clean_text(text, CleanSettings()).body for text in texts]
    seconds = time.process_time() - started
    visible = sum(len("".join(text.split())) for text in texts)
    kept = sum(len("".join(body.split())) for body in bodies)
    return {"documents_per_cpu_second": round(len(texts) / seconds), "chars_removed": 1 - kept / visible}
