"""Labelled articles without their labels are cleaned and accounted for; the scorer of acceptance must find the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from benchmarks.cleaning.accounts import Account, Record, draw_account
from benchmarks.cleaning.figures import add_up, measure_accounts, summarise
from benchmarks.cleaning.folds import cross_validate
from benchmarks.cleaning.telling import count_rules, tell
from benchmarks.corpora import DATA, digest, read_lines
from ingest.clean.cleaner import clean_text
from ingest.clean.rulepack import Rule
from ingest.clean.settings import CleanSettings
from ingest.model import Cleaning

SCORER = Path(os.environ.get("BROADSHEET_BENCH_SCORER", DATA.parent / "bench" / "score_cleaning.py"))
SETS = ("seeds", "real", "derived")
UNLABELLED = "dedup/bbc_2225.jsonl.gz"
SCRAPED = "publishers/scraped.jsonl.gz"
SHARED = (
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
    "mixed_body_lost",
)
_SAME = 1e-9

Cleaned = dict[str, Cleaning]
# Parts of a set that have figures of their own, by what tells their documents.
PARTS: Mapping[str, tuple[str, Callable[[Record], bool]]] = {
    "real_plain": ("real", lambda record: not record["source"].startswith("render")),
    "real_one_line": ("real", lambda record: sum(bool(line["text"].strip()) for line in record["lines"]) <= 2),
}


def clean_record(record: Record, rules: tuple[Rule, ...] | None = None) -> Cleaning:
    """Clean what a user would hand in of a labelled document: its text and its address."""
    return clean_text(record["text"], CleanSettings(), url=record.get("url"), rules=rules)


@cache
def read_set(name: str) -> tuple[Record, ...]:
    """Read a labelled set, or the part of one."""
    if name in PARTS:
        whole, belongs = PARTS[name]
        return tuple(filter(belongs, read_set(whole)))
    return tuple(read_lines(f"cleaning/{name}.jsonl"))


@cache
def clean_set(name: str) -> Cleaned:
    """Clean a labelled set once a process."""
    return {record["id"]: clean_record(record) for record in read_set(name)}


@cache
def account_for(name: str) -> tuple[Account, ...]:
    """Account for a set, or for a part of one."""
    whole = PARTS[name][0] if name in PARTS else name
    wanted = {record["id"] for record in read_set(name)}
    if name in PARTS:
        return tuple(each for each in account_for(whole) if each.id in wanted)
    return tuple(draw_account(record, clean_set(name)[record["id"]]) for record in read_set(name))


def measure(*, scorer: Path = SCORER) -> dict[str, Any]:
    """Give the figures of every set and part, of folds by publisher, of each rule, and of texts without chrome."""
    figures: dict[str, Any] = {name: measure_accounts(account_for(name)) for name in (*SETS, *PARTS)}
    for name in SETS:
        figures[name]["digest"] = digest(f"cleaning/{name}.jsonl")
        figures[name]["scorer_disagrees"] = len(compare_with(scorer, name)) if scorer.is_file() else 0
    figures["cross_validated"] = measure_folds()
    figures["without_chrome"] = measure_untouched()
    figures["rules"] = count_rules((read_set(name), clean_set(name)) for name in SETS)
    return figures


def explain(figure: str) -> list[str]:
    """Name the documents and the rules that a figure of this suite comes from, the worst first."""
    name, _, measured = figure.partition(".")
    if name == "cross_validated":
        name, _, measured = measured.partition(".")
    return tell(measured, account_for(name)) if name in (*SETS, *PARTS) else []


def measure_folds() -> dict[str, Any]:
    """Give the figures of each labelled document by the rules that other publishers' documents bear out."""
    sets = {name: read_set(name) for name in SETS}
    found = cross_validate(sets, tuple(read_lines(SCRAPED)), clean_record)
    return {name: summarise(add_up(accounts)) for name, accounts in found.items()}


def compare_with(scorer: Path, name: str) -> list[str]:
    """Name the figures of a set that the scorer finds otherwise."""
    theirs, ours = score(scorer, read_set(name), clean_set(name)), summarise(add_up(account_for(name)))
    return [each for each in SHARED if ours[each] is not None and abs(theirs[each] - ours[each]) > _SAME]


def score(scorer: Path, gold: Sequence[Record], cleaned: Cleaned) -> dict[str, Any]:
    """Hand labels and output to the scorer and take what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        want, got = Path(folder, "gold.jsonl"), Path(folder, "output.jsonl")
        write_lines(want, gold)
        write_lines(got, ({"id": g["id"], **to_record(cleaned[g["id"]])} for g in gold))
        scored: dict[str, Any] = json.loads(run(scorer, str(want), str(got), "--json"))
    return scored


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


def measure_untouched() -> dict[str, float]:
    """Clean texts that hold next to no chrome: speed on one core, the share of characters taken, comments cut."""
    texts = [record["text"] for record in read_lines(UNLABELLED)]
    clean_text(texts[0], CleanSettings())  # compiles the rules
    started = time.process_time()
    cleanings = list(map(partial(clean_text, settings=CleanSettings()), texts))
    seconds = time.process_time() - started
    visible = sum(len("".join(text.split())) for text in texts)
    kept = sum(len("".join(cleaning.body.split())) for cleaning in cleanings)
    return {
        "documents_per_cpu_second": round(len(texts) / seconds),
        "chars_removed": 1 - kept / visible,
        "false_comment_cuts": sum(bool(cleaning.comments) for cleaning in cleanings),
    }
