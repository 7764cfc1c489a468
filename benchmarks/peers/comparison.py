"""Broadsheet and its peers on the same documents in the same run, by the same measures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cleaning import scoring as cleaning
from benchmarks.cleaning.accounts import Account, Record, draw_account
from benchmarks.cleaning.figures import add_up, summarise
from benchmarks.corpora import read_lines
from benchmarks.extraction.metrics import precision_recall, shingle_f1, snippets_lost, words_held
from benchmarks.extraction.scoring import GOLD, SNIPPETS, bound_by_resampling, ours, ratio
from benchmarks.peers.line_rules import LINE_RULES
from ingest.clean.ledger import splice_out
from ingest.model import Cleaning, Span, SpanClass

PEERS_PYTHON = Path(os.environ.get("BROADSHEET_BENCH_PEERS_PYTHON", ".venv-peers/bin/python"))
OURS = "Broadsheet"

Answers = dict[str, dict[str, dict[str, Any]]]


def measure(without: Sequence[str] = ()) -> dict[str, Any]:
    """Compare on scraped texts and on pages; peers that are not installed, or not wanted, are missing."""
    records, pages = cleaning.read_set("real"), read_pages()
    answers = ask_peers([*to_line_tasks(records), *to_html_tasks(pages)], without)
    for name, keep in LINE_RULES.items():
        answers[name] = {str(r["id"]): {"kept": "\n".join(keep(r["text"].split("\n")))} for r in records}
    answers[OURS] = answer_ourselves(pages)
    text = {OURS: score_ours(records)} | {
        name: score_lines(records, given) for name, given in answers.items() if str(records[0]["id"]) in given
    }
    html = {name: score_pages(pages, given) for name, given in answers.items() if page_id("fundus", 0) in given}
    return {"text": text, "html": html, "errors": count_errors(answers)}


def read_pages() -> dict[str, list[Record]]:
    """Read the labelled pages by set."""
    return {name: list(read_lines(f"html/{name}.jsonl.gz")) for name in (*GOLD, SNIPPETS)}


def page_id(name: str, place: int) -> str:
    """Name a page by its set and its place."""
    return f"{name} {place}"


def to_line_tasks(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """Give the tasks of cleaning lines."""
    for record in records:
        yield {"kind": "lines", "id": record["id"], "lines": record["text"].split("\n")}


def to_html_tasks(pages: Mapping[str, Sequence[Record]]) -> Iterator[dict[str, Any]]:
    """Give the tasks of extracting pages."""
    for name, rows in pages.items():
        for place, row in enumerate(rows):
            yield {"kind": "html", "id": page_id(name, place), "html": row["html"], "url": row.get("url")}


def ask_peers(tasks: Iterable[Mapping[str, Any]], without: Sequence[str]) -> Answers:
    """Let the peers answer in their own environment; none where it was not set up."""
    answers: Answers = defaultdict(dict)
    if not PEERS_PYTHON.exists():
        print(f"peers: no environment at {PEERS_PYTHON} (`make peers` sets it up)", file=sys.stderr)
        return answers
    with tempfile.TemporaryFile("w+", encoding="utf-8") as stream:
        stream.writelines(json.dumps(task) + "\n" for task in tasks)
        stream.seek(0)
        command = [str(PEERS_PYTHON.absolute()), "-I", str(Path(__file__).with_name("worker.py")), *without]
        done = subprocess.run(command, stdin=stream, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            answer = json.loads(line)
            answers[answer["peer"]][answer["id"]] = answer
    return answers


def answer_ourselves(pages: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, Any]]:
    """Extract the same pages as the pipeline does."""
    answers = {}
    for name, rows in pages.items():
        for place, row in enumerate(rows):
            started = time.process_time()
            text, _ = ours(row["html"])
            answers[page_id(name, place)] = {"kept": text, "seconds": time.process_time() - started, "error": None}
    return answers


def score_ours(records: Sequence[Record]) -> dict[str, Any]:
    """Score our own cleaning, with its spans as they are."""
    cleaned = cleaning.clean_set("real")
    return summarise_text([(r, draw_account(r, cleaned[r["id"]])) for r in records])


def score_lines(records: Sequence[Record], given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Score the lines that a peer keeps, by the measures that we are scored by."""
    return summarise_text([(r, draw_account(r, to_cleaning(r["text"], given[str(r["id"])]["kept"]))) for r in records])


def to_cleaning(text: str, kept: str) -> Cleaning:
    """Make cuts of the lines that are not among those kept; each kept line stands for one of the text's."""
    left = Counter(_plain(line) for line in kept.split("\n"))
    spans, at = [], 0
    for line in text.split("\n"):
        end = at + len(line)
        if line.strip() and not left[_plain(line)]:
            spans.append(Span(start=at, end=end, span_class=SpanClass.NAVIGATION, rule="peer"))
        left[_plain(line)] -= left[_plain(line)] > 0
        at = end + 1
    return Cleaning(body=splice_out(text, spans), spans=tuple(spans))


def _plain(line: str) -> str:
    return "".join(line.split())


def summarise_text(accounts: Sequence[tuple[Record, Account]]) -> dict[str, Any]:
    """Give the columns of the table of cleaning text."""
    belongs = cleaning.PARTS["real_plain"][1]
    whole = summarise(add_up(account for _, account in accounts))
    plain = summarise(add_up(account for record, account in accounts if belongs(record)))
    return {
        "line_f1": whole["line_f1"],
        "line_f1_plain": plain["line_f1"],
        "body_lost": whole["body_lost"],
        "chrome_removed": 1 - whole["chrome_left"],
        "comments_removed": 1 - whole["comments_left"],
        "copyright_removed": whole["removed_by_label"]["copyright"],
    }


def score_pages(pages: Mapping[str, Sequence[Record]], given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Give the columns of the table of extracting pages."""
    scored: dict[str, Any] = {}
    for name in GOLD:
        pairs = [precision_recall(r["body"], given[page_id(name, p)]["kept"]) for p, r in enumerate(pages[name])]
        scored[name] = {"f1": round(shingle_f1(pairs), 4), **bound_by_resampling(pairs)}
    rows = [(row, given[page_id(SNIPPETS, place)]["kept"]) for place, row in enumerate(pages[SNIPPETS])]
    return scored | {
        "comment_words_leaked": ratio(words_held(row["comments"], text) for row, text in rows),
        "body_snippets_lost": ratio(snippets_lost(row["with_"], text) for row, text in rows),
        "pages_per_cpu_second": round(
            len(given) / sum(each["seconds"] for each in given.values() if "seconds" in each), 1
        ),
    }


def count_errors(answers: Answers) -> dict[str, int]:
    """Count the documents that a peer raised on."""
    counted = {name: sum(bool(each.get("error")) for each in given.values()) for name, given in answers.items()}
    return {name: count for name, count in counted.items() if count}
